using System.Globalization;
using System.Text;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>All threads of a server as text, so that a test can write out the whole of what an import must make.</summary>
internal static class ImportedTree
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Each thread with its address, title and count, and below it its comments, each indented by its depth.</summary>
    public static async Task<string> DrawAsync(EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        var drawn = new StringBuilder();
        foreach (var thread in await database.Threads.AsNoTracking().OrderBy(t => t.Key).ToListAsync(Cancellation))
        {
            drawn.Append(CultureInfo.InvariantCulture, $"{thread.PageAddress} “{thread.Title}”{(thread.IsClosed ? " closed" : "")} {thread.CommentCount}\n");
            var comments = await database.Comments.AsNoTracking().Include(c => c.Commenter).Where(c => c.ThreadId == thread.Id)
                .OrderBy(c => c.Number).ToListAsync(Cancellation);
            Draw(drawn, comments.ToLookup(c => c.ParentId), null, 1);
        }

        return drawn.ToString();
    }

    /// <summary>What the report says of all that was not simply imported, in order of name.</summary>
    public static async Task<string> OthersAsync(ImportWorkshop workshop, long importId) =>
        string.Join('\n', (await workshop.ReportAsync(importId)).Where(line => !line.EndsWith(": Imported", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static void Draw(StringBuilder drawn, ILookup<long?, Comment> children, long? parent, int depth)
    {
        foreach (var comment in children[parent])
        {
            Assert.Equal(depth - 1, comment.Depth);
            drawn.Append(' ', depth * 2).Append(CultureInfo.InvariantCulture, $"{comment.PostedAt:yyyy-MM-dd HH:mm:ss.fff} ");
            drawn.Append(comment.State == CommentState.Published ? "" : $"{comment.State} ").Append(comment.Commenter!.Name is { Length: > 0 } name ? name : "nobody");
            drawn.Append(comment.UpVotes + comment.DownVotes > 0 ? string.Create(CultureInfo.InvariantCulture, $" +{comment.UpVotes}-{comment.DownVotes}") : "");
            drawn.Append(comment.EditedAt is { } edited ? string.Create(CultureInfo.InvariantCulture, $" edited {edited:HH:mm:ss.fff}") : "");
            // A no-break space at the end of a line would not be seen here.
            drawn.Append(comment.Body.Length == 0 ? "" : $": {comment.Body.ReplaceLineEndings("⏎").Replace('\u00a0', '␣')}").Append('\n');
            Draw(drawn, children, comment.Id, depth + 1);
        }
    }
}
