using System.Collections.Immutable;
using System.Globalization;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// What a live thread shows: everything between two places, however much arrives in between. A page by number of comments would
/// push the last one off the screen with each new one.
/// </summary>
/// <param name="Sort">The order of the top level.</param>
/// <param name="From">The place it begins at; null for the start of the thread.</param>
/// <param name="Until">The last place shown; null where nothing follows it.</param>
/// <param name="Branches">Branches that are shown in part, by their top-level comment.</param>
internal sealed record ThreadWindow(
    ThreadSort Sort, ThreadCursor? From, ThreadCursor? Until, ImmutableSortedDictionary<long, BranchRange> Branches)
{
    /// <summary>Most comments a live thread shows.</summary>
    public const int MaxComments = 5_000;

    /// <summary>What a slice from the start or around a comment showed.</summary>
    public static ThreadWindow Of(ThreadRows rows, ThreadSort sort) => new(sort, rows.Slice.From, rows.Slice.After, rows.Slice.Branches);

    /// <summary>With the slice that was read on from it.</summary>
    public ThreadWindow With(ThreadSlice slice, ThreadRows more)
    {
        var branches = Branches;
        foreach (var (root, range) in more.Slice.Branches)
        {
            branches = branches.SetItem(root, range with { From = slice.Replies == 0 ? range.From : Branches.GetValueOrDefault(root).From ?? "" });
        }

        return this with { Branches = branches, Until = slice.Replies == 0 ? more.Slice.After : Until };
    }

    /// <summary>The same text for windows that show the same.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{Sort}|{From}|{Until}|{string.Join(',', Branches.Select(b => $"{b.Key}:{b.Value.From}-{b.Value.To}"))}");
}

/// <summary>A part of a branch in reading order.</summary>
/// <param name="From">Path of the first reply shown; empty for the beginning.</param>
/// <param name="To">Path of the last reply shown; <see cref="End"/> where none is held back.</param>
internal readonly record struct BranchRange(string From, string To)
{
    /// <summary>Sorts after every path.</summary>
    public const string End = "~";
}
