using System.Data.Common;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Me;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Whose name stands beside comments after a sign-in.</summary>
public sealed class RecordCommenterTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string Label = "a…@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mailbox_does_not_rename_whoever_uses_the_name_of_their_other_account()
    {
        var (ada, _) = await application.MakeSessionAsync("Ada");
        var mailbox = await AddMailboxAsync(ada.Id);
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        var there = (await own.ReadAsync("/me")).QuerySelector("button[name=there]")!.Closest("form")!;
        using var done = await own.SendAsync(there, ("there", "yes"));

        var signedIn = await application.Services.GetRequiredService<RecordCommenter>().HandleAsync(mailbox, Cancellation);

        Assert.Equal((ada.Id, "Ada", false), (signedIn.Id, signedIn.Name, signedIn.IsNameChosen));
        Assert.Equal("Ada", await NameAsync(ada.Id));
    }

    [Fact]
    public async Task A_mailbox_that_is_all_that_is_left_leaves_the_name_as_it_is()
    {
        var (ada, _) = await application.MakeSessionAsync("Ada");
        var mailbox = await AddMailboxAsync(ada.Id, isNameChosen: false);
        await application.Services.GetRequiredService<UnlinkAccount>().HandleAsync(ada.Id, ada.Accounts[0].Id, Cancellation);

        var signedIn = await application.Services.GetRequiredService<RecordCommenter>().HandleAsync(mailbox, Cancellation);

        Assert.Equal((ada.Id, "Ada", true), (signedIn.Id, signedIn.Name, signedIn.IsNameChosen));
    }

    [Fact]
    public async Task A_new_mailbox_without_a_name_is_someone()
    {
        var mailbox = new ProvenAccount(MailSignIn.Provider, Guid.NewGuid().ToString("N"), Label);

        var signedIn = await application.Services.GetRequiredService<RecordCommenter>().HandleAsync(mailbox, Cancellation);

        Assert.Equal(ShownName.Unknown, signedIn.Name);
    }

    [Fact]
    public async Task A_name_chosen_while_somebody_signs_in_stays()
    {
        var (ada, _) = await application.MakeSessionAsync("Ada");
        var atTheLastMoment = new BeforeTransaction(async () =>
        {
            await using var other = await application.OpenDatabaseAsync();
            await other.Commenters.Where(c => c.Id == ada.Id).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Name, "Chosen").SetProperty(c => c.IsNameChosen, true), Cancellation);
        });
        var record = ActivatorUtilities.CreateInstance<RecordCommenter>(application.Services, new Databases(application, atTheLastMoment));

        var signedIn = await record.HandleAsync(new ProvenAccount("GitHub", ada.Accounts[0].Subject, "Ada Lovelace"), Cancellation);

        Assert.Equal("Chosen", signedIn.Name);
        Assert.Equal("Chosen", await NameAsync(ada.Id));
    }

    [Fact]
    public async Task Linking_to_somebody_who_is_gone_meanwhile_changes_nothing()
    {
        var account = new ProvenAccount("GitHub", Guid.NewGuid().ToString("N"), "Ada");

        var done = await application.Services.GetRequiredService<LinkAccount>().HandleAsync(123_456, account, null, Cancellation);

        Assert.Equal(LinkAccount.Standing.Changed, done.Value);
    }

    private async Task<ProvenAccount> AddMailboxAsync(long commenterId, bool isNameChosen = true)
    {
        var subject = Guid.NewGuid().ToString("N");
        await using var database = await application.OpenDatabaseAsync();
        database.Accounts.Add(new CommenterAccount
        {
            CommenterId = commenterId,
            Provider = MailSignIn.Provider,
            Subject = subject,
            Name = Label,
            LinkedAt = application.Clock.GetUtcNow(),
        });
        await database.SaveChangesAsync(Cancellation);
        await database.Commenters.Where(c => c.Id == commenterId).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsNameChosen, isNameChosen), Cancellation);
        return new ProvenAccount(MailSignIn.Provider, subject, Label);
    }

    private async Task<string> NameAsync(long id)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Commenters.Where(c => c.Id == id).Select(c => c.Name).SingleAsync(Cancellation);
    }

    /// <summary>The server's database, with something done before each transaction.</summary>
    private sealed class Databases(EmbedApplication application, BeforeTransaction before) : IDbContextFactory<EmbedDbContext>
    {
        public EmbedDbContext CreateDbContext()
        {
            var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(application.DataFolder, "embed.db"), Pooling = false };
            return new EmbedDbContext(new DbContextOptionsBuilder<EmbedDbContext>()
                .UseSqlite(file.ConnectionString).AddInterceptors(new SqlitePragmas(), before).Options);
        }
    }

    private sealed class BeforeTransaction(Func<Task> act) : DbTransactionInterceptor
    {
        public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
            CancellationToken cancellationToken = default)
        {
            await act();
            return result;
        }
    }
}
