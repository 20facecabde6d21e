using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds out which comment is pinned in each thread. A thread has one pin: the first in the order of writing, unless there is one. What
/// moderators have pinned and unpinned here stays so.
/// </summary>
internal sealed class PlanPins(ScratchFile stage, Statements site, int[] places)
{
    // Comments that are here of which the source says something else, by number less one.
    private readonly Dictionary<int, (long Target, CommentState State)> _updated = [];

    private sealed record Pinnable(int At, bool IsPublished, long? Target);

    /// <summary>A comment that is here, of which the source says something else.</summary>
    public void Add(int at, long target, CommentState state) => _updated.Add(at, (target, state));

    /// <summary>Plans the pins, and notes which are not.</summary>
    /// <returns>Comments that are here and are pinned or unpinned; by number less one.</returns>
    public async Task<IReadOnlyList<int>> FindAsync(PlanTree tree, int[] order)
    {
        var pinned = stage.Rows("SELECT n, state, is_empty FROM comments WHERE pinned = 1")
            .ToDictionary(row => row.GetInt32(0) - 1, row => row.GetInt32(1) == (int)CommentState.Published && !row.IsTrue(2));
        var candidates = order.Where(pinned.ContainsKey).Select(at => new Pinnable(at, pinned[at], null))
            .Concat(_updated.Where(pair => pinned.ContainsKey(pair.Key)).OrderBy(pair => pair.Key).Select(pair => new Pinnable(pair.Key, pinned[pair.Key], pair.Value.Target)))
            .ToLookup(candidate => places[candidate.At]);
        var left = _updated.Where(pair => !pinned.GetValueOrDefault(pair.Key)).ToDictionary(pair => pair.Value.Target, pair => pair.Key);
        var changed = new List<int>();
        if (candidates.Count + left.Count == 0)
        {
            return changed;
        }

        var acts = await ReadActsAsync();
        foreach (var (place, thread) in stage.Rows("SELECT n, target FROM places").Select(row => (row.GetInt32(0), row.NumberOrNull(1))).ToList())
        {
            if (candidates[place].Any() || (thread is not null && left.Count > 0))
            {
                changed.AddRange(await FindAsync(place, thread, candidates[place], left, acts));
            }
        }

        return changed;
    }

    private async Task<IEnumerable<int>> FindAsync(
        int place, long? thread, IEnumerable<Pinnable> candidates, Dictionary<long, int> left, (HashSet<long> Pinned, HashSet<long> Unpinned) acts)
    {
        var here = thread is null ? null : await site.RowAsync("""SELECT "PinnedCommentId" FROM "Threads" WHERE "Id" = @0""", thread) is [long pin] ? pin : (long?)null;
        int? released = here is { } comment && left.TryGetValue(comment, out var row) ? row : null;
        if (released is { } kept && acts.Pinned.Contains(here!.Value))
        {
            PlanUpdates.Note(stage, kept, "It is not pinned there; here a moderator has pinned it.");
            released = null;
        }

        var isFree = here is null || released is not null;
        int? chosen = null;
        foreach (var candidate in candidates.Where(candidate => candidate.Target is null || candidate.Target != here))
        {
            var why = !candidate.IsPublished ? "It is pinned there; here it is not, because it is not published."
                : candidate.Target is { } target && acts.Unpinned.Contains(target) ? "It is pinned there; here a moderator has unpinned it."
                : !isFree || chosen is not null ? "It is pinned there; here another comment of its thread is."
                : "";
            PlanUpdates.Note(stage, candidate.At, why);
            chosen ??= why.Length == 0 ? candidate.At : null;
        }

        // In a thread that is made now it is pinned as it is written.
        if (thread is not null && (chosen ?? released) is not null)
        {
            stage.Execute(
                "INSERT INTO follows (kind, source, target, pin, was_pin) VALUES (@0, @1, @2, @3, @4)", (int)ImportedKind.Thread, place, thread,
                chosen + 1 ?? 0, here);
        }

        return new[] { chosen, released }.OfType<int>().Where(at => thread is not null && _updated.ContainsKey(at));
    }

    // The comments that moderators have pinned and unpinned, as far as that holds.
    private async Task<(HashSet<long> Pinned, HashSet<long> Unpinned)> ReadActsAsync()
    {
        async Task<HashSet<long>> ReadAsync(string word) => JsonSerializer.Deserialize<HashSet<long>>((string)(await site.RowAsync(
            """
            SELECT json_group_array("CommentId") FROM "ModerationLog" WHERE "CommentId" IS NOT NULL AND "Act" = @0 AND "UndoneAt" IS NULL
            """,
            word))![0]!)!;
        return (await ReadAsync(ActWord.CommentPinned), await ReadAsync(ActWord.CommentUnpinned));
    }
}
