using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds out what becomes of each of the source's comments, and writes the order in which that is done. In memory there are a few
/// numbers for each comment; ids and texts stay in the file.
/// </summary>
internal sealed class PlanComments(ScratchFile stage, Statements site, KnownItems known, DateTimeOffset now, CancellationToken cancellationToken)
{
    private const int Missing = -2;

    private readonly PlanUpdates _updates = new(stage, site, known);
    private readonly PlanDuplicates _duplicates = new(stage, known);
    private PlanTree _tree = new(0);
    private int[] _places = [];
    private int _staged;

    /// <summary>What was found out about each; by number less one.</summary>
    public PlanTree Tree => _tree;

    /// <summary>Why those that are skipped are; by number less one.</summary>
    public SkipReason[] Skips { get; private set; } = [];

    /// <summary>Whether a comment is a tombstone for whatever reason, or would be.</summary>
    public bool HasNothingToShow(int comment) => _tree.Has(comment, PlanMarks.Droppable);

    /// <returns>How many comments are to be written.</returns>
    public async Task<long> RunAsync()
    {
        stage.Execute("CREATE INDEX IF NOT EXISTS comments_id ON comments (id)");
        stage.Execute("CREATE INDEX IF NOT EXISTS comments_key ON comments (key)");
        await _duplicates.FindAsync();
        _staged = checked((int)stage.Number("SELECT COALESCE(MAX(n), 0) FROM comments")!.Value);
        (_tree, _places, Skips) = (new PlanTree(_staged), new int[_staged], new SkipReason[_staged]);
        stage.Execute("BEGIN");
        await ReadAsync();
        await HealAsync();
        await MakeParentsAsync();
        var order = _tree.Arrange(
            comment => stage.Number("SELECT created FROM places WHERE n = @0", _places[comment]), now.ToUnixTimeMilliseconds());
        await _updates.FindAsync(_tree, _places, order);
        var turns = Write(order);
        stage.Execute("COMMIT");
        stage.Execute("CREATE INDEX IF NOT EXISTS plan_p ON plan (p)");
        return turns;
    }

    private async Task ReadAsync()
    {
        var hasKnown = await known.AnyAsync(ImportedKind.Comment);
        var renamed = new List<int>();
        var rows = stage.Rows(
            """
            SELECT c.n, COALESCE(d.key, c.key), c.hash, c.posted, c.state, c.is_empty, c.parent IS NOT NULL,
              CASE WHEN c.parent IS NULL THEN NULL ELSE (SELECT MIN(p.n) FROM comments AS p WHERE p.id = c.parent) END,
              t.n, t.site_place, d.copy, d.key IS NOT NULL
            FROM comments AS c LEFT JOIN threads AS t ON t.id = c.thread LEFT JOIN duplicates AS d ON d.n = c.n ORDER BY c.n
            """);
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var at = row.GetInt32(0) - 1;
            _places[at] = row.IsDBNull(9) ? 0 : row.GetInt32(9);
            _tree.Times[at] = row.NumberOrNull(3) ?? PlanTree.Unknown;
            var skip = row.IsTrue(10) ? SkipReason.Duplicate
                : row.IsDBNull(8) ? SkipReason.ThreadUnknown
                : row.IsDBNull(9) ? SkipReason.ThreadSkipped
                : SkipReason.None;
            var (key, hash) = (row.GetString(1), row.GetInt64(2));
            var item = skip == SkipReason.Duplicate ? null : await FindAsync(hasKnown, key, hash);
            if (item is not null && item.ContentHash != hash && !row.IsTrue(11) && await _duplicates.FindOwnAsync(at + 1) is { } own)
            {
                (key, item) = own;
                renamed.Add(at + 1);
            }

            if (item is { IsOwn: true })
            {
                // Its place is sought as if it was new, so that the report says of it what it said before.
                _tree.Marks[at] |= PlanMarks.Written;
            }

            if (skip == SkipReason.None && item is { IsOwn: false })
            {
                skip = await RecogniseAsync(at, key, item, hash);
            }
            else if (skip == SkipReason.None)
            {
                if (item is not null)
                {
                    PlanAsHere(at, key, item.TargetId);
                }

                _tree.Parents[at] = !row.IsTrue(6) ? PlanTree.Top : row.IsDBNull(7) ? Missing : row.GetInt32(7) - 1;
                var isDroppable = row.GetInt32(4) == (int)CommentState.Deleted || row.IsTrue(5);
                _tree.Marks[at] |= (isDroppable ? PlanMarks.Droppable : PlanMarks.None) | (row.IsTrue(11) ? PlanMarks.Renamed : PlanMarks.None);
            }

            Skips[at] = skip;
            _tree.Marks[at] |= skip == SkipReason.None ? PlanMarks.None : PlanMarks.Skipped;
        }

        renamed.ForEach(_duplicates.GiveOwn);
    }

    private async Task<KnownItems.Item?> FindAsync(bool hasKnown, string key, long hash) =>
        await known.FindItselfAsync(key, hash) ?? (hasKnown ? await known.FindAsync(ImportedKind.Comment, key) : null);

    private async Task<SkipReason> RecogniseAsync(int at, string key, KnownItems.Item item, long hash)
    {
        var isOther = item.ContentHash != hash;
        if (await site.RowAsync(
            $"""SELECT CASE WHEN @1 THEN {ImportedRevision.IsUntouched} ELSE 1 END FROM "Comments" AS c WHERE "Id" = @0""", item.TargetId, isOther ? 1 : 0)
            is not [long untouched])
        {
            return SkipReason.Gone;
        }

        var (isUntouched, done) = (untouched != 0, await known.DoneAsync(ImportedKind.Comment, item.TargetId));
        _tree.Marks[at] |= PlanMarks.Known | (isOther && !isUntouched ? PlanMarks.ChangedHere : PlanMarks.None)
            | (done.Count > 0 ? PlanMarks.Written : PlanMarks.None);
        if (item.IsItself)
        {
            _updates.AddItself(at, item.TargetId);
        }
        else if ((isOther && isUntouched) || done.Count > 0)
        {
            _updates.Add(at, item, done, isDone: !(isOther && isUntouched));
        }

        PlanAsHere(at, key, item.TargetId);
        return SkipReason.None;
    }

    private void PlanAsHere(int at, string key, long target) => stage.Execute(
        "INSERT INTO plan (n, place, key, posted, is_update, target) VALUES (@0, @1, @2, @3, 0, @4)", at + 1, _places[at], key,
        _tree.Times[at] == PlanTree.Unknown ? 0 : _tree.Times[at], target);

    /// <summary>
    /// Finds comments for which a tombstone stands here because an earlier file did not have them, where that could not go by their own
    /// key: ids begin anew in each database, so it must be one that hangs from the tombstone here and from the comment in the file.
    /// </summary>
    private async Task HealAsync()
    {
        // Written down first: what comes of it changes the plan that it is found in.
        stage.Execute(
            """
            INSERT INTO healable (n, reply)
            SELECT r.parent, r.target FROM (
              SELECT (SELECT MIN(p.n) FROM comments AS p WHERE p.id = c.parent) AS parent, MIN(k.target) AS target
              FROM plan AS k JOIN comments AS c ON c.n = k.n WHERE c.parent IS NOT NULL GROUP BY c.parent, k.place) AS r
            WHERE r.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM plan AS k WHERE k.n = r.parent)
            """);
        var rows = stage.Rows(
            """
            SELECT q.n, q.id, COALESCE(d.key, q.key), q.hash, l.key, h.reply FROM healable AS h
            JOIN comments AS q ON q.n = h.n JOIN threads AS t ON t.id = q.thread JOIN places AS l ON l.n = t.site_place
            LEFT JOIN duplicates AS d ON d.n = q.n ORDER BY h.k
            """);
        foreach (var row in rows)
        {
            var at = row.GetInt32(0) - 1;
            var made = SourceKey.Of(KeyOfMade(row.GetString(1), row.GetString(4)));
            if (!_tree.Has(at, PlanMarks.Skipped | PlanMarks.Known) && await known.FindAsync(ImportedKind.Comment, made) is { IsOwn: false } item
                && await ParentOfAsync(row.GetInt64(5)) == item.TargetId)
            {
                await RecogniseAsync(at, row.GetString(2), item, row.GetInt64(3));
                stage.Execute("INSERT INTO healed (n, key) VALUES (@0, @1)", at + 1, made);
                _tree.Parents[at] = PlanTree.Top;
                _tree.Marks[at] &= ~(PlanMarks.Droppable | PlanMarks.Renamed);
            }
        }
    }

    private static string KeyOfMade(string parent, string place) => $"{parent} in {place}";

    private async Task<long?> ParentOfAsync(long comment) =>
        await site.RowAsync("""SELECT "ParentId" FROM "Comments" WHERE "Id" = @0""", comment) is [long parent] ? parent : null;

    /// <summary>Has a tombstone stand for each parent that is nowhere, or elsewhere.</summary>
    private async Task MakeParentsAsync()
    {
        for (var at = 0; at < _staged; at++)
        {
            var parent = _tree.Parents[at];
            if (parent == Missing || (parent >= 0 && (_tree.Has(parent, PlanMarks.Skipped) || _places[parent] != _places[at])))
            {
                _tree.Marks[at] |= parent == Missing ? PlanMarks.ParentMissing
                    : _tree.Has(parent, PlanMarks.Skipped) ? PlanMarks.ParentSkipped : PlanMarks.ParentElsewhere;
                _tree.Parents[at] = PlanTree.Top;
                stage.Execute("INSERT INTO lost (n) VALUES (@0)", at + 1);
            }
        }

        foreach (var row in stage.Rows(
            "SELECT l.n FROM lost AS l JOIN comments AS c ON c.n = l.n WHERE c.parent IN (SELECT id FROM skipped WHERE id IS NOT NULL)"))
        {
            var marks = _tree.Marks[row.GetInt32(0) - 1];
            _tree.Marks[row.GetInt32(0) - 1] = (marks & ~PlanMarks.ParentMissing) | PlanMarks.ParentSkipped;
        }

        // It goes by the parent's own key, so that a later file that has the parent finds it. In further threads, and where keys are more
        // than ids, so that an id says nothing by itself, it goes by the page too.
        stage.Execute(
            """
            INSERT INTO made (n, key, parent, place, posted)
            SELECT @0 + ROW_NUMBER() OVER (ORDER BY t.site_place, c.parent),
              CASE WHEN EXISTS (SELECT 1 FROM comments AS p WHERE p.id = c.parent) OR ROW_NUMBER() OVER (PARTITION BY c.parent ORDER BY MIN(t.id)) > 1
                OR EXISTS (SELECT 1 FROM comments AS o WHERE o.key <> o.id)
                THEN c.parent || ' in ' || (SELECT key FROM places WHERE n = t.site_place) ELSE c.parent END,
              c.parent, t.site_place, MIN(c.posted)
            FROM lost AS l JOIN comments AS c ON c.n = l.n JOIN threads AS t ON t.id = c.thread GROUP BY t.site_place, c.parent
            """,
            _staged);
        stage.Execute("CREATE INDEX IF NOT EXISTS made_parent ON made (place, parent)");
        var more = (int)stage.Number("SELECT COUNT(*) FROM made")!.Value;
        _tree.Grow(more);
        Array.Resize(ref _places, _staged + more);
        var here = await RecogniseMadeAsync();
        foreach (var row in stage.Rows(
            """
            SELECT l.n, m.n FROM lost AS l JOIN comments AS c ON c.n = l.n JOIN threads AS t ON t.id = c.thread
            JOIN made AS m ON m.place = t.site_place AND m.parent = c.parent
            """))
        {
            var (at, parent) = (row.GetInt32(0) - 1, row.GetInt32(1) - 1);
            _tree.Parents[at] = parent;
            _tree.Marks[at] &= here.Contains(parent) ? ~(PlanMarks.ParentMissing | PlanMarks.ParentElsewhere | PlanMarks.ParentSkipped) : ~PlanMarks.None;
        }
    }

    /// <summary>Finds what is here already of the parents that the file does not have.</summary>
    /// <returns>Those that are no tombstones here.</returns>
    private async Task<HashSet<int>> RecogniseMadeAsync()
    {
        // What others answer here that answer the same in the file: it was here once, whatever it is known by.
        var answered = stage.Rows(
            """
            SELECT m.n, MIN(k.target) FROM plan AS k JOIN comments AS c ON c.n = k.n JOIN made AS m ON m.place = k.place AND m.parent = c.parent GROUP BY m.n
            """).ToDictionary(row => row.GetInt32(0), row => row.GetInt64(1));
        var here = new HashSet<int>();
        foreach (var row in stage.Rows("SELECT n, key, place, posted FROM made ORDER BY n"))
        {
            var at = row.GetInt32(0) - 1;
            _places[at] = row.GetInt32(2);
            _tree.Times[at] = row.NumberOrNull(3) ?? PlanTree.Unknown;
            _tree.Marks[at] |= PlanMarks.Made | PlanMarks.Droppable;
            var key = SourceKey.Of(row.GetString(1));
            var item = await known.FindAsync(ImportedKind.Comment, key)
                ?? (answered.TryGetValue(row.GetInt32(0), out var reply) && await ParentOfAsync(reply) is { } parent ? new KnownItems.Item(parent, 0, null, IsOwn: false) : null);
            if (item is { IsOwn: true })
            {
                _tree.Marks[at] |= PlanMarks.Written;
                PlanAsHere(at, key, item.TargetId);
            }
            else if (item is not null)
            {
                // Made by an earlier import; of one whose row is gone the replies would be lost a second time.
                await RecogniseAsync(at, key, item, item.ContentHash);
                if (await site.RowAsync("""SELECT "State" FROM "Comments" WHERE "Id" = @0""", item.TargetId) is [long state]
                    && ((CommentState)state).Own() != CommentState.Deleted)
                {
                    here.Add(at);
                }
            }
        }

        return here;
    }

    private long Write(int[] order)
    {
        var turn = 0L;
        foreach (var at in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stage.Execute(
                at < _staged
                    ? """
                      INSERT INTO plan (n, p, parent, place, key, posted, is_update)
                      SELECT c.n, @1, @2, @3, COALESCE(d.key, c.key), @4, 0 FROM comments AS c LEFT JOIN duplicates AS d ON d.n = c.n WHERE c.n = @0
                      """
                    : "INSERT INTO plan (n, p, parent, place, key, posted, is_update) SELECT n, @1, @2, @3, key, @4, 0 FROM made WHERE n = @0",
                at + 1, turn++, _tree.Parents[at] < 0 ? null : _tree.Parents[at] + 1, _places[at], _tree.Times[at]);
        }

        for (var at = 0; at < _tree.Count; at++)
        {
            if (_tree.Has(at, PlanMarks.Updated))
            {
                stage.Execute("UPDATE plan SET p = @1 WHERE n = @0", at + 1, turn++);
            }
        }

        return turn;
    }
}
