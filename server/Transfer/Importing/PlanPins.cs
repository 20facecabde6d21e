using System.Collections;
using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds out which comment is pinned in each thread. A thread has one pin: the first in the order of writing, unless there is one. What
/// moderators have pinned and unpinned here stays so.
/// </summary>
internal sealed class PlanPins(ScratchFile stage, Statements site)
{
    private const string Released = "SELECT f.n FROM found AS f JOIN comments AS c ON c.n = f.n WHERE f.target = @0 AND c.pinned = 0";

    // What moderators have pinned and unpinned, as far as that holds.
    private HashSet<long> _pinned = [];
    private HashSet<long> _unpinned = [];

    /// <summary>Plans the pins, marks comments that are here and are pinned or unpinned, and notes what is not.</summary>
    /// <param name="tree">The comments.</param>
    /// <param name="places">The place of each; by number less one.</param>
    /// <param name="order">The new ones, in the order in which they are written.</param>
    public async Task FindAsync(PlanTree tree, int[] places, int[] order)
    {
        WriteCandidates(tree, places, order);
        var mayRelease = stage.Number("SELECT EXISTS (SELECT 1 FROM found AS f JOIN comments AS c ON c.n = f.n WHERE c.pinned = 0)") != 0;
        if (!mayRelease && stage.Number("SELECT EXISTS (SELECT 1 FROM pins)") == 0)
        {
            return;
        }

        (_pinned, _unpinned) = (await ReadActsAsync(ActWord.CommentPinned), await ReadActsAsync(ActWord.CommentUnpinned));
        foreach (var row in stage.Rows(
            "SELECT n, target FROM places WHERE n IN (SELECT place FROM pins) OR (@0 AND target IS NOT NULL) ORDER BY n", mayRelease ? 1 : 0))
        {
            await FindAsync(tree, row.GetInt32(0), row.NumberOrNull(1));
        }
    }

    // Those that this import has written already come first, then those to be written, then those that are here and say something else.
    private void WriteCandidates(PlanTree tree, int[] places, int[] order)
    {
        var pinned = new BitArray(tree.Count);
        foreach (var row in stage.Rows("SELECT n FROM comments WHERE pinned = 1"))
        {
            var at = row.GetInt32(0) - 1;
            pinned[at] = true;
            if ((tree.Marks[at] & (PlanMarks.Written | PlanMarks.Known)) == PlanMarks.Written)
            {
                stage.Execute("INSERT INTO pins (n, place, target) SELECT n, place, target FROM plan WHERE n = @0", at + 1);
            }
        }

        foreach (var at in order)
        {
            if (pinned[at])
            {
                stage.Execute("INSERT INTO pins (n, place) VALUES (@0, @1)", at + 1, places[at]);
            }
        }

        stage.Execute(
            """
            INSERT INTO pins (n, place, target)
            SELECT f.n, k.place, f.target FROM found AS f JOIN plan AS k ON k.n = f.n JOIN comments AS c ON c.n = f.n WHERE c.pinned = 1 ORDER BY f.n
            """);
        stage.Execute("CREATE INDEX IF NOT EXISTS pins_place ON pins (place)");
        stage.Execute("CREATE INDEX IF NOT EXISTS found_target ON found (target)");
    }

    private async Task FindAsync(PlanTree tree, int place, long? thread)
    {
        var here = thread is null ? null : await site.RowAsync("""SELECT "PinnedCommentId" FROM "Threads" WHERE "Id" = @0""", thread) is [long pin] ? pin : (long?)null;
        var released = here is { } comment && stage.Number(Released, comment) is { } n ? (int?)n - 1 : null;
        if (released is { } kept && _pinned.Contains(here!.Value))
        {
            PlanUpdates.Note(stage, kept, "It is not pinned there; here a moderator has pinned it.");
            released = null;
        }

        var isFree = here is null || released is not null;
        int? chosen = null;
        foreach (var row in stage.Rows(
            "SELECT c.n, c.state = @1 AND c.is_empty = 0, p.target FROM pins AS p JOIN comments AS c ON c.n = p.n WHERE p.place = @0 ORDER BY p.k",
            place, (int)CommentState.Published))
        {
            var (at, isPublished, target) = (row.GetInt32(0) - 1, row.IsTrue(1), row.NumberOrNull(2));
            if (target is not null && target == here)
            {
                continue;
            }

            var why = !isPublished ? "It is pinned there; here it is not, because it is not published."
                : target is { } known && _unpinned.Contains(known) ? "It is pinned there; here a moderator has unpinned it."
                : !isFree || chosen is not null ? "It is pinned there; here another comment of its thread is."
                : "";
            PlanUpdates.Note(stage, at, why);
            chosen ??= why.Length == 0 ? at : null;
        }

        // In a thread that is made now it is pinned as it is written.
        if (thread is not null && (chosen ?? released) is not null)
        {
            stage.Execute(
                "INSERT INTO follows (kind, source, target, pin, was_pin) VALUES (@0, @1, @2, @3, @4)", (int)ImportedKind.Thread, place, thread,
                chosen + 1 ?? 0, here);
            foreach (var at in new[] { chosen, released }.OfType<int>().Where(at => tree.Has(at, PlanMarks.Known) && !tree.Has(at, PlanMarks.Written)))
            {
                PlanUpdates.Mark(stage, tree, at);
            }
        }
    }

    private async Task<HashSet<long>> ReadActsAsync(string word) => JsonSerializer.Deserialize<HashSet<long>>((string)(await site.RowAsync(
        """
        SELECT json_group_array("CommentId") FROM "ModerationLog" WHERE "CommentId" IS NOT NULL AND "Act" = @0 AND "UndoneAt" IS NULL
        """,
        word))![0]!)!;
}
