using System.Globalization;
using System.Text;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>What an import has made, as it lies in the database: threads with their comments, replies below what they answer.</summary>
internal static class ImportedTree
{
    /// <summary>The threads of addresses that begin so, a line each, and a line for each comment.</summary>
    public static async Task<string> DrawAsync(EmbedApplication application, string begin = "")
    {
        await using var database = await application.OpenDatabaseAsync();
        var drawn = new StringBuilder();
        var threads = await database.Threads.AsNoTracking().Where(t => t.PageAddress.StartsWith(begin)).OrderBy(t => t.Key)
            .ToListAsync(TestContext.Current.CancellationToken);
        foreach (var thread in threads)
        {
            drawn.Append(CultureInfo.InvariantCulture, $"{thread.PageAddress} “{thread.Title}”{(thread.IsClosed ? " closed" : "")} {thread.CommentCount}\n");
            var comments = await database.Comments.AsNoTracking().Include(c => c.Commenter).Where(c => c.ThreadId == thread.Id)
                .OrderBy(c => c.Number).ToListAsync(TestContext.Current.CancellationToken);
            Draw(drawn, thread, comments.ToLookup(c => c.ParentId), null, 1);
        }

        return drawn.ToString();
    }

    /// <summary>What the report says of all that was not simply imported, in order of name.</summary>
    public static async Task<string> OthersAsync(ImportWorkshop workshop, long importId) =>
        string.Join('\n', (await workshop.ReportAsync(importId)).Where(line => !line.EndsWith(": Imported", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static void Draw(StringBuilder drawn, CommentThread thread, ILookup<long?, Comment> children, long? parent, int depth)
    {
        foreach (var comment in children[parent])
        {
            Assert.Equal(depth - 1, comment.Depth);
            drawn.Append(' ', depth * 2).Append(CultureInfo.InvariantCulture, $"{comment.PostedAt:yyyy-MM-dd HH:mm:ss.fff} ")
                .Append(comment.State == CommentState.Published ? "" : $"{comment.State} ")
                .Append(comment.Commenter!.Name is { Length: > 0 } name ? name : "nobody")
                .Append(comment.UpVotes > 0 ? $" +{comment.UpVotes}" : "").Append(comment.DownVotes > 0 ? $" -{comment.DownVotes}" : "")
                .Append(comment.Id == thread.PinnedCommentId ? " pinned" : "")
                .Append(comment.EditedAt is { } at ? string.Create(CultureInfo.InvariantCulture, $" edited {at:yyyy-MM-dd HH:mm:ss.fff}") : "")
                // A no-break space at the end of a line would not be seen here.
                .Append(comment.Body.Length == 0 ? "" : $": {comment.Body.ReplaceLineEndings("⏎").Replace('\u00a0', '␣')}").Append('\n');
            Draw(drawn, thread, children, comment.Id, depth + 1);
        }
    }
}
