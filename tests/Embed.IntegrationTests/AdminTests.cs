using System.Net;
using Embed.Server.Admin;
using Embed.Server.Admin.Sites;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Sites are made, listed and changed, by those who may.</summary>
public sealed class AdminTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _key = $"site-{Guid.NewGuid():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SaveSite Handler => application.Services.GetRequiredService<SaveSite>();

    private SiteForm New => SiteForm.New with { Key = _key, Name = "New", Origins = "https://New.example/" };

    [Fact]
    public async Task A_created_site_takes_comments_from_its_origins_at_once()
    {
        var (root, _) = await MakeAsync();
        using var author = await Person.SignInAsync(application, site: _key, origin: "https://new.example");
        await author.PostAsync("https://new.example/first", "First");

        Assert.Equal(1, (await ListAsync(root)).Single(site => site.Key == _key).Comments);
    }

    [Fact]
    public async Task A_changed_setting_reaches_the_next_reader()
    {
        var (root, site) = await MakeAsync();
        using var author = await Person.SignInAsync(application, site: _key, origin: "https://new.example");
        await author.PostAsync("https://new.example/first", "First");
        using var reader = application.CreateClient();
        var address = $"/api/v1/sites/{_key}/thread.html?page=https%3A%2F%2Fnew.example%2Ffirst";
        var before = ThreadReader.Parse(await reader.GetStringAsync(address, Cancellation));

        await SaveAsync(root, SiteForm.From(site) with { IsNumbered = true });
        var after = ThreadReader.Parse(await reader.GetStringAsync(address, Cancellation));

        Assert.Null(before.QuerySelector(".outline"));
        Assert.Equal("1", after.QuerySelector(".outline")?.TextContent);
    }

    [Fact]
    public async Task Every_setting_is_saved_logged_with_before_and_after_and_can_be_undone()
    {
        var (root, site) = await MakeAsync();
        var opened = SiteForm.From(site);
        var typed = opened with
        {
            Name = "Newer",
            Origins = "https://newer.example",
            Moderators = "GitHub:583231",
            MaxIndent = "2",
            IsNumbered = true,
            EditWindowMinutes = "0",
            HoldsComments = true,
            DefaultSort = nameof(ThreadSort.Best),
            IsIndexed = false,
            QueryParameters = "p\nid",
            SignInProviders = ["GitHub"],
            AllowsGuests = true,
            HoldsGuests = false,
            AllowsMail = true,
            ClosesAfterDays = "30",
            SlowModeMinutes = "5",
        };

        var saved = await SaveAsync(root, typed);

        Assert.Equal(typed, SiteForm.From(saved.Site!) with { SignInProviders = typed.SignInProviders, Revision = typed.Revision });
        await using var database = await application.OpenDatabaseAsync();
        var entry = await database.ModerationLog.SingleAsync(e => e.Id == saved.Entry, Cancellation);
        Assert.Equal((ActWord.SiteChanged, root.Id, site.Id), (entry.Act, entry.ActorId, entry.SiteId));
        var change = RowChange.Read(entry.Changes).Single();
        Assert.Equal(("New", "Newer"), ((string?)change.Before!["Name"], (string?)change.After!["Name"]));
        Assert.Equal(16, change.After!.Count);

        var undone = await application.Services.GetRequiredService<UndoAct>().HandleAsync(root, ActedVia.Admin, [saved.Entry!.Value], Cancellation);

        Assert.Equal([UndoResult.Undone], undone.Value!.Select(item => item.Result));
        var row = await database.Sites.AsNoTracking().SingleAsync(s => s.Key == _key, Cancellation);
        Assert.Empty(SiteFormFields.Differences(opened, SiteForm.From(row)));
    }

    [Fact]
    public async Task Saving_what_is_there_already_logs_nothing()
    {
        var (root, site) = await MakeAsync();

        Assert.Null((await SaveAsync(root, SiteForm.From(site))).Entry);
    }

    [Fact]
    public async Task A_provider_that_is_configured_no_more_stays_until_it_is_unticked()
    {
        var (root, site) = await MakeAsync(New with { SignInProviders = ["Gone", "Work"] });

        var untouched = await SaveAsync(root, SiteForm.From(site));

        Assert.Equal(["Gone", "Work"], untouched.Site!.SignInProviders);
    }

    [Fact]
    public async Task Faults_are_told_by_their_fields_and_nothing_is_made()
    {
        var refused = await TryMakeAsync(await CommenterAsync(Role.Administrator), New with { Origins = "not an origin" });

        Assert.Equal([nameof(SiteForm.Origins)], refused.Value!.Faults.Keys);
        await using var database = await application.OpenDatabaseAsync();
        Assert.False(await database.Sites.AnyAsync(site => site.Key == _key, Cancellation));
    }

    [Fact]
    public async Task Of_two_who_save_at_once_the_second_is_told()
    {
        var (root, site) = await MakeAsync();
        var form = SiteForm.From(site);

        await SaveAsync(root, form with { Name = "First" });
        var second = await Handler.HandleAsync(root, form with { Name = "Second" }, Cancellation);

        Assert.True(second.IsConflict);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal("First", (await database.Sites.SingleAsync(s => s.Key == _key, Cancellation)).Name);
    }

    [Fact]
    public async Task An_owner_changes_their_own_site_and_makes_none()
    {
        var (_, site) = await MakeAsync();
        var (_, other) = await MakeAsync(New with { Key = $"{_key}-2" });
        var owner = await CommenterAsync(Role.Commenter);
        await GrantAsync(owner, site, SiteRole.Owner);

        Assert.NotNull((await SaveAsync(owner, SiteForm.From(site) with { Name = "Theirs" })).Site);
        Assert.Equal(Refusal.NotAllowed, (await Handler.HandleAsync(owner, SiteForm.From(other), Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await TryMakeAsync(owner, New with { Key = $"{_key}-3" })).Refusal);
        Assert.Equal([(_key, true)], (await ListAsync(owner)).Select(listed => (listed.Key, listed.MayChange)));
    }

    [Theory]
    [InlineData(SiteRole.None)]
    [InlineData(SiteRole.Trusted)]
    [InlineData(SiteRole.Moderator)]
    public async Task Who_is_less_than_an_owner_changes_nothing(object role)
    {
        var (_, site) = await MakeAsync();
        var person = await CommenterAsync(Role.Commenter);
        await GrantAsync(person, site, (SiteRole)role);

        var refused = await Handler.HandleAsync(person, SiteForm.From(site) with { Name = "Taken over" }, Cancellation);

        Assert.Equal(Refusal.NotAllowed, refused.Refusal);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal("New", (await database.Sites.SingleAsync(s => s.Key == _key, Cancellation)).Name);
    }

    [Fact]
    public async Task An_owner_does_not_make_a_site_one_of_the_servers_own_machine()
    {
        var (root, site) = await MakeAsync();
        var owner = await CommenterAsync(Role.Commenter);
        await GrantAsync(owner, site, SiteRole.Owner);
        var local = SiteForm.From(site) with { Origins = "http://localhost:3000" };

        Assert.Equal(AdminText.OriginsLocal, (await Handler.HandleAsync(owner, local, Cancellation)).Faults[nameof(SiteForm.Origins)]);
        Assert.NotNull((await Handler.HandleAsync(owner, local with { Origins = $"{site.Origins[0]}\nhttp://localhost:3000" }, Cancellation)).Site);
        await using var database = await application.OpenDatabaseAsync();
        var saved = SiteForm.From(await database.Sites.SingleAsync(s => s.Key == _key, Cancellation));
        Assert.True((await SaveAsync(root, saved with { Origins = "http://localhost:3000" })).Site!.IsLocal);
    }

    [Fact]
    public async Task An_owner_who_is_banned_changes_nothing()
    {
        var (_, site) = await MakeAsync();
        var owner = await CommenterAsync(Role.Commenter);
        await GrantAsync(owner, site, SiteRole.Owner);
        await using var database = await application.OpenDatabaseAsync();
        database.Bans.Add(new Ban { CommenterId = owner.Id, SiteId = site.Id, CreatedAt = application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);

        Assert.Equal("banned", (await Handler.HandleAsync(owner, SiteForm.From(site), Cancellation)).Refusal?.Code);
    }

    [Fact]
    public async Task Who_moderates_nothing_is_sent_to_the_page_that_names_their_account()
    {
        using var person = await OwnOrigin.OpenAsync(application, Role.Commenter);

        using var refused = await person.GetAsync("/admin");
        using var denied = await person.GetAsync("/signin/denied");

        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Contains("/signin/denied", refused.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("GitHub:", await denied.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_lets_pages_load_from_here_alone_and_nobody_frames_it()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var document = await admin.GetAsync("/admin/anything");

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws://localhost; "
            + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
            document.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain("//fonts", await document.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task<Commenter> CommenterAsync(Role role) => (await application.MakeSessionAsync(role: role)).Commenter;

    private async Task<(Commenter Root, Site Site)> MakeAsync(SiteForm? form = null)
    {
        var root = await CommenterAsync(Role.Administrator);
        form ??= New;
        Assert.Empty((await TryMakeAsync(root, form)).Value!.Faults);
        var made = await application.Services.GetRequiredService<SiteDirectory>().FindAsync(form.Key, Cancellation);
        return (root, (await SaveAsync(root, form with { Revision = made!.Revision })).Site!);
    }

    private Task<Outcome<MakeSite.Result>> TryMakeAsync(Commenter actor, SiteForm form) => application.Services.GetRequiredService<MakeSite>()
        .HandleAsync(actor, form.Name, form.Key, form.Origins, ModerationChoice.Publish, Cancellation);

    private async Task<SaveSite.Result> SaveAsync(Commenter actor, SiteForm form)
    {
        var saved = await Handler.HandleAsync(actor, form, Cancellation);
        Assert.NotNull(saved.Site);
        return saved;
    }

    private Task<IReadOnlyList<ListedSite>> ListAsync(Commenter actor) =>
        application.Services.GetRequiredService<ListSites>().HandleAsync(actor, Cancellation);

    private async Task GrantAsync(Commenter commenter, Site site, SiteRole role)
    {
        await using var database = await application.OpenDatabaseAsync();
        database.RoleGrants.Add(new RoleGrant { CommenterId = commenter.Id, SiteId = site.Id, Role = role, GivenAt = application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
    }
}
