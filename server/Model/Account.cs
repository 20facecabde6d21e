namespace Embed.Server.Model;

/// <summary>How configuration and settings name somebody's account at a provider: <c>Provider:subject</c>.</summary>
internal static class Account
{
    /// <summary>Longest account, in characters: provider, colon, subject.</summary>
    public const int MaxCharacters = CommenterAccount.MaxProviderCharacters + 1 + CommenterAccount.MaxSubjectCharacters;

    /// <summary>Whether the text has a provider and a subject, as in <c>GitHub:583231</c>.</summary>
    public static bool IsWellFormed(string? text) =>
        text is not null && text.Length <= MaxCharacters && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && colon < text.Length - 1 && !text.Any(char.IsWhiteSpace) && !text.Any(char.IsControl);

    /// <summary>The subject of a well-formed account.</summary>
    public static string SubjectOf(string account) => account.Trim()[(account.Trim().IndexOf(':', StringComparison.Ordinal) + 1)..];
}
