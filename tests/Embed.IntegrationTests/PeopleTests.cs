using Embed.Server.Admin.People;
using Embed.Server.Admin.Team;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Whom moderators find, and what they see of somebody.</summary>
public sealed class PeopleTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
    private Site _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ListPeople List => _application.Services.GetRequiredService<ListPeople>();

    public async ValueTask InitializeAsync()
    {
        _site = (await _application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!;
        foreach (var (name, comments) in new[] { ("Ada", 1), ("bo", 3), ("Cy_", 2) })
        {
            using var person = await Person.SignInAsync(_application, name);
            _ids[name] = person.Id;
            for (var comment = 0; comment < comments; comment++)
            {
                await person.PostAsync(EmbedApplication.NewPage(), $"Text {comment} of {name}");
            }
        }

        using var elsewhere = await Person.SignInAsync(_application, "Elsewhere", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Text");
        _ids["Elsewhere"] = elsewhere.Id;
        // Signed in and wrote nothing.
        (await Person.SignInAsync(_application, "Silent")).Dispose();
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData("Newest", "Cy_ bo Ada")]
    [InlineData("Oldest", "Ada bo Cy_")]
    [InlineData("Name", "Ada Cy_ bo")]
    [InlineData("NameDown", "bo Cy_ Ada")]
    [InlineData("Comments", "bo Cy_ Ada")]
    [InlineData("FewestComments", "Ada Cy_ bo")]
    [InlineData("Held", "bo Cy_ Ada")]
    [InlineData("FewestHeld", "Ada Cy_ bo")]
    [InlineData("Role", "Ada Cy_ bo")]
    [InlineData("LowestRole", "bo Cy_ Ada")]
    public async Task A_sites_people_come_in_each_order_and_page_by_page(string order, string names)
    {
        var query = new PeopleQuery(Order: Enum.Parse<PeopleOrder>(order));
        await using (var database = await _application.OpenDatabaseAsync())
        {
            // Held are their comments but one, and one has a role; the others are equal in it.
            await database.Comments.Where(c => c.Body == "Text 1 of bo" || c.Body == "Text 2 of bo" || c.Body == "Text 1 of Cy_")
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, query.Order is PeopleOrder.Held or PeopleOrder.FewestHeld ? CommentState.Pending : CommentState.Published), Cancellation);
            database.RoleGrants.Add(new RoleGrant { CommenterId = _ids["Ada"], SiteId = _site.Id, Role = SiteRole.Trusted });
            await database.SaveChangesAsync(Cancellation);
        }

        var all = await List.HandleAsync(_site.Id, query, Cancellation);
        Assert.Equal(names.Split(' '), all.People.Select(person => person.Name));

        // Each person begins a page of their own, in effect: what comes after them is what comes after them in the list.
        foreach (var (person, place) in all.People.Select((person, place) => (person, place)))
        {
            var value = query.Order switch
            {
                PeopleOrder.Name or PeopleOrder.NameDown => person.Name,
                PeopleOrder.Comments or PeopleOrder.FewestComments => $"{person.Published}",
                PeopleOrder.Held or PeopleOrder.FewestHeld => $"{person.Held}",
                PeopleOrder.Role or PeopleOrder.LowestRole => $"{(int)person.Role}",
                _ => "",
            };
            var rest = await List.HandleAsync(_site.Id, query with { Before = $"{person.Id}.{value}" }, Cancellation);
            Assert.Equal(all.People.Skip(place + 1).Select(p => p.Id), rest.People.Select(p => p.Id));
        }
    }

    [Fact]
    public async Task A_page_ends_where_the_next_begins()
    {
        await using (var database = await _application.OpenDatabaseAsync())
        {
            database.Commenters.AddRange(Enumerable.Range(0, ListPeople.PageSize + 5).Select(number => new Commenter { Name = $"Person {number:D3}" }));
            await database.SaveChangesAsync(Cancellation);
        }

        foreach (var order in Enum.GetValues<PeopleOrder>())
        {
            var query = new PeopleQuery(Order: order);
            var first = await List.HandleAsync(null, query, Cancellation);
            var second = await List.HandleAsync(null, query with { Before = first.Next }, Cancellation);
            Assert.Equal(ListPeople.PageSize, first.People.Count);
            Assert.Null(second.Next);
            Assert.Distinct(first.People.Concat(second.People).Select(person => person.Id));
            Assert.Equal(ListPeople.PageSize + 10, first.People.Count + second.People.Count);
        }
    }

    [Fact]
    public async Task Search_finds_names_and_accounts_and_takes_no_wildcards()
    {
        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.SingleAsync(a => a.CommenterId == _ids["Ada"], Cancellation);

        Assert.Equal(["bo"], await FoundAsync("BO"));
        Assert.Equal(["Ada"], await FoundAsync(account.Key));
        Assert.Equal(["Ada"], await FoundAsync(account.Subject));
        Assert.Equal(["Cy_"], await FoundAsync("_"));
        Assert.Empty(await FoundAsync("%"));
        Assert.Empty(await FoundAsync("Elsewhere"));
        Assert.Equal(["Elsewhere"], (await List.HandleAsync(null, new PeopleQuery("Elsewhere"), Cancellation)).People.Select(person => person.Name));
    }

    [Fact]
    public async Task Filters_show_roles_bans_and_held_comments()
    {
        var by = await AdministratorAsync();
        await _application.Services.GetRequiredService<GiveRole>().HandleAsync(by, _ids["Ada"], SiteRole.Trusted, Cancellation);
        await _application.Services.GetRequiredService<BanCommenter>().HandleAsync(by, _ids["bo"], new BanCommenter.Terms(1, IsShadow: true), Cancellation);
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        using (var cy = Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, _ids["Cy_"], await _application.SessionOfAsync(_ids["Cy_"])))
        {
            await cy.PostAsync(EmbedApplication.NewPage(), "Waits");
        }

        Assert.Equal(["Ada"], await ShownAsync(new PeopleQuery(Role: SiteRole.Trusted)));
        Assert.Equal(["bo"], await ShownAsync(new PeopleQuery(IsBanned: true)));
        Assert.Equal(["Cy_"], await ShownAsync(new PeopleQuery(IsHeld: true)));
        _application.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await ShownAsync(new PeopleQuery(IsBanned: true)));
    }

    [Fact]
    public async Task A_persons_page_has_their_history_and_only_at_the_sites_they_were_at()
    {
        var show = _application.Services.GetRequiredService<ShowPerson>();
        var by = await AdministratorAsync();
        await _application.Services.GetRequiredService<NotePerson>().HandleAsync(by, _ids["bo"], "Kind", Cancellation);
        await _application.Services.GetRequiredService<BanCommenter>().HandleAsync(by, _ids["bo"], new BanCommenter.Terms(1, Reason: "Spam"), Cancellation);

        var person = await show.HandleAsync(_site, _ids["bo"], null, Cancellation);

        Assert.NotNull(person);
        Assert.Equal(3, person.Counts[CommentState.Published]);
        Assert.Equal(3, person.Comments.Count);
        Assert.Equal(("Kind", "Root"), (person.Notes[0].Text, person.Notes[0].Author));
        Assert.Equal(("Spam", EmbedApplication.Site, "Root"), (person.Bans[0].Reason, person.Bans[0].Site, person.Bans[0].MadeBy));
        Assert.StartsWith("Banned bo until ", Assert.Single(person.Acts).What, StringComparison.Ordinal);
        Assert.Null(await show.HandleAsync(_site, _ids["Elsewhere"], null, Cancellation));
        Assert.NotNull(await show.HandleAsync(null, _ids["Elsewhere"], null, Cancellation));
        Assert.Null(await show.HandleAsync(null, 987_654, null, Cancellation));
    }

    [Fact]
    public async Task A_persons_comments_begin_as_readers_see_them_and_count_as_before_in_a_deleted_thread()
    {
        using (var bo = Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, _ids["bo"], await _application.SessionOfAsync(_ids["bo"])))
        {
            var id = await bo.PostAsync(EmbedApplication.NewPage(), "Use **rye** & [salt](https://salt.example/)");
            await using var database = await _application.OpenDatabaseAsync();
            await database.Comments.Where(c => c.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.State, CommentState.Pending | CommentState.InDeletedThread), Cancellation);
        }

        var person = await _application.Services.GetRequiredService<ShowPerson>().HandleAsync(null, _ids["bo"], null, Cancellation);

        Assert.Equal("Use rye & salt", person!.Comments[0].Beginning);
        Assert.Equal((3, 1), (person.Counts[CommentState.Published], person.Counts[CommentState.Pending]));
        Assert.Equal([EmbedApplication.Site], person.Sites);
    }

    [Fact]
    public async Task A_team_names_what_was_given_and_what_settings_say()
    {
        var by = await AdministratorAsync();
        await _application.Services.GetRequiredService<GiveRole>().HandleAsync(by, _ids["Ada"], SiteRole.Owner, Cancellation);
        await _application.Services.GetRequiredService<Invite>().HandleAsync(by, SiteRole.Moderator, "For Bo", Cancellation);
        await _application.ChangeSiteAsync(site => site.Moderators.Add("GitHub:nobody-yet"));
        _site = (await _application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!;
        var list = _application.Services.GetRequiredService<ListTeam>();

        var team = await list.HandleAsync(_site, new TeamQuery(), Cancellation);
        var server = await list.HandleAsync(null, new TeamQuery(), Cancellation);

        var (given, named) = (team.Members[0], team.Members.Single(member => member.Account == "GitHub:nobody-yet"));
        Assert.Equal(("Ada", SiteRole.Owner, "Root"), (given.Name, given.Role, given.GivenBy));
        Assert.Equal((SiteRole.Moderator, null, null), (named.Role, named.CommenterId, named.GivenAt));
        Assert.Equal(("For Bo", SiteRole.Moderator), (team.Invitations[0].Note, team.Invitations[0].Role));
        Assert.Equal((EmbedApplication.Administrator, "Root"), (server.Members[0].Account, server.Members[0].Name));
    }

    [Fact]
    public async Task A_team_is_sorted_and_found_by_name_account_and_role()
    {
        var by = await AdministratorAsync();
        var give = _application.Services.GetRequiredService<GiveRole>();
        foreach (var (name, role) in new[] { ("bo", SiteRole.Trusted), ("Ada", SiteRole.Owner), ("Cy_", SiteRole.Trusted) })
        {
            await give.HandleAsync(by, _ids[name], role, Cancellation);
            _application.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        _site.Moderators.Clear();
        _site.Moderators.AddRange(["GitHub:zoe", "GitHub:zoe"]);
        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.SingleAsync(a => a.CommenterId == _ids["bo"], Cancellation);

        Assert.Equal(["Ada", "bo", "Cy_", null], await TeamAsync(new(Sort: "name")));
        Assert.Equal([null, "Cy_", "bo", "Ada"], await TeamAsync(new(Sort: "-name")));
        Assert.Equal(["Ada", null, "Cy_", "bo"], await TeamAsync(new(Sort: "-role")));
        Assert.Equal(["bo", "Cy_", null, "Ada"], await TeamAsync(new(Sort: "role")));
        Assert.Equal(["Cy_", "Ada", "bo", null], await TeamAsync(new(Sort: "-since")));
        Assert.Equal(["bo", "Cy_"], await TeamAsync(new(Role: SiteRole.Trusted, Sort: "name")));
        Assert.Equal(["bo"], await TeamAsync(new("BO")));
        Assert.Equal(["bo"], await TeamAsync(new(account.Key)));
        Assert.Equal(["Cy_"], await TeamAsync(new("_")));
        Assert.Equal([null], await TeamAsync(new("zoe")));
    }

    [Fact]
    public async Task Of_more_roles_than_a_team_shows_a_filter_finds_each()
    {
        await using var database = await _application.OpenDatabaseAsync();
        var many = Enumerable.Range(0, ListTeam.MaxGiven).Select(number => new Commenter { Name = $"Person {number:D4}" }).ToList();
        database.Commenters.AddRange(many);
        await database.SaveChangesAsync(Cancellation);
        database.RoleGrants.AddRange(many.Prepend(await database.Commenters.SingleAsync(c => c.Id == _ids["Ada"], Cancellation))
            .Select(person => new RoleGrant { CommenterId = person.Id, SiteId = _site.Id, Role = SiteRole.Trusted }));
        await database.SaveChangesAsync(Cancellation);
        var list = _application.Services.GetRequiredService<ListTeam>();

        var all = await list.HandleAsync(_site, new TeamQuery(Role: SiteRole.Trusted), Cancellation);
        var one = await list.HandleAsync(_site, new TeamQuery("Ada"), Cancellation);

        Assert.Equal((ListTeam.MaxGiven, true), (all.Members.Count, all.IsCutShort));
        Assert.DoesNotContain(all.Members, member => member.Name == "Ada");
        Assert.Equal(("Ada", false), (Assert.Single(one.Members).Name, one.IsCutShort));
    }

    private async Task<IEnumerable<string?>> TeamAsync(TeamQuery query) =>
        (await _application.Services.GetRequiredService<ListTeam>().HandleAsync(_site, query, Cancellation)).Members.Select(member => member.Name);

    private async Task<Authority> AdministratorAsync()
    {
        var (root, _) = await _application.MakeSessionAsync("Root", Role.Administrator);
        return new Authority(root, _site, SiteRole.Administrator, ActedVia.Admin);
    }

    private Task<string[]> FoundAsync(string search) => ShownAsync(new PeopleQuery(search));

    private async Task<string[]> ShownAsync(PeopleQuery query) =>
        [.. (await List.HandleAsync(_site.Id, query, Cancellation)).People.Select(person => person.Name)];
}
