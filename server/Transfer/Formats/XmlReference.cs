using System.Globalization;
using System.Net;
using System.Xml;

namespace Embed.Server.Transfer.Formats;

/// <summary>What an ampersand in XML begins.</summary>
internal static class XmlReference
{
    /// <summary>Stands for a character that XML does not allow.</summary>
    public const char Unknown = '\uFFFD';

    private const int Longest = 12;

    /// <summary>
    /// Takes what follows an ampersand, and returns well-formed XML for both: a reference that XML knows as it is, one of HTML's or by
    /// number as its character, anything else as an ampersand, with nothing taken.
    /// </summary>
    public static string Take(TextAhead text)
    {
        var name = Name(text);
        var mended = name switch
        {
            "" => null,
            "amp" or "lt" or "gt" or "quot" or "apos" => $"&{name};",
            ['#', ..] => Number(name) is var number and >= 0 ? OfNumber(number, text, name.Length + 1) : null,
            _ => WebUtility.HtmlDecode($"&{name};") is var decoded && decoded[0] != '&' ? decoded : null,
        };
        if (mended is null)
        {
            return "&amp;";
        }

        text.Skip(name.Length + 1);
        return mended;
    }

    /// <summary>A character by its number. Some exports write one beyond 16 bits as two halves; the second comes at a place ahead.</summary>
    private static string OfNumber(int number, TextAhead text, int ahead)
    {
        if (number is >= 0xD800 and < 0xDC00 && text.Peek(ahead) == '&' && Name(text, ahead + 1) is var next
            && Number(next) is var low and >= 0xDC00 and <= 0xDFFF)
        {
            text.Skip(next.Length + 2);
            return char.ConvertFromUtf32(char.ConvertToUtf32((char)number, (char)low));
        }

        return number is >= 0x10000 and <= 0x10FFFF ? char.ConvertFromUtf32(number)
            : number <= char.MaxValue && XmlConvert.IsXmlChar((char)number) ? $"&#{number.ToString(CultureInfo.InvariantCulture)};"
            : $"{Unknown}";
    }

    /// <summary>The number in a reference such as <c>#65</c> or <c>#x41</c>; -1 if it is none.</summary>
    private static int Number(string name)
    {
        var isHexadecimal = name.StartsWith("#x", StringComparison.OrdinalIgnoreCase);
        return name.StartsWith('#')
            && int.TryParse(
                name.AsSpan(isHexadecimal ? 2 : 1), isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                CultureInfo.InvariantCulture, out var number)
            ? Math.Max(number, -1)
            : -1;
    }

    /// <summary>The name before the next semicolon; empty if what comes is none.</summary>
    private static string Name(TextAhead text, int from = 0)
    {
        Span<char> name = stackalloc char[Longest];
        for (var i = 0; i < Longest; i++)
        {
            var c = text.Peek(from + i);
            if (c == ';')
            {
                return new string(name[..i]);
            }

            if (c != '#' && (c < 0 || !char.IsAsciiLetterOrDigit((char)c)))
            {
                break;
            }

            name[i] = (char)c;
        }

        return "";
    }
}
