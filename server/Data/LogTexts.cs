using System.Text.Json.Nodes;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Data;

/// <summary>Takes what its author has deleted out of the log: acts on it stay there, and cannot bring its text back.</summary>
internal static class LogTexts
{
    private static readonly string[] Columns = [nameof(Comment.Body), nameof(Comment.BodyHtml)];

    /// <summary>Forgets what the log says that comments said.</summary>
    public static async Task ForgetAsync(EmbedDbContext database, IReadOnlyCollection<long> commentIds)
    {
        var entries = await database.ModerationLog.AsNoTracking()
            .Where(e => e.CommentId != null && commentIds.Contains(e.CommentId.Value) && e.Changes != "[]")
            .Select(e => new { e.Id, e.Changes }).ToListAsync();
        foreach (var entry in entries)
        {
            var changes = RowChange.Read(entry.Changes);
            var texts = changes.Where(row => row.Table == "Comments" && commentIds.Contains(row.Id)).SelectMany(row => new[] { row.Before, row.After })
                .OfType<JsonObject>().SelectMany(row => Columns.Where(column => row[column] is not null).Select(column => (Row: row, Column: column))).ToList();
            if (texts.Count > 0)
            {
                texts.ForEach(text => text.Row[text.Column] = null);
                await LogBook.RewriteAsync(database, entry.Id, changes);
            }
        }
    }
}
