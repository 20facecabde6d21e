using Embed.Server.Admin.ActLog;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>The moderation log by its handlers, and acts that are nothing but an entry of it.</summary>
internal static class LogReader
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Everything in the log, as an administrator sees it, newest first.</summary>
    public static async Task<IReadOnlyList<LoggedAct>> ReadLogAsync(this EmbedApplication application, LogFilter? filter = null)
    {
        var (administrator, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var page = await application.Services.GetRequiredService<ReadLog>()
            .HandleAsync(administrator, filter ?? new LogFilter(), new ReadLog.Place(), Cancellation);
        return page.Value!.Acts;
    }

    /// <summary>Its sentences.</summary>
    public static async Task<IReadOnlyList<string>> SentencesAsync(EmbedApplication application) =>
        [.. (await application.ReadLogAsync()).Select(LogText.Of)];

    /// <summary>Does something to the database as an act of somebody with power.</summary>
    /// <returns>The entry's id.</returns>
    public static async Task<long> ActAsync(this EmbedApplication application, NewAct act, Func<EmbedDbContext, Task> change)
    {
        var outcome = await application.Services.GetRequiredService<WriteQueue>().RunAsync<long>(
            async write =>
            {
                await change(write.Database);
                return (await LogBook.SaveAsync(write.Database, act, application.Clock.GetUtcNow()))?.Id ?? 0;
            },
            Cancellation);
        Assert.Null(outcome.Refusal);
        return outcome.Value;
    }

    /// <summary>Decides on a comment, as moderators do.</summary>
    public static Task<long> DecideAsync(
        this EmbedApplication application, long actor, long commentId, string word, Action<Comment> decide, long? siteId = 1) =>
        application.ActAsync(new NewAct(actor, ActedVia.Api, siteId, word) { CommentId = commentId }, async database =>
        {
            var comment = await database.Comments.SingleAsync(c => c.Id == commentId, Cancellation);
            var before = comment.State;
            decide(comment);
            await CountAsync(database, comment, before);
        });

    /// <summary>Undoes entries as an administrator, who is made for it the first time.</summary>
    public static async Task<IReadOnlyList<UndoAct.Item>> UndoAsync(this EmbedApplication application, params long[] entries)
    {
        var (administrator, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        return (await application.Services.GetRequiredService<UndoAct>().HandleAsync(administrator, ActedVia.Admin, entries, Cancellation)).Value!;
    }

    /// <summary>The id of a site.</summary>
    public static async Task<long> SiteIdAsync(this EmbedApplication application, string key = EmbedApplication.Site)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Sites.Where(s => s.Key == key).Select(s => s.Id).SingleAsync(Cancellation);
    }

    // Only for comments at top level, which is what these tests have.
    private static Task<int> CountAsync(EmbedDbContext database, Comment comment, CommentState before)
    {
        var change = (comment.State == CommentState.Published ? 1 : 0) - (before == CommentState.Published ? 1 : 0);
        return database.Threads.Where(t => t.Id == comment.ThreadId)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.CommentCount, t => t.CommentCount + change), Cancellation);
    }
}
