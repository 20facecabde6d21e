using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds out what becomes of comments that are here where the source says something else of them by now. Only what the comment itself
/// would be otherwise is an update; its place and its author stay as they are here, and the report says so.
/// </summary>
internal sealed class PlanUpdates(ScratchFile stage, Statements site, KnownItems known)
{
    private readonly List<(int At, KnownItems.Item Item)> _found = [];

    /// <summary>A comment of which the source says something else, and that nobody has changed here.</summary>
    /// <param name="at">Its number less one.</param>
    /// <param name="item">What an earlier import left of it.</param>
    public void Add(int at, KnownItems.Item item) => _found.Add((at, item));

    /// <summary>Marks what is updated, and notes what is not followed.</summary>
    /// <param name="tree">The comments.</param>
    /// <param name="places">The place of each; by number less one.</param>
    /// <param name="order">The new ones, in the order in which they are written.</param>
    public async Task FindAsync(PlanTree tree, int[] places, int[] order)
    {
        var pins = new PlanPins(stage, site, places);
        foreach (var (at, item) in _found)
        {
            var here = (await KnownComment.FindAsync(site, item.TargetId))!;
            var said = Read(at);
            pins.Add(at, item.TargetId, said.State);
            if (here.Against(said).Any(cell => cell.IsChange) || here.VotesAgainst(said) != (0, 0))
            {
                tree.Marks[at] |= PlanMarks.Updated;
            }

            Note(stage, at, NotesOf(at, here, places[at], healed: item.ContentHash == 0 && said.State != CommentState.Deleted));
            Note(stage, at, await IsOfAnotherAsync(at, item) ? "It is somebody else's there by now; here it stays its author's." : "");
        }

        foreach (var at in await pins.FindAsync(tree, order))
        {
            tree.Marks[at] |= PlanMarks.Updated;
        }

        stage.Execute(
            """
            INSERT OR IGNORE INTO notes (n, note)
            SELECT value, 'Something else of it is another there by now, such as its author; that stays as it is here.' FROM json_each(@0)
            """,
            JsonSerializer.Serialize(_found.Where(found => found.Item.ContentHash != 0 && !tree.Has(found.At, PlanMarks.Updated)).Select(found => found.At + 1)));
        foreach (var (at, _) in _found.Where(found => tree.Has(found.At, PlanMarks.Updated)))
        {
            stage.Execute("UPDATE plan SET is_update = 1 WHERE n = @0", at + 1);
        }
    }

    /// <summary>Has the report say something besides of a comment.</summary>
    public static void Note(ScratchFile stage, int at, string note)
    {
        if (note.Length > 0)
        {
            stage.Execute("INSERT INTO notes (n, note) VALUES (@0, @1) ON CONFLICT (n) DO UPDATE SET note = note || ' ' || excluded.note", at + 1, note);
        }
    }

    private SaidOfComment Read(int at) => stage.Rows(
        """
        SELECT c.state, t.body, t.html, t.hash, c.posted, c.edited, c.up, c.down FROM comments AS c JOIN texts AS t ON t.n = c.n WHERE c.n = @0
        """,
        at + 1).Select(row => new SaidOfComment(
            row.GetString(2).Length == 0 ? CommentState.Deleted : (CommentState)row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt64(3),
            row.NumberOrNull(4), row.NumberOrNull(5), row.GetInt32(6), row.GetInt32(7))).Single();

    private async Task<bool> IsOfAnotherAsync(int at, KnownItems.Item item) =>
        item.PersonId is { } person
        && stage.Rows("SELECT e.key FROM comments AS c JOIN people AS e ON e.id = c.person WHERE c.n = @0", at + 1).Select(row => row.GetString(0)).FirstOrDefault() is { } key
        && (await known.FindAsync(ImportedKind.Person, key))?.TargetId != person;

    private string NotesOf(int at, KnownComment here, int place, bool healed)
    {
        List<string> notes = healed ? ["A tombstone stood for it; it is in its place now."] : [];
        var thread = stage.Number("SELECT target FROM places WHERE n = @0", place);
        var (hasParent, parent) = stage.Rows(
            """
            SELECT c.parent IS NOT NULL, (SELECT k.target FROM plan AS k WHERE k.n = (SELECT MIN(p.n) FROM comments AS p WHERE p.id = c.parent))
            FROM comments AS c WHERE c.n = @0
            """,
            at + 1).Select(row => (row.IsTrue(0), row.NumberOrNull(1))).Single();
        if (thread != here.Placed.ThreadId)
        {
            notes.Add("It is in another thread there by now; here it stays in its own.");
        }
        else if (hasParent ? here.Placed.ParentId is null || (parent is not null && parent != here.Placed.ParentId) : here.Placed.ParentId is not null)
        {
            notes.Add("It answers another comment there by now; here it stays where it is.");
        }

        return string.Join(' ', notes);
    }
}
