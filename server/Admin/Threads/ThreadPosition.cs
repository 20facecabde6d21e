using System.Globalization;

namespace Embed.Server.Admin.Threads;

/// <summary>A place in the list of threads, as the address names it.</summary>
/// <param name="Id">The thread there.</param>
/// <param name="Value">What the list is sorted by.</param>
internal sealed record ThreadPosition(long Id, string Value)
{
    /// <summary>What it is sorted by, where that is a number.</summary>
    public long? Number => long.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else, which is the first page.</summary>
    public static ThreadPosition? Parse(string? text) =>
        text?.Split('.', 2) is [var id, var value] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var thread)
            ? new ThreadPosition(thread, value)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}.{Value}");
}
