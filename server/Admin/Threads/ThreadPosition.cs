using System.Globalization;

namespace Embed.Server.Admin.Threads;

/// <summary>A place in the list of threads, as the address names it.</summary>
/// <param name="Key">What the list is sorted by.</param>
/// <param name="Id">The thread there.</param>
internal sealed record ThreadPosition(long Key, long Id)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else, which is the first page.</summary>
    public static ThreadPosition? Parse(string? text) =>
        text?.Split('.') is [var key, var id]
        && long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sortKey)
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var thread)
            ? new ThreadPosition(sortKey, thread)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}.{Id}");
}
