using System.Net;
using System.Text;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Deleting the account ends no ban: who signs in with the same account again is banned still.</summary>
public sealed class BannedAndGoneTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task The_same_account_is_banned_still_and_nothing_else_was_kept_of_it()
    {
        var (ada, account) = await BannedAsync("Zenobia Quux", days: null);
        await DeleteAsync(ada);

        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, account.Subject));
        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, "Zenobia Quux"));
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var bare = await database.Commenters.Include(c => c.Accounts).SingleAsync(c => c.Id == ada, Cancellation);
            Assert.Equal(("", ErasedAccounts.Provider), (bare.Name, Assert.Single(bare.Accounts).Provider));
        }

        var back = await SignInAsync(account.Provider, account.Subject, "Zenobia again");
        Assert.Equal((ada, "Zenobia again"), (back.Id, back.Name));
        using var person = Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, back.Id, await _application.SessionOfAsync(back.Id));
        await person.TryPostAsync(EmbedApplication.NewPage(), "Hello again").AssertRefusedAsync(HttpStatusCode.Forbidden, "banned");
    }

    [Fact]
    public async Task When_the_ban_is_over_the_rest_goes_and_the_account_is_somebody_new()
    {
        var (ada, account) = await BannedAsync("Ada", days: 10);
        await DeleteAsync(ada);
        Assert.NotEqual([], await DatabaseTraces.OfCommenterAsync(_application, ada));

        _application.Skip(TimeSpan.FromDays(10));
        await AccountDeletion.RunAsync(_application);

        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, ada));
        Assert.NotEqual(ada, (await SignInAsync(account.Provider, account.Subject, "Ada")).Id);
    }

    [Fact]
    public async Task When_the_ban_is_lifted_the_rest_goes_too()
    {
        var (ada, _) = await BannedAsync("Ada", days: null);
        await DeleteAsync(ada);
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await moderator.SendAsync(HttpMethod.Delete, $"/api/v1/sites/{EmbedApplication.Site}/commenters/{ada}/ban").AssertDoneAsync();

        await AccountDeletion.RunAsync(_application);

        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, ada));
    }

    [Fact]
    public async Task Another_account_is_not_taken_for_the_one_that_is_gone()
    {
        var (ada, account) = await BannedAsync("Ada", days: null);
        await DeleteAsync(ada);

        Assert.NotEqual(ada, (await SignInAsync("GitLab", account.Subject, "Bo")).Id);
        Assert.NotEqual(ada, (await SignInAsync(account.Provider, account.Subject + "0", "Eve")).Id);
    }

    [Fact]
    public async Task What_is_written_of_somebody_goes_with_them()
    {
        var (ada, _) = await BannedAsync("Ada", days: 1, reason: "Sells Quuxware");
        await DeleteAsync(ada);
        _application.Skip(TimeSpan.FromDays(1));
        await AccountDeletion.RunAsync(_application);

        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, "Quuxware"));
    }

    [Fact]
    public async Task An_old_file_brings_back_neither_their_name_nor_a_way_around_the_ban()
    {
        var (ada, _) = await BannedAsync("Ada", days: null);
        await using (var before = await _application.OpenDatabaseAsync())
        {
            await before.Accounts.Where(a => a.CommenterId == ada).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Provider, "GitHub").SetProperty(a => a.Subject, "583231"), Cancellation);
        }

        await DeleteAsync(ada);
        var workshop = await ImportWorkshop.OpenAsync(_application);

        await workshop.ImportAsync(new ImportOptions(), new MemoryStream(Encoding.UTF8.GetBytes("""
            [{"url":"https://api.github.com/repos/a/b/issues/1","comments_url":"x","number":1,"title":"rye","created_at":"2021-01-01T00:00:00Z"}]
            [{"id":1,"issue_url":"https://api.github.com/repos/a/b/issues/1","user":{"login":"ada","id":583231,"html_url":"https://github.com/ada"},"created_at":"2021-01-02T00:00:00Z","body":"Of old"}]
            """)));

        await using (var database = await _application.OpenDatabaseAsync())
        {
            var comment = await database.Comments.Include(c => c.Commenter).SingleAsync(c => c.Body == "Of old", Cancellation);
            Assert.Equal(CommenterKind.Former, comment.Commenter!.Kind);
        }

        Assert.Equal(ada, (await SignInAsync("GitHub", "583231", "Ada")).Id);
    }

    private async Task<(long Id, CommenterAccount Account)> BannedAsync(string name, int? days, string? reason = null)
    {
        using var person = await Person.SignInAsync(_application, name);
        await person.PostAsync(EmbedApplication.NewPage(), "Text");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await moderator.SendAsync(HttpMethod.Put, $"/api/v1/sites/{EmbedApplication.Site}/commenters/{person.Id}/ban", new { days, reason }).AssertDoneAsync();
        await using var database = await _application.OpenDatabaseAsync();
        return (person.Id, await database.Accounts.AsNoTracking().SingleAsync(a => a.CommenterId == person.Id, Cancellation));
    }

    private async Task DeleteAsync(long id)
    {
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var due = _application.Clock.GetUtcNow();
            await database.Commenters.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, due), Cancellation);
        }

        await AccountDeletion.RunAsync(_application);
    }

    private Task<Commenter> SignInAsync(string provider, string subject, string name) =>
        _application.Services.GetRequiredService<RecordCommenter>().HandleAsync(new ProvenAccount(provider, subject, name), Cancellation);
}
