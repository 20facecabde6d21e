using System.Buffers;
using System.Globalization;
using System.Text;

namespace Embed.Server.Threads;

/// <summary>
/// Writes paths and queries in one spelling (RFC 3986, 6.2.2): percent-encoding in upper case, none where a character
/// stands for itself, dot segments resolved. Allocates nothing for a path.
/// </summary>
/// <param name="buffer">Where to write; what does not fit is too long.</param>
internal ref struct UrlWriter(Span<char> buffer)
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private static readonly SearchValues<char> UnreservedCharacters = SearchValues.Create(Unreserved);

    // RFC 3986, 3.3 (pchar) and 3.4; an ampersand separates parameters before these are written.
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(Unreserved + "!$&'()*+,;=:@");
    private static readonly SearchValues<char> QueryCharacters = SearchValues.Create(Unreserved + "!$'()*+,;=:@/?");

    private readonly Span<char> _buffer = buffer;
    private int _length;

    /// <summary>All that was written.</summary>
    public readonly ReadOnlySpan<char> Written => _buffer[.._length];

    /// <summary>Writes a path that is empty or begins with a slash or backslash.</summary>
    /// <returns>False if it is too long or not well-formed UTF-16.</returns>
    public bool WritePath(ReadOnlySpan<char> path)
    {
        path = path.IsEmpty ? path : path[1..];
        while (true)
        {
            var start = _length;
            var end = path.IndexOfAny('/', '\\');
            if (!Write('/') || !Write(end < 0 ? path : path[..end], PathCharacters))
            {
                return false;
            }

            if (Written[start..] is "/." or "/..")
            {
                _length = Written[start..] is "/." ? start : Math.Max(0, Written[..start].LastIndexOf('/'));
                if (end < 0)
                {
                    return Write('/');
                }
            }

            if (end < 0)
            {
                return true;
            }

            path = path[(end + 1)..];
        }
    }

    /// <summary>Writes those parameters of a query that tell pages apart.</summary>
    /// <param name="query">What stands after the question mark.</param>
    /// <param name="named">The only names that do, as people read them; none: all but tracking and empty ones.</param>
    /// <param name="parameters">The parameters written, in their order; nothing is written if there are none.</param>
    /// <returns>False if it is too long or not well-formed UTF-16.</returns>
    public bool WriteQuery(ReadOnlySpan<char> query, IReadOnlyCollection<string> named, out List<string> parameters)
    {
        parameters = [];
        foreach (var range in query.Split('&'))
        {
            var start = _length;
            if (!Write(parameters.Count == 0 ? '?' : '&') || !Write(query[range], QueryCharacters))
            {
                return false;
            }

            var parameter = Written[(start + 1)..];
            var name = parameter.IndexOf('=') is >= 0 and var end ? parameter[..end] : parameter;
            if (parameter.IsEmpty || !TellsPagesApart(name, named))
            {
                _length = start;
            }
            else
            {
                parameters.Add(parameter.ToString());
            }
        }

        return true;
    }

    private static bool TellsPagesApart(ReadOnlySpan<char> name, IReadOnlyCollection<string> named) =>
        named.Count > 0 ? named.Contains(Uri.UnescapeDataString(name), StringComparer.Ordinal) : !TrackingParameters.Contains(name);

    private bool Write(ReadOnlySpan<char> text, SearchValues<char> plain)
    {
        while (!text.IsEmpty)
        {
            var taken = text.IndexOfAnyExcept(plain);
            taken = taken < 0 ? text.Length : taken;
            if (!text[..taken].TryCopyTo(_buffer[_length..]))
            {
                return false;
            }

            _length += taken;
            text = text[taken..];
            if (!text.IsEmpty && !WriteEncoded(ref text))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes the first character of <paramref name="text"/>, or the byte it encodes.</summary>
    private bool WriteEncoded(ref ReadOnlySpan<char> text)
    {
        if (text is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low))
        {
            var value = byte.Parse([high, low], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            text = text[3..];
            return UnreservedCharacters.Contains((char)value) ? Write((char)value) : WriteByte(value);
        }

        if (Rune.DecodeFromUtf16(text, out var rune, out var units) != OperationStatus.Done)
        {
            return false;
        }

        text = text[units..];
        Span<byte> bytes = stackalloc byte[4];
        foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
        {
            if (!WriteByte(value))
            {
                return false;
            }
        }

        return true;
    }

    private bool WriteByte(byte value) => Write('%') && Write(HexDigit(value >> 4)) && Write(HexDigit(value & 0xF));

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];

    private bool Write(char character)
    {
        if (_length == _buffer.Length)
        {
            return false;
        }

        _buffer[_length++] = character;
        return true;
    }
}
