using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Embed.Server.Commenters;

/// <summary>
/// Random values that stand for a person: session tokens and one-time codes. 256 random bits in base64url; the database
/// keeps their SHA-256 only. A plain hash suffices, because a random value of this length cannot be guessed from it.
/// </summary>
internal static class Secret
{
    /// <summary>Length of a secret, and of an S256 challenge, in characters: 32 bytes in base64url without padding.</summary>
    public const int Characters = 43;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether the text has the form of a secret or of an S256 challenge.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: Characters } && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>Whether the text has the length of a PKCE verifier (RFC 7636, section 4.1).</summary>
    public static bool IsVerifier(string? text) => text is { Length: >= 43 and <= 128 };

    /// <summary>The S256 challenge of a PKCE verifier (RFC 7636, section 4.2).</summary>
    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(HashOf(verifier));

    /// <summary>Whether a PKCE verifier belongs to an S256 challenge (RFC 7636, section 4.6), compared in constant time.</summary>
    public static bool Verifies(string? verifier, string challenge) =>
        IsVerifier(verifier) && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(ChallengeOf(verifier!)), Encoding.ASCII.GetBytes(challenge));
}
