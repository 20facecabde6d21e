using System.Text;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>Opens an XML file as text: by its byte order mark, or else by the encoding that it declares.</summary>
internal static partial class XmlText
{
    private const int DeclarationBytes = 1024;

    /// <summary>Bytes that are wrong in the encoding become U+FFFD.</summary>
    /// <exception cref="ImportFileException">It declares an encoding that nobody knows.</exception>
    public static TextReader Open(ImportPart part)
    {
        Encoding encoding;
        using (var start = part.Open())
        {
            var bytes = new byte[DeclarationBytes];
            encoding = EncodingOf(bytes.AsSpan(0, start.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }

        return new StreamReader(part.Open(), encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
    }

    private static Encoding EncodingOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("<\0"u8))
        {
            return Encoding.Unicode;
        }

        if (start.StartsWith("\0<"u8))
        {
            return Encoding.BigEndianUnicode;
        }

        var declared = Declaration().Match(Encoding.Latin1.GetString(start)).Groups["name"].Value;

        // Whoever could be read so far is not in 16 bits, whatever it says.
        if (declared.Length == 0 || declared.StartsWith("utf", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(declared) ?? Encoding.GetEncoding(declared);
        }
        catch (ArgumentException fault)
        {
            throw new ImportFileException($"The file says that its encoding is {declared}, which is not known. Save it as UTF-8.", fault);
        }
    }

    [GeneratedRegex(
        """<\?xml[^>]*\bencoding\s*=\s*["'](?<name>[A-Za-z0-9._-]{1,40})["']""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Declaration();
}
