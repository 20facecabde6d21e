using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds out what becomes of comments that are here where the source says something else of them by now. Only what the comment itself
/// would be otherwise is an update; its place and its author stay as they are here, and the report says so. They lie in the working file:
/// all of a large site may have changed.
/// </summary>
internal sealed class PlanUpdates(ScratchFile stage, Statements site, KnownItems known)
{
    private sealed record Found(int At, long Target, long Hash, long? Person, bool IsDone);

    /// <summary>A comment of which the source says something else, and that nobody has changed here; or that this import has updated already.</summary>
    /// <param name="at">Its number less one.</param>
    /// <param name="item">What an earlier import left of it.</param>
    /// <param name="done">What this import has changed of it already.</param>
    /// <param name="isDone">Whether that was all.</param>
    public void Add(int at, KnownItems.Item item, IReadOnlyList<RowChange> done, bool isDone)
    {
        var before = done.Select(change => change.Before?[nameof(ImportedItem.ContentHash)]).FirstOrDefault(hash => hash is not null);
        stage.Execute(
            "INSERT INTO found (n, target, hash, person, is_done) VALUES (@0, @1, @2, @3, @4)", at + 1, item.TargetId,
            before?.GetValue<long>() ?? item.ContentHash, item.PersonId, isDone ? 1 : 0);
    }

    /// <summary>A comment in an export of this very site: it stays as it is here, whatever it was when the file was made.</summary>
    /// <param name="at">Its number less one.</param>
    /// <param name="target">Its id.</param>
    public void AddItself(int at, long target) => stage.Execute("INSERT INTO themselves (n, target) VALUES (@0, @1)", at + 1, target);

    /// <summary>Marks what is updated, and notes what is not followed.</summary>
    /// <param name="tree">The comments.</param>
    /// <param name="places">The place of each; by number less one.</param>
    /// <param name="order">The new ones, in the order in which they are written.</param>
    public async Task FindAsync(PlanTree tree, int[] places, int[] order)
    {
        foreach (var row in stage.Rows("SELECT n, target, hash, person, is_done FROM found ORDER BY n"))
        {
            var found = new Found(row.GetInt32(0) - 1, row.GetInt64(1), row.GetInt64(2), row.NumberOrNull(3), row.IsTrue(4));
            var here = (await KnownComment.FindAsync(site, found.Target))!;
            var said = Read(found.At);
            if (!found.IsDone && (here.Against(said).Any(cell => cell.IsChange) || here.VotesAgainst(said) != (0, 0)))
            {
                Mark(stage, tree, found.At);
                tree.Marks[found.At] |= here.State.Own() == CommentState.Deleted && said.State != CommentState.Deleted ? PlanMarks.GetsAuthor : PlanMarks.None;
            }

            Note(stage, found.At, NotesOf(tree, found.At, here, places[found.At], healed: found.Hash == 0 && said.State != CommentState.Deleted));
            Note(stage, found.At, await IsOfAnotherAsync(found) ? "It is somebody else's there by now; here it stays its author's." : "");
        }

        await NoteThemselvesAsync(tree, places);
        await new PlanPins(stage, site).FindAsync(tree, places, order);
        stage.Execute(
            """
            INSERT OR IGNORE INTO notes (n, note)
            SELECT f.n, 'Something else of it is another there by now, such as its author; that stays as it is here.'
            FROM found AS f JOIN plan AS k ON k.n = f.n WHERE f.hash <> 0 AND f.is_done = 0 AND k.is_update = 0
            """);
    }

    /// <summary>Has a comment be updated.</summary>
    public static void Mark(ScratchFile stage, PlanTree tree, int at)
    {
        tree.Marks[at] |= PlanMarks.Updated;
        stage.Execute("UPDATE plan SET is_update = 1 WHERE n = @0", at + 1);
    }

    /// <summary>Has the report say something besides of a comment.</summary>
    public static void Note(ScratchFile stage, int at, string note)
    {
        if (note.Length > 0)
        {
            stage.Execute("INSERT INTO notes (n, note) VALUES (@0, @1) ON CONFLICT (n) DO UPDATE SET note = note || ' ' || excluded.note", at + 1, note);
        }
    }

    private async Task NoteThemselvesAsync(PlanTree tree, int[] places)
    {
        foreach (var row in stage.Rows("SELECT n, target FROM themselves ORDER BY n"))
        {
            var at = row.GetInt32(0) - 1;
            var here = (await KnownComment.FindAsync(site, row.GetInt64(1)))!;
            var others = here.OtherThan(Read(at));
            if (NotesOf(tree, at, here, places[at], healed: false).Length > 0)
            {
                others.Add("place");
            }

            if (others.Count > 0)
            {
                Note(stage, at, $"The file is of this very site, and what is here stays. Another here since: {string.Join(", ", others)}.");
            }
        }
    }

    private SaidOfComment Read(int at) => stage.Rows(
        """
        SELECT c.state, t.body, t.html, t.hash, c.posted, c.edited, c.up, c.down FROM comments AS c JOIN texts AS t ON t.n = c.n WHERE c.n = @0
        """,
        at + 1).Select(row => new SaidOfComment(
            row.GetString(2).Length == 0 ? CommentState.Deleted : (CommentState)row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt64(3),
            row.NumberOrNull(4), row.NumberOrNull(5), row.GetInt32(6), row.GetInt32(7))).Single();

    private async Task<bool> IsOfAnotherAsync(Found found) =>
        found.Person is { } person
        && stage.Rows("SELECT e.key FROM comments AS c JOIN people AS e ON e.id = c.person WHERE c.n = @0", found.At + 1).Select(row => row.GetString(0)).FirstOrDefault() is { } key
        && (await known.FindAsync(ImportedKind.Person, key))?.TargetId != person;

    private string NotesOf(PlanTree tree, int at, KnownComment here, int place, bool healed)
    {
        List<string> notes = healed ? ["A tombstone stood for it; it is in its place now."] : [];
        var thread = stage.Number("SELECT target FROM places WHERE n = @0", place);
        var (hasParent, parent, parentHere) = stage.Rows(
            """
            SELECT c.parent IS NOT NULL, c.p - 1, k.target FROM (
              SELECT o.parent, (SELECT MIN(p.n) FROM comments AS p WHERE p.id = o.parent) AS p FROM comments AS o WHERE o.n = @0) AS c
            LEFT JOIN plan AS k ON k.n = c.p
            """,
            at + 1).Select(row => (row.IsTrue(0), row.NumberOrNull(1), row.NumberOrNull(2))).Single();
        var isParentNew = parent is { } known && !tree.Has((int)known, PlanMarks.Skipped | PlanMarks.Dropped | PlanMarks.Known | PlanMarks.Written);
        if (thread != here.Placed.ThreadId)
        {
            notes.Add("It is in another thread there by now; here it stays in its own.");
        }
        else if (hasParent ? here.Placed.ParentId is null || isParentNew || (parentHere is not null && parentHere != here.Placed.ParentId) : here.Placed.ParentId is not null)
        {
            notes.Add("It answers another comment there by now; here it stays where it is.");
        }

        return string.Join(' ', notes);
    }
}
