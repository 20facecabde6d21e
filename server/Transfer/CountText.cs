using System.Globalization;

namespace Embed.Server.Transfer;

/// <summary>Numbers of things, in sentences.</summary>
internal static class CountText
{
    /// <summary>A number and what is counted: <c>1 comment</c>, <c>2,000 comments</c>.</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">One of them.</param>
    /// <param name="many">Any other number of them; null where an s makes it.</param>
    public static string Of(long number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many ?? one + "s")}");
}
