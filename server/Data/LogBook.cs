using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Data;

/// <summary>An act that is about to be logged.</summary>
/// <param name="ActorId">Who does it.</param>
/// <param name="Via">By what way.</param>
/// <param name="SiteId">Where; null for what concerns the whole server.</param>
/// <param name="Word">What is done: one of <see cref="ActWord"/>.</param>
internal sealed record NewAct(long ActorId, ActedVia Via, long? SiteId, string Word)
{
    /// <summary>The comment it concerns; null for none or several.</summary>
    public long? CommentId { get; init; }

    /// <summary>The thread it concerns.</summary>
    public long? ThreadId { get; init; }

    /// <summary>The person it concerns.</summary>
    public long? CommenterId { get; init; }

    /// <summary>The first entry of the selection it belongs to.</summary>
    public long? BatchId { get; init; }

    /// <summary>The entry it takes back.</summary>
    public long? UndoesId { get; init; }

    /// <summary>What else there is to say of it, such as the reason given; written as JSON.</summary>
    public object? Details { get; init; }
}

/// <summary>
/// The moderation log, where it is written. An act changes tracked entities and lets the book save them: what they were and
/// are is noted in the same transaction, and is all that undoing needs.
/// </summary>
internal static class LogBook
{
    /// <summary>Saves what the context tracks as one act. Nothing changed: nothing is logged.</summary>
    /// <returns>The entry; null if nothing changed.</returns>
    public static async Task<ModerationLogEntry?> SaveAsync(EmbedDbContext database, NewAct act, DateTimeOffset now)
    {
        var changes = await RowChanges.SaveAsync(database);
        return changes.Count == 0 ? null : await AddAsync(database, act, changes, now);
    }

    /// <summary>Logs an act whose changes are saved already, or that undoes itself otherwise.</summary>
    public static async Task<ModerationLogEntry> AddAsync(
        EmbedDbContext database, NewAct act, IReadOnlyList<RowChange> changes, DateTimeOffset now)
    {
        var entry = new ModerationLogEntry
        {
            SiteId = act.SiteId,
            ActorId = act.ActorId,
            Via = act.Via,
            Act = act.Word,
            CommentId = act.CommentId,
            ThreadId = act.ThreadId,
            CommenterId = act.CommenterId,
            BatchId = act.BatchId,
            UndoesId = act.UndoesId,
            Details = JsonSerializer.Serialize(act.Details ?? new object(), JsonSerializerOptions.Web),
            Changes = RowChange.Write(changes),
            At = now,
        };
        database.ModerationLog.Add(entry);
        await database.SaveChangesAsync();
        return entry;
    }

    /// <summary>
    /// Forgets what comments said, once their author has deleted them or is gone. Acts that changed the text cannot be taken back
    /// then: no row is ever as an unknown text left it.
    /// </summary>
    public static async Task ForgetTextAsync(EmbedDbContext database, IReadOnlyCollection<long> comments)
    {
        var entries = await database.ModerationLog.Where(e => comments.Contains(e.CommentId!.Value) && e.Changes.Contains(nameof(Comment.Body)))
            .ToListAsync();
        foreach (var entry in entries)
        {
            var rows = RowChange.Read(entry.Changes);
            foreach (var values in rows.Where(row => row.Table == "Comments").SelectMany(row => new[] { row.Before, row.After }).OfType<JsonObject>())
            {
                foreach (var column in values.Select(pair => pair.Key).Intersect([nameof(Comment.Body), nameof(Comment.BodyHtml), nameof(Comment.TextHash)]).ToList())
                {
                    values[column] = null;
                }
            }

            entry.Changes = RowChange.Write(rows);
        }

        await database.SaveChangesAsync();
    }
}
