using System.Security.Cryptography;
using System.Text;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Claims;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Whose imported comments are, when somebody signs in who may be their author.</summary>
public sealed class ImportClaimTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DecideClaim Decide => application.Services.GetRequiredService<DecideClaim>();

    [Theory]
    [InlineData("login", ClaimGround.GitHubLogin)]
    [InlineData("hash", ClaimGround.GitHubLoginHash)]
    [InlineData("mailbox", ClaimGround.Mailbox)]
    internal async Task Somebody_known_by_a_name_or_a_hash_waits_for_an_administrator(string knownBy, ClaimGround ground)
    {
        var login = "Ada-" + Guid.NewGuid().ToString("N")[..8];
        var imported = await ImportAsync(knownBy, login);
        var account = knownBy == "mailbox"
            ? new ProvenAccount(MailSignIn.Provider, login, "a…@example.com")
            : new ProvenAccount("GitHub", Guid.NewGuid().ToString("N"), "Ada") { GitHubLogin = login };

        var ada = await SignInAsync(account);
        await SignInAsync(account);

        var claim = Assert.Single(await WaitingAsync(), claim => claim.CommenterId == ada.Id);
        Assert.Equal((ground, 2, "Ada of old"), (claim.Ground, claim.Comments, claim.PersonName));
        Assert.Equal(imported.Id, await AuthorAsync(imported.Comments[0]));
    }

    [Fact]
    public async Task A_yes_gives_the_comments_and_undoing_it_gives_back_exactly_those()
    {
        var (imported, ada, claim) = await ClaimedAsync();
        var own = await CommentAsync(ada.Id);
        var administrator = await AdministratorAsync();

        var accepted = await Decide.HandleAsync(administrator, claim, accepts: true, Cancellation);

        Assert.Equal([ada.Id, ada.Id], await AuthorsAsync(imported));
        Assert.Empty(await WaitingAsync(ada.Id));
        var undone = await UndoAsync(administrator, accepted.Value);
        Assert.Equal(UndoResult.Undone, undone.Result);
        Assert.Equal([imported.Id, imported.Id], await AuthorsAsync(imported));
        Assert.Equal(ada.Id, await AuthorAsync(own));
        Assert.Single(await WaitingAsync(ada.Id));
        Assert.Equal(UndoResult.Undone, (await UndoAsync(administrator, undone.Written!.Value)).Result);
        Assert.Equal([ada.Id, ada.Id], await AuthorsAsync(imported));
    }

    [Fact]
    public async Task A_no_holds_at_the_next_sign_in()
    {
        var (imported, ada, claim) = await ClaimedAsync();

        await Decide.HandleAsync(await AdministratorAsync(), claim, accepts: false, Cancellation);
        await SignInAsync(new ProvenAccount("GitHub", ada.Accounts[0].Subject, "Ada") { GitHubLogin = imported.Login });

        Assert.Empty(await WaitingAsync(ada.Id));
        Assert.Equal([imported.Id, imported.Id], await AuthorsAsync(imported));
    }

    [Fact]
    public async Task Of_two_who_claim_the_same_one_gets_it()
    {
        var (imported, ada, claim) = await ClaimedAsync();
        var other = await SignInAsync(new ProvenAccount("GitHub", Guid.NewGuid().ToString("N"), "Eve") { GitHubLogin = imported.Login });
        var second = Assert.Single(await WaitingAsync(other.Id));
        var administrator = await AdministratorAsync();

        await Decide.HandleAsync(administrator, claim, accepts: true, Cancellation);

        Assert.Equal(Refusal.ClaimDecided, (await Decide.HandleAsync(administrator, second.Id, accepts: true, Cancellation)).Refusal);
        Assert.Empty(await WaitingAsync(other.Id));
        Assert.Equal([ada.Id, ada.Id], await AuthorsAsync(imported));
    }

    [Fact]
    public async Task A_ban_of_the_imported_person_is_not_got_around()
    {
        var (imported, _, claim) = await ClaimedAsync();
        await BanAsync(imported.Id, imported.SiteId, null);

        var decided = await Decide.HandleAsync(await AdministratorAsync(), claim, accepts: true, Cancellation);

        Assert.Equal(Refusal.ClaimBanned, decided.Refusal);
    }

    [Fact]
    public async Task A_no_can_be_taken_back_and_of_two_claims_a_yes_taken_back_leaves_both()
    {
        var (imported, ada, claim) = await ClaimedAsync();
        var other = await SignInAsync(new ProvenAccount("GitHub", Guid.NewGuid().ToString("N"), "Eve") { GitHubLogin = imported.Login });
        var second = Assert.Single(await WaitingAsync(other.Id));
        var administrator = await AdministratorAsync();

        var refused = await Decide.HandleAsync(administrator, claim, accepts: false, Cancellation);
        Assert.Equal(UndoResult.Undone, (await UndoAsync(administrator, refused.Value)).Result);
        Assert.Single(await WaitingAsync(ada.Id));
        var accepted = await Decide.HandleAsync(administrator, second.Id, accepts: true, Cancellation);
        Assert.Empty(await WaitingAsync(ada.Id));
        Assert.Equal(UndoResult.Undone, (await UndoAsync(administrator, accepted.Value)).Result);

        Assert.Equal(claim, Assert.Single(await WaitingAsync(ada.Id)).Id);
        Assert.Equal(second.Id, Assert.Single(await WaitingAsync(other.Id)).Id);
        Assert.Equal([imported.Id, imported.Id], await AuthorsAsync(imported));
    }

    [Fact]
    public async Task Who_claims_and_is_banned_is_said_to_be_and_stays_so()
    {
        var (imported, ada, claim) = await ClaimedAsync();
        await BanAsync(ada.Id, imported.SiteId, application.Clock.GetUtcNow().AddDays(1));
        Assert.True(Assert.Single(await WaitingAsync(ada.Id)).IsBanned);

        await Decide.HandleAsync(await AdministratorAsync(), claim, accepts: true, Cancellation);

        Assert.Equal([ada.Id, ada.Id], await AuthorsAsync(imported));
        await using var database = await application.OpenDatabaseAsync();
        Assert.True(await database.Bans.AnyAsync(ban => ban.CommenterId == ada.Id, Cancellation));
        var (_, eve, _) = await ClaimedAsync();
        await BanAsync(eve.Id, imported.SiteId, application.Clock.GetUtcNow().AddMinutes(-1));
        Assert.False(Assert.Single(await WaitingAsync(eve.Id)).IsBanned);
    }

    [Fact]
    public async Task A_claim_goes_with_who_made_it()
    {
        var (imported, ada, claim) = await ClaimedAsync();

        await EraseAsync(ada.Id);

        Assert.DoesNotContain(await WaitingAsync(), waiting => waiting.Id == claim);
        Assert.Equal(Refusal.ClaimNotFound, (await Decide.HandleAsync(await AdministratorAsync(), claim, accepts: true, Cancellation)).Refusal);
        Assert.Equal([imported.Id, imported.Id], await AuthorsAsync(imported));
    }

    [Fact]
    public async Task What_was_claimed_goes_with_who_claimed_it_and_does_not_come_back()
    {
        var (imported, ada, claim) = await ClaimedAsync();
        var administrator = await AdministratorAsync();
        var accepted = await Decide.HandleAsync(administrator, claim, accepts: true, Cancellation);

        await EraseAsync(ada.Id);

        var undone = await UndoAsync(administrator, accepted.Value);
        Assert.Equal((UndoResult.NotUndoable, null), (undone.Result, undone.Written));
        await using var database = await application.OpenDatabaseAsync();
        var comments = await database.Comments.AsNoTracking().Include(c => c.Commenter).Where(c => imported.Comments.Contains(c.Id)).ToListAsync(Cancellation);
        Assert.All(comments, comment => Assert.Equal((CommenterKind.Former, CommentState.Deleted, ""), (comment.Commenter!.Kind, comment.State, comment.Body)));
        Assert.False(await database.Commenters.AnyAsync(c => c.Id == imported.Id || c.Id == ada.Id, Cancellation));
        var entry = await database.ModerationLog.AsNoTracking().SingleAsync(e => e.Id == accepted.Value, Cancellation);
        Assert.DoesNotContain("Ada", entry.Details + entry.Changes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SiteRole.Owner, false)]
    [InlineData(SiteRole.Moderator, false)]
    [InlineData(SiteRole.Administrator, true)]
    internal async Task Only_administrators_of_the_server_decide(SiteRole role, bool isOfSite)
    {
        var (imported, _, claim) = await ClaimedAsync();
        await using var database = await application.OpenDatabaseAsync();
        var site = isOfSite ? await database.Sites.SingleAsync(s => s.Id == imported.SiteId, Cancellation) : null;
        var (somebody, _) = await application.MakeSessionAsync("Olga");

        var decided = await Decide.HandleAsync(new Authority(somebody, site, role, ActedVia.Admin), claim, accepts: true, Cancellation);
        var listed = await application.Services.GetRequiredService<ListClaims>()
            .HandleAsync(new Authority(somebody, site, role, ActedVia.Admin), Cancellation);

        Assert.Equal((Refusal.NotAllowed, Refusal.NotAllowed), (decided.Refusal, listed.Refusal));
    }

    [Fact]
    public async Task No_other_provider_can_say_a_login_name_of_GitHub()
    {
        var login = "Ada-" + Guid.NewGuid().ToString("N")[..8];
        await ImportAsync("login", login);

        var other = await SignInAsync(new ProvenAccount("GitLab", Guid.NewGuid().ToString("N"), login));

        Assert.Empty(await WaitingAsync(other.Id));
    }

    private sealed record Imported(long Id, long SiteId, string Login, IReadOnlyList<long> Comments);

    private async Task<(Imported Imported, Commenter Ada, long Claim)> ClaimedAsync()
    {
        var login = "Ada-" + Guid.NewGuid().ToString("N")[..8];
        var imported = await ImportAsync("login", login);
        var ada = await SignInAsync(new ProvenAccount("GitHub", Guid.NewGuid().ToString("N"), "Ada") { GitHubLogin = login });
        return (imported, ada, Assert.Single(await WaitingAsync(ada.Id)).Id);
    }

    private async Task<Imported> ImportAsync(string knownBy, string login)
    {
        await using var database = await application.OpenDatabaseAsync();
        var site = await database.Sites.SingleAsync(s => s.Key == EmbedApplication.Site, Cancellation);
        var (starter, _) = await application.MakeSessionAsync("Olga");
        var import = new Import
        {
            SiteId = site.Id,
            Format = "test",
            FileName = "test",
            StartedById = starter.Id,
            Options = "{}",
            CreatedAt = application.Clock.GetUtcNow(),
        };
        var person = new Commenter { Kind = CommenterKind.Imported, Name = "Ada of old", CreatedAt = application.Clock.GetUtcNow() };
        database.AddRange(import, person);
        await database.SaveChangesAsync(Cancellation);
#pragma warning disable CA5350 // As other systems did.
        var hash = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(login)));
#pragma warning restore CA5350
        database.ImportedPeople.Add(new ImportedPerson
        {
            CommenterId = person.Id,
            SiteId = site.Id,
            ImportId = import.Id,
            GitHubLogin = knownBy == "login" ? login.ToLowerInvariant() : null,
            GitHubLoginHash = knownBy == "hash" ? hash : null,
            Mailbox = knownBy == "mailbox" ? login : null,
        });
        await database.SaveChangesAsync(Cancellation);
        List<long> comments = [await CommentAsync(person.Id), await CommentAsync(person.Id)];
        database.ImportedItems.AddRange(comments.Select(id => new ImportedItem
        {
            SiteId = site.Id,
            Source = "test",
            Kind = ImportedKind.Comment,
            SourceKey = Guid.NewGuid().ToString(),
            TargetId = id,
            ImportId = import.Id,
            PersonId = person.Id,
        }));
        await database.SaveChangesAsync(Cancellation);
        return new Imported(person.Id, site.Id, login, comments);
    }

    private async Task<long> CommentAsync(long commenterId)
    {
        await using var database = await application.OpenDatabaseAsync();
        var site = await database.Sites.SingleAsync(s => s.Key == EmbedApplication.Site, Cancellation);
        var address = $"blog.example/{Guid.NewGuid():N}";
        var thread = new CommentThread { SiteId = site.Id, Key = address, PageAddress = "https://" + address, Title = "", CommentCount = 1 };
        database.Threads.Add(thread);
        await database.SaveChangesAsync(Cancellation);
        var comment = new Comment { SiteId = site.Id, ThreadId = thread.Id, CommenterId = commenterId, DraftId = Guid.NewGuid(), Number = 1 }
            .Write("x", "<p>x</p>", CommentState.Published);
        database.Comments.Add(comment);
        await database.SaveChangesAsync(Cancellation);
        return comment.Id;
    }

    private async Task BanAsync(long commenterId, long siteId, DateTimeOffset? until)
    {
        await using var database = await application.OpenDatabaseAsync();
        database.Bans.Add(new Ban { CommenterId = commenterId, SiteId = siteId, CreatedAt = application.Clock.GetUtcNow(), Until = until });
        await database.SaveChangesAsync(Cancellation);
    }

    private async Task EraseAsync(long commenterId)
    {
        await using (var database = await application.OpenDatabaseAsync())
        {
            await database.Commenters.Where(c => c.Id == commenterId)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, application.Clock.GetUtcNow()), Cancellation);
        }

        await AccountDeletion.RunAsync(application);
    }

    private Task<Commenter> SignInAsync(ProvenAccount account) =>
        application.Services.GetRequiredService<RecordCommenter>().HandleAsync(account, Cancellation);

    private async Task<Authority> AdministratorAsync()
    {
        var (commenter, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        await using var database = await application.OpenDatabaseAsync();
        var known = await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == commenter.Id, Cancellation);
        return new Authority(known, null, SiteRole.Administrator, ActedVia.Admin);
    }

    private async Task<UndoAct.Item> UndoAsync(Authority by, long entry) => Assert.Single(
        (await application.Services.GetRequiredService<UndoAct>().HandleAsync(by.Commenter, ActedVia.Admin, [entry], Cancellation)).Value!);

    private async Task<IReadOnlyList<ListClaims.Item>> WaitingAsync(long? commenterId = null) =>
        [.. (await application.Services.GetRequiredService<ListClaims>().HandleAsync(await AdministratorAsync(), Cancellation)).Value!
            .Where(claim => commenterId is null || claim.CommenterId == commenterId)];

    private async Task<long[]> AuthorsAsync(Imported imported) => [.. await Task.WhenAll(imported.Comments.Select(AuthorAsync))];

    private async Task<long> AuthorAsync(long commentId)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Comments.Where(c => c.Id == commentId).Select(c => c.CommenterId).SingleAsync(Cancellation);
    }
}
