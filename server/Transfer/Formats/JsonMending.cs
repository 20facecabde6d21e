using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Embed.Server.Transfer.Formats;

/// <summary>Makes text out of JSON that is none: bytes of another encoding, and halves of characters.</summary>
internal static class JsonMending
{
    private const string WrongBytes = "It has bytes that are not UTF-8; each was replaced by \uFFFD.";
    private const string Halves = "It has halves of characters; each was replaced by \uFFFD.";

    /// <summary>Whether a sentence is one that <see cref="Mend"/> gives.</summary>
    public static bool IsRepair(string sentence) => sentence is WrongBytes or Halves;

    /// <summary>Whether a part of what was mended has a replacement in it.</summary>
    public static bool IsMended(JsonElement part) =>
        part.GetRawText() is var raw && (raw.Contains('\uFFFD', StringComparison.Ordinal) || raw.Contains("\\ufffd", StringComparison.Ordinal));

    /// <summary>The JSON with each such byte and half replaced by U+FFFD, and a sentence about it where there were any.</summary>
    /// <remarks>The bytes given may be written to.</remarks>
    public static (ReadOnlyMemory<byte> Bytes, string? Repair) Mend(Memory<byte> json)
    {
        string? repair = null;
        if (!Utf8.IsValid(json.Span))
        {
            repair = WrongBytes;
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json.Span));
        }

        if (json.Span.IndexOf("\\ud"u8) >= 0 || json.Span.IndexOf("\\uD"u8) >= 0)
        {
            repair = MendHalves(json.Span) ? repair ?? Halves : repair;
        }

        return (json, repair);
    }

    // \ud83d without its other half is JSON, but no text. Its replacement \ufffd is as long.
    private static bool MendHalves(Span<byte> json)
    {
        var hasHalves = false;
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at + 1 < json.Length;)
        {
            var length = json[at + 1] == 'u' ? 6 : 2;
            if (HalfAt(json, at) is { } isHigh)
            {
                if (isHigh && HalfAt(json, at + 6) == false)
                {
                    length = 12;
                }
                else
                {
                    "\\ufffd"u8.CopyTo(json[at..]);
                    hasHalves = true;
                }
            }

            var next = at + length < json.Length ? json[(at + length)..].IndexOf((byte)'\\') : -1;
            at = next < 0 ? -1 : at + length + next;
        }

        return hasHalves;
    }

    // D800 to DBFF is a first half, DC00 to DFFF a second one.
    private static bool? HalfAt(ReadOnlySpan<byte> json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u' && json[at + 2] is (byte)'d' or (byte)'D'
            ? (char)json[at + 3] switch
            {
                '8' or '9' or 'a' or 'b' or 'A' or 'B' => true,
                (>= 'c' and <= 'f') or (>= 'C' and <= 'F') => false,
                _ => null,
            }
            : null;
}
