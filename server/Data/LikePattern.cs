namespace Embed.Server.Data;

/// <summary>Patterns for SQL's LIKE from what people type: none of its characters has a meaning of its own.</summary>
internal static class LikePattern
{
    /// <summary>The character before those that would have a meaning.</summary>
    public const string Escape = "\\";

    /// <summary>Matches what has the text in it.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
