using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>The queue's HTTP API as a moderator's program uses it, and what the database says of it.</summary>
internal static class ModeratorsDesk
{
    private const string Moderation = $"/api/v1/sites/{EmbedApplication.Site}/moderation";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A page of a tab.</summary>
    public static Task<JsonNode> QueueAsync(this Person person, string query = "tab=held") =>
        person.SendAsync(HttpMethod.Get, $"{Moderation}/queue?{query}").JsonAsync();

    /// <summary>A comment as it is in the tab of all.</summary>
    public static async Task<JsonNode> QueuedAsync(this Person person, long id) =>
        (await person.QueueAsync("tab=recent"))["comments"]!.AsArray().Single(comment => (long)comment!["id"]! == id)!;

    /// <summary>Tries an act.</summary>
    public static Task<HttpResponseMessage> TryActAsync(
        this Person person, string act, IEnumerable<(long Id, int Revision)> comments, string? reason = null, string? body = null) =>
        person.SendAsync(HttpMethod.Post, $"{Moderation}/acts", new
        {
            act,
            comments = comments.Select(comment => new { id = comment.Id, revision = comment.Revision }),
            reason,
            body,
        });

    /// <summary>Acts on one comment as it is now, which must be taken; what came of it.</summary>
    public static async Task<JsonNode> ActAsync(
        this Person person, EmbedApplication application, string act, long comment, string? reason = null, string? body = null)
    {
        var answer = await person.TryActAsync(act, [(comment, await RevisionAsync(application, comment))], reason, body).JsonAsync();
        var item = answer["comments"]!.AsArray().Single()!;
        Assert.Null((string?)item["code"]);
        return item;
    }

    /// <summary>Takes entries back; what came of each, from the last on.</summary>
    public static async Task<IReadOnlyList<string>> UndoAsync(this Person person, params long[] entries)
    {
        var answer = await person.SendAsync(HttpMethod.Post, $"{Moderation}/undo", new { entries }).JsonAsync();
        return [.. answer["entries"]!.AsArray().Select(entry => (string)entry!["result"]!)];
    }

    /// <summary>A comment's revision.</summary>
    public static async Task<int> RevisionAsync(EmbedApplication application, long comment) => (await RowAsync(application, comment)).Revision;

    /// <summary>A comment's row.</summary>
    public static async Task<Comment> RowAsync(EmbedApplication application, long comment)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Comments.AsNoTracking().SingleAsync(c => c.Id == comment, Cancellation);
    }

    /// <summary>Reports a comment as so many readers.</summary>
    public static async Task FlagAsync(EmbedApplication application, long comment, int readers = 1, string note = "")
    {
        for (var i = 0; i < readers; i++)
        {
            var (reader, _) = await application.MakeSessionAsync($"Reader {i}");
            await using var database = await application.OpenDatabaseAsync();
            database.Flags.Add(new Flag { CommentId = comment, CommenterId = reader.Id, Reason = FlagReason.Abuse, Note = note, At = application.Clock.GetUtcNow() });
            (await database.Comments.SingleAsync(c => c.Id == comment, Cancellation)).OpenFlags++;
            await database.SaveChangesAsync(Cancellation);
        }
    }

    /// <summary>All that acts may change and undoing must bring back: comments, threads, votes and flags, without what only ever grows.</summary>
    public static async Task<string> SnapshotAsync(EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        var rows = JsonSerializer.SerializeToNode(new
        {
            Comments = await database.Comments.AsNoTracking().OrderBy(c => c.Id).ToListAsync(Cancellation),
            Threads = await database.Threads.AsNoTracking().OrderBy(t => t.Id).ToListAsync(Cancellation),
            Votes = await database.Votes.AsNoTracking().OrderBy(v => v.CommentId).ThenBy(v => v.CommenterId).ToListAsync(Cancellation),
            Flags = await database.Flags.AsNoTracking().OrderBy(f => f.CommentId).ThenBy(f => f.CommenterId).ToListAsync(Cancellation),
        })!;
        foreach (var row in rows["Comments"]!.AsArray().Concat(rows["Threads"]!.AsArray()))
        {
            row!.AsObject().Remove(nameof(Comment.Revision));
            row.AsObject().Remove(nameof(CommentThread.Version));
        }

        return rows.ToJsonString();
    }

    /// <summary>The entries of the log about a comment, oldest first.</summary>
    public static async Task<IReadOnlyList<ModerationLogEntry>> EntriesAsync(EmbedApplication application, long comment)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.ModerationLog.AsNoTracking().Where(e => e.CommentId == comment).OrderBy(e => e.Id).ToListAsync(Cancellation);
    }
}
