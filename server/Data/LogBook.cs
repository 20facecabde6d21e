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
    private static readonly string[] Texts = [nameof(Comment.Body), nameof(Comment.BodyHtml), nameof(Comment.TextHash)];

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

    /// <summary>Notes that an act was taken back, or that it holds again.</summary>
    public static Task MarkUndoneAsync(EmbedDbContext database, long entryId, (DateTimeOffset At, long ById)? undone)
    {
        var (at, by) = (undone?.At, undone?.ById);
        return database.ModerationLog.Where(e => e.Id == entryId)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.UndoneAt, at).SetProperty(e => e.UndoneById, by));
    }

    /// <summary>Notes that an entry is the first of several that were one act.</summary>
    public static Task MarkFirstAsync(EmbedDbContext database, long entryId) =>
        database.ModerationLog.Where(e => e.Id == entryId).ExecuteUpdateAsync(set => set.SetProperty(e => e.BatchId, entryId));

    /// <summary>Writes an entry's rows anew, without what must be forgotten.</summary>
    public static Task RewriteAsync(EmbedDbContext database, long entryId, IReadOnlyList<RowChange> changes)
    {
        var written = RowChange.Write(changes);
        return database.ModerationLog.Where(e => e.Id == entryId).ExecuteUpdateAsync(set => set.SetProperty(e => e.Changes, written));
    }

    /// <summary>Has entries say that another did what somebody did, and that what was done to them was done to another.</summary>
    public static async Task RepointAsync(EmbedDbContext database, long fromId, long intoId)
    {
        await database.ModerationLog.Where(e => e.ActorId == fromId).ExecuteUpdateAsync(set => set.SetProperty(e => e.ActorId, intoId));
        await database.ModerationLog.Where(e => e.UndoneById == fromId).ExecuteUpdateAsync(set => set.SetProperty(e => e.UndoneById, intoId));
        await database.ModerationLog.Where(e => e.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(e => e.CommenterId, intoId));
        await database.Database.ExecuteSqlAsync(
            $"""
            UPDATE "ModerationLog" SET "Details" = json_set("Details", '$.commenter', {intoId})
            WHERE "Act" IN ({ActWord.CommenterBanned}, {ActWord.BanLifted}) AND "Details" ->> '$.commenter' = {fromId}
            """);
    }

    /// <summary>
    /// Forgets what comments said, once their author has deleted them or is gone: here, and where imports note what they changed. What
    /// changed the text cannot be taken back then: what is not there cannot be put back.
    /// </summary>
    public static async Task ForgetTextAsync(EmbedDbContext database, IReadOnlyCollection<long> commentIds)
    {
        var entries = await database.ModerationLog.AsNoTracking()
            .Where(e => e.CommentId != null && commentIds.Contains(e.CommentId.Value) && e.Changes != "[]")
            .Select(e => new { e.Id, e.Changes }).ToListAsync();
        foreach (var entry in entries)
        {
            if (WithoutTexts(entry.Changes, commentIds) is { } changes)
            {
                await RewriteAsync(database, entry.Id, changes);
            }
        }

        var updates = await database.ImportUpdates.AsNoTracking()
            .Where(u => u.Kind == ImportedKind.Comment && commentIds.Contains(u.TargetId)).Select(u => new { u.Id, u.Changes }).ToListAsync();
        foreach (var update in updates)
        {
            if (WithoutTexts(update.Changes, commentIds) is { } changes)
            {
                var written = RowChange.Write(changes);
                await database.ImportUpdates.Where(u => u.Id == update.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Changes, written));
            }
        }
    }

    // Null where there are none.
    private static List<RowChange>? WithoutTexts(string written, IReadOnlyCollection<long> commentIds)
    {
        var changes = RowChange.Read(written);
        var texts = changes.Where(row => row.Table == "Comments" && commentIds.Contains(row.Id)).SelectMany(row => new[] { row.Before, row.After })
            .OfType<JsonObject>().SelectMany(row => Texts.Where(column => row[column] is not null).Select(column => (Row: row, Column: column))).ToList();
        texts.ForEach(text => text.Row[text.Column] = null);
        return texts.Count > 0 ? changes : null;
    }

    /// <summary>Forgets what acts wrote about somebody, and the reasons given.</summary>
    /// <param name="database">The database.</param>
    /// <param name="commenterId">Whom they concern.</param>
    /// <param name="keepsBans">Whether bans are left as they are, to be undone.</param>
    public static Task ForgetAboutAsync(EmbedDbContext database, long commenterId, bool keepsBans) =>
        database.Database.ExecuteSqlAsync(
            $"""
            UPDATE "ModerationLog" SET "Changes" = '[]', "Details" = json_remove("Details", '$.reason', '$.person')
            WHERE "CommenterId" = {commenterId} AND "CommentId" IS NULL AND ("Act" <> {ActWord.CommenterBanned} OR NOT {keepsBans})
            """);
}
