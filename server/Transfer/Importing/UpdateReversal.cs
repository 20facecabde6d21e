using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Puts back what an import changed of what was here before it, unless it was changed here since.</summary>
internal sealed class UpdateReversal(WriteScope write, Import import)
{
    private const string ChangedHere = "The import updated it, and it was changed here since.";

    // By what an update may have changed; whatever stands in a file that was taken over.
    private static readonly Dictionary<ImportedKind, string[]> Tables = new()
    {
        [ImportedKind.Comment] = ["Comments", "ImportedItems"],
        [ImportedKind.Thread] = ["Threads"],
        [ImportedKind.Person] = ["ImportedPeople"],
    };

    private Statements Statements => write.Statements;

    /// <summary>What is put back adds to counts; to be written when all are.</summary>
    public ThreadCounts Counts { get; } = new();

    /// <summary>The threads that have changed.</summary>
    public HashSet<long> Threads { get; } = [];

    /// <summary>Takes an update back.</summary>
    /// <returns>What stays as the import left it, and why; null if nothing does.</returns>
    public async Task<KeptRow?> ReverseAsync(ImportUpdate update)
    {
        var changes = RowChange.Read(update.Changes);
        if (await FindTargetAsync(update) is not { } what)
        {
            await ForgetAsync(update);
            return null;
        }

        if (!changes.TrueForAll(change => IsOf(update, change)))
        {
            return new KeptRow(what, "What the import changed of it is not known: the file that was taken over says something else.");
        }

        if (await FindLaterAsync(update, changes) is { } later)
        {
            // What another import said since stands; that one's undoing leads to what was before this one.
            await JoinAsync(update, changes, later);
            return null;
        }

        if (RowChanges.Known(write.Database, changes) is not { } known)
        {
            return new KeptRow(what, "The import updated it, and what it was before is forgotten: it was deleted for good, or its author is gone.");
        }

        foreach (var change in known)
        {
            if (!await RowChanges.IsInForceAsync(write, change))
            {
                return new KeptRow(what, ChangedHere);
            }
        }

        if (update.Kind == ImportedKind.Comment && await WhyAsync(update, known) is { } why)
        {
            return new KeptRow(what, why);
        }

        foreach (var change in known)
        {
            await RowChanges.ReverseAsync(write, change);
        }

        await PutBackAsync(update, known);
        await ForgetAsync(update);
        return null;
    }

    // Of somebody who is gone there may be no more than the account that their comments went to.
    private async Task<string?> FindTargetAsync(ImportUpdate update) =>
        update.Kind != ImportedKind.Person || await Statements.RowAsync("""SELECT 1 FROM "ImportedPeople" WHERE "CommenterId" = @0""", update.TargetId) is not null
            ? await KeptText.FindAsync(Statements, update.Kind, update.TargetId) : null;

    private Task ForgetAsync(ImportUpdate update) => Statements.ExecuteAsync("""DELETE FROM "ImportUpdates" WHERE "Id" = @0""", update.Id);

    private async Task<ImportUpdate?> FindLaterAsync(ImportUpdate update, List<RowChange> changes) =>
        (await write.Database.ImportUpdates.AsNoTracking().Where(u => u.Kind == update.Kind && u.TargetId == update.TargetId && u.Id > update.Id)
            .OrderBy(u => u.Id).ToListAsync())
            .Find(later => RowChange.Read(later.Changes).Exists(next => IsOf(later, next) && changes.Exists(change => ImportUpdates.Meet(change, next))));

    // An export that was taken over may say anything.
    private bool IsOf(ImportUpdate update, RowChange change) =>
        change is { Before: not null, After: not null } && Tables[update.Kind].Contains(change.Table)
        && (change.Table == "ImportedItems" ? IsNumber(change.Key["SiteId"], import.SiteId) : change.Key is { Count: 1 } && IsNumber(change.Key.First().Value, update.TargetId));

    private static bool IsNumber(JsonNode? value, long number) => value is JsonValue said && said.TryGetValue(out long known) && known == number;

    private async Task JoinAsync(ImportUpdate update, List<RowChange> changes, ImportUpdate later)
    {
        var written = RowChange.Write(ImportUpdates.Joined(changes, RowChange.Read(later.Changes)));
        await Statements.ExecuteAsync(
            """
            UPDATE "ImportUpdates" SET "Changes" = @1, "UpVotes" = "UpVotes" + @2, "DownVotes" = "DownVotes" + @3, "AuthorId" = COALESCE(@4, "AuthorId")
            WHERE "Id" = @0
            """,
            later.Id, written, update.UpVotes, update.DownVotes, update.AuthorId);
        await ForgetAsync(update);
    }

    /// <summary>Why readers would miss it: only where what is published now was not before.</summary>
    private async Task<string?> WhyAsync(ImportUpdate update, IReadOnlyList<KnownChange> known)
    {
        var (before, after) = StatesOf(known);
        return before == CommentState.Published || after != CommentState.Published ? null
            : (string?)(await Statements.RowAsync(
                $"""
                 SELECT CASE
                   WHEN EXISTS (SELECT 1 FROM "Comments" AS r WHERE r."ParentId" = c."Id" AND NOT {UndoGrounds.IsTombstone} AND NOT {UndoGrounds.IsImported}) THEN @1
                   ELSE {UndoGrounds.Sql}
                 END
                 FROM "Comments" AS c WHERE c."Id" = @0
                 """,
                update.TargetId, UndoGrounds.Replies, import.CreatedAt.ToUnixTimeMilliseconds()))![0];
    }

    private Task PutBackAsync(ImportUpdate update, IReadOnlyList<KnownChange> known) => update.Kind switch
    {
        ImportedKind.Comment => PutCommentBackAsync(update, known),
        ImportedKind.Thread => PutThreadBackAsync(update.TargetId),
        _ => Task.CompletedTask,
    };

    private async Task PutThreadBackAsync(long thread)
    {
        Threads.Add(thread);
        // It may have gone in between.
        await Statements.ExecuteAsync(
            """
            UPDATE "Threads" SET "PinnedCommentId" = NULL
            WHERE "Id" = @0 AND NOT EXISTS (SELECT 1 FROM "Comments" AS c WHERE c."Id" = "PinnedCommentId" AND c."ThreadId" = @0)
            """,
            thread);
    }

    private async Task PutCommentBackAsync(ImportUpdate update, IReadOnlyList<KnownChange> known)
    {
        var (before, after) = StatesOf(known);
        await UndoneRows.CountFlagsAsync(Statements, update.TargetId);
        if (known.Any(change => change.Type.ClrType == typeof(Comment)))
        {
            await ImportedRevision.StepAsync(Statements, update.TargetId);
        }

        await ImportUpdates.AddVotesAsync(Statements, update.TargetId, -update.UpVotes, -update.DownVotes);
        var comment = (await KnownComment.FindAsync(Statements, update.TargetId))!.Placed;
        Threads.Add(comment.ThreadId);
        Counts.Add(comment, (before == CommentState.Published ? 1 : 0) - (after == CommentState.Published ? 1 : 0));
        if (update.AuthorId is { } author)
        {
            await GiveBackAsync(update.TargetId, author, wasTombstone: before == CommentState.Deleted);
        }

        if (after == CommentState.Published && before != CommentState.Published)
        {
            await Statements.ExecuteAsync(
                """UPDATE "Threads" SET "PinnedCommentId" = NULL WHERE "Id" = @0 AND "PinnedCommentId" = @1""", comment.ThreadId, comment.Id);
        }
    }

    // What was imported under somebody's name is whoever's has claimed it by now; a tombstone is nobody's.
    private Task GiveBackAsync(long comment, long author, bool wasTombstone) => Statements.ExecuteAsync(
        """
        UPDATE "Comments" SET "CommenterId" = COALESCE(
          (SELECT COALESCE(p."ClaimedById", p."CommenterId") FROM "ImportedItems" AS i JOIN "ImportedPeople" AS p ON p."CommenterId" = i."PersonId"
           WHERE NOT @4 AND i."ImportId" IN (SELECT "Id" FROM "Imports" WHERE "SiteId" = @2) AND i."Kind" = @3 AND i."TargetId" = @0), @1)
        WHERE "Id" = @0
        """,
        comment, author, import.SiteId, (int)ImportedKind.Comment, wasTombstone ? 1 : 0);

    // What the comment was and is since; the same where the update was of something else.
    private static (CommentState Before, CommentState After) StatesOf(IReadOnlyList<KnownChange> known)
    {
        var change = known.FirstOrDefault(change => change.Type.ClrType == typeof(Comment));
        return (StateOf(change?.Before), StateOf(change?.After));
    }

    // Another than published where it is not said: then it is on both sides.
    private static CommentState StateOf(IReadOnlyList<Cell>? cells) =>
        cells?.FirstOrDefault(cell => cell.Column?.Name == nameof(Comment.State)).Value is long state ? ((CommentState)state).Own() : CommentState.Rejected;
}
