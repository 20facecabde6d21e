namespace Embed.Server.Admin.Shell;

/// <summary>
/// A page of a table whose rows are all in memory, by the key of the row at its edge. Where that row has gone meanwhile, it is the
/// first page.
/// </summary>
/// <param name="Rows">The rows of the page.</param>
/// <param name="First">Which of all rows is the first of them, from 1.</param>
/// <param name="Total">How many rows there are in all.</param>
/// <param name="Newer">The key for the page towards the start; null on the first.</param>
/// <param name="Older">The key for the page towards the end; null on the last.</param>
internal sealed record TablePage<T>(IReadOnlyList<T> Rows, int First, int Total, string? Newer, string? Older)
{
    /// <summary>Rows a page.</summary>
    public const int Size = 50;

    /// <summary>The page that the address says.</summary>
    /// <param name="rows">All rows, in order.</param>
    /// <param name="keyOf">What tells a row from all others.</param>
    /// <param name="before">The row that the page before ended at.</param>
    /// <param name="after">The row that the page behind begins at.</param>
    public static TablePage<T> Of(IReadOnlyList<T> rows, Func<T, string> keyOf, string? before, string? after)
    {
        var keys = rows.Select(keyOf).ToList();
        var start = after is not null ? keys.IndexOf(after) - Size : before is not null ? keys.IndexOf(before) + 1 : 0;
        start = Math.Max(0, start);
        var end = Math.Min(start + Size, rows.Count);
        return new TablePage<T>(
            [.. rows.Take(start..end)], start + 1, rows.Count, start > 0 ? keys[start] : null, end < rows.Count ? keys[end - 1] : null);
    }
}
