using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// GitHub's numbers. GraphQL names things by node ids, in which the number is encoded: once as Base64 of <c>04:User123</c>, now as a
/// type, an underscore and Base64 of a MessagePack list whose last element is the number.
/// </summary>
internal static partial class GitHubIds
{
    private const int MaxCharacters = 200;

    /// <summary>The number of a user's account by its node id; null if it is none of a user.</summary>
    public static long? OfUser(string? nodeId) => nodeId is null ? null
        : nodeId.StartsWith("U_", StringComparison.Ordinal) ? Of(nodeId)
        : OldOf(nodeId) is { Type: "User" } old ? old.Number : null;

    /// <summary>The number that a node id has in it; null if it has none.</summary>
    public static long? Of(string? nodeId)
    {
        if (nodeId is null or { Length: > MaxCharacters })
        {
            return null;
        }

        var split = nodeId.IndexOf('_', StringComparison.Ordinal);
        return split > 0 && BytesOf(nodeId[(split + 1)..].Replace('-', '+').Replace('_', '/')) is { } list ? LastOf(list) : OldOf(nodeId)?.Number;
    }

    /// <summary>The number of the account whose picture this is the address of.</summary>
    public static long? OfPicture(string? address) =>
        address is not null && PicturePattern().Match(address) is { Success: true } match ? NumberOf(match.Groups["number"].Value) : null;

    /// <summary>The login name whose page this is the address of.</summary>
    public static string? LoginOf(string? address) =>
        address is not null && ProfilePattern().Match(address) is { Success: true } match ? match.Groups["login"].Value : null;

    private static (string Type, long Number)? OldOf(string nodeId) =>
        nodeId.Length <= MaxCharacters && BytesOf(nodeId) is { } bytes && OldPattern().Match(Encoding.Latin1.GetString(bytes)) is { Success: true } match
        && NumberOf(match.Groups["number"].Value) is { } number ? (match.Groups["type"].Value, number) : null;

    private static byte[]? BytesOf(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var count) ? bytes[..count] : null;
    }

    // MessagePack: 0x90 to 0x9F begins a short list, its elements are whole numbers of 1, 2, 4 or 8 bytes.
    private static long? LastOf(ReadOnlySpan<byte> list)
    {
        if (list is not [>= 0x91 and <= 0x9F, ..])
        {
            return null;
        }

        var left = list[0] & 0x0F;
        list = list[1..];
        long? last = null;
        for (; left > 0 && list.Length > 0; left--)
        {
            var size = list[0] switch { <= 0x7F => 0, 0xCC => 1, 0xCD => 2, 0xCE => 4, 0xCF => 8, _ => -1 };
            if (size < 0 || list.Length <= size)
            {
                return null;
            }

            last = size switch
            {
                0 => list[0],
                1 => list[1],
                2 => BinaryPrimitives.ReadUInt16BigEndian(list[1..]),
                4 => BinaryPrimitives.ReadUInt32BigEndian(list[1..]),
                _ => BinaryPrimitives.ReadInt64BigEndian(list[1..]),
            };
            list = list[(size + 1)..];
        }

        return left == 0 && list.IsEmpty && last > 0 ? last : null;
    }

    private static long? NumberOf(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    [GeneratedRegex("""^0[0-9]{1,2}:(?<type>[A-Za-z]{1,60})(?<number>[0-9]{1,18})$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OldPattern();

    [GeneratedRegex("""^https://avatars[0-9]{0,2}\.githubusercontent\.com/u/(?<number>[0-9]{1,18})(\?|$)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PicturePattern();

    [GeneratedRegex("""^https?://(www\.)?github\.com/(?<login>[A-Za-z0-9][A-Za-z0-9-]{0,38})/?$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ProfilePattern();
}
