using System.Text.Json.Nodes;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Data;

/// <summary>The people whom the log names, when two of them turn out to be one, or one goes.</summary>
internal static class LogPeople
{
    /// <summary>Has the log say of one commenter what it said of another, so that undoing finds the rows where they are now.</summary>
    public static Task RepointAsync(EmbedDbContext database, long fromId, long intoId) =>
        RewriteAsync(database, fromId, intoId, (column, row) => row[column.GetColumnName()] = intoId);

    /// <summary>
    /// Has the log say that a former commenter did what somebody did. Rows that were theirs are forgotten: they are gone, and nothing
    /// brings them back.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="goneId">Who goes.</param>
    /// <param name="formerId">Who stands for all who are gone.</param>
    public static Task ForgetAsync(EmbedDbContext database, long goneId, long formerId) =>
        RewriteAsync(database, goneId, formerId, (column, row) => row[column.GetColumnName()] = null);

    /// <summary>Takes accounts out of the lists of moderators that the log keeps as they were.</summary>
    public static async Task ForgetAccountsAsync(EmbedDbContext database, IReadOnlyCollection<string> accounts)
    {
        foreach (var account in accounts)
        {
            // Lists in JSON in JSON: a quotation mark is written in many ways, an account in one.
            var entries = await database.ModerationLog.AsNoTracking()
                .Where(e => e.CommentId == null && e.Changes.Contains(account)).Select(e => new { e.Id, e.Changes }).ToListAsync();
            foreach (var entry in entries)
            {
                var changes = RowChange.Read(entry.Changes);
                foreach (var row in changes.Where(row => row.Table == "Sites").SelectMany(row => new[] { row.Before, row.After }).OfType<JsonObject>())
                {
                    if ((string?)row[nameof(Site.Moderators)] is { } list)
                    {
                        row[nameof(Site.Moderators)] = new JsonArray(
                            [.. JsonNode.Parse(list)!.AsArray().Where(listed => (string?)listed != account).Select(listed => listed?.DeepClone())])
                            .ToJsonString();
                    }
                }

                await LogBook.RewriteAsync(database, entry.Id, changes);
            }
        }
    }

    private static async Task RewriteAsync(
        EmbedDbContext database, long fromId, long intoId, Action<IProperty, JsonObject> rewrite)
    {
        // Rows name people in entries about them, by them, and about comments that they reported.
        var entries = await database.ModerationLog.AsNoTracking()
            .Where(e => (e.CommenterId == fromId || e.ActorId == fromId || e.UndoneById == fromId
                    || (e.CommentId != null && e.Changes.Contains("\"Flags\""))) && e.Changes != "[]")
            .Select(e => new { e.Id, e.Changes }).ToListAsync();
        foreach (var entry in entries)
        {
            var changes = RowChange.Read(entry.Changes);
            var before = entry.Changes;
            changes.RemoveAll(row => !Rewrite(database, row, fromId, rewrite));
            if (RowChange.Write(changes) != before)
            {
                await LogBook.RewriteAsync(database, entry.Id, changes);
            }
        }

        await LogBook.RepointAsync(database, fromId, intoId);
    }

    // False for a row that cannot be any more: nobody is left whose it was.
    private static bool Rewrite(EmbedDbContext database, RowChange change, long fromId, Action<IProperty, JsonObject> rewrite)
    {
        var people = database.Model.GetEntityTypes().FirstOrDefault(type => type.GetTableName() == change.Table)?.GetForeignKeys()
            .Where(key => key.PrincipalEntityType.ClrType == typeof(Commenter)).Select(key => key.Properties[0]) ?? [];
        foreach (var column in people)
        {
            foreach (var row in new[] { change.Key, change.Before, change.After }.OfType<JsonObject>())
            {
                if (row[column.GetColumnName()] is JsonValue value && value.TryGetValue<long>(out var id) && id == fromId)
                {
                    rewrite(column, row);
                    if (row[column.GetColumnName()] is null && !column.IsNullable)
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }
}
