using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Passes XML on, and on the way makes well-formed what real exports have in them: junk before the first element, characters that
/// XML does not allow, lone ampersands, HTML's entities, attributes without quotes. Comments and processing instructions are left
/// out; declarations of types and entities are refused. Line breaks stay, so that line numbers are those of the file. Very long
/// CDATA comes out in pieces, because <see cref="XmlReader"/> holds each whole.
/// </summary>
/// <param name="source">The file's text.</param>
/// <param name="root">The name of its first element; all before that is junk.</param>
internal sealed class XmlMender(TextReader source, string root) : TextReader
{
    private const int PieceCharacters = 16 * 1024;
    private const int LongestJunk = ImportSource.HeadBytes;
    private const int LongestTag = 64 * 1024;
    private const int LongestReference = 12;
    private const string CDataStart = "<![CDATA[";
    private const string CDataEnd = "]]>";
    private const char Unknown = '\uFFFD';

    private readonly char[] _in = new char[32 * 1024];
    private readonly StringBuilder _out = new();
    private int _inAt;
    private int _inEnd;
    private int _outAt;
    private Within _within = Within.Junk;
    private char _quote;
    private int _length;
    private int _line = 1;

    /// <summary>What the next character is part of.</summary>
    private enum Within
    {
        Junk,
        Text,
        Tag,
        CData,
        Comment,
        Instruction,
    }

    public override int Peek() => throw new NotSupportedException();

    public override int Read() => throw new NotSupportedException();

    /// <exception cref="ImportFileException">It has a declaration, or no beginning.</exception>
    public override int Read(char[] buffer, int index, int count)
    {
        if (_outAt == _out.Length)
        {
            _out.Clear();
            _outAt = 0;
            while (_out.Length < PieceCharacters && Next() is var next and >= 0)
            {
                Mend((char)next);
            }
        }

        var length = Math.Min(count, _out.Length - _outAt);
        _out.CopyTo(_outAt, buffer, index, length);
        _outAt += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Mend(char c)
    {
        switch (_within)
        {
            case Within.Junk:
                Junk(c);
                break;
            case Within.Text when c == '<':
                Markup();
                break;
            case Within.Text when c == '>':
                _out.Append("&gt;");
                break;
            case Within.Text when c == '&':
                Reference();
                break;
            case Within.Text:
                Plain(c);
                break;
            case Within.Tag:
                Tag(c);
                break;
            case Within.CData:
                CData(c);
                break;
            case Within.Comment:
                LeaveOut(c, "-->");
                break;
            default:
                LeaveOut(c, "?>");
                break;
        }
    }

    private void Junk(char c)
    {
        if (c == '<')
        {
            RefuseDeclarations();
            if (Follows(root) && PeekAt(root.Length) is var next && (next is '>' or '/' || char.IsWhiteSpace((char)next)))
            {
                _within = Within.Text;
                Markup();
                return;
            }
        }

        KeepLine(c);
        if (++_length > LongestJunk)
        {
            throw new ImportFileException($"The file does not begin with <{root}>: it is no such export.");
        }
    }

    /// <summary>After a &lt; in text.</summary>
    private void Markup()
    {
        _length = 0;
        RefuseDeclarations();
        if (Follows(CDataStart[1..]))
        {
            Skip(CDataStart.Length - 1);
            _out.Append(CDataStart);
            _within = Within.CData;
        }
        else if (Follows("!--"))
        {
            Skip(3);
            _within = Within.Comment;
        }
        else if (PeekAt(0) == '?')
        {
            _within = Within.Instruction;
        }
        else if (PeekAt(0) is var next && (next is '/' or '_' || (next >= 0 && char.IsLetter((char)next))))
        {
            _out.Append('<');
            _within = Within.Tag;
        }
        else
        {
            _out.Append("&lt;");
        }
    }

    private void Tag(char c)
    {
        if (++_length > LongestTag)
        {
            throw new ImportFileException($"Line {_line}: a tag is longer than {LongestTag} characters.");
        }

        if (_quote != '\0')
        {
            Value(c);
        }
        else if (c == '=')
        {
            _out.Append('=');
            StartValue();
        }
        else
        {
            Plain(c);
            _within = c == '>' ? Within.Text : Within.Tag;
        }
    }

    /// <summary>Before an attribute's value, which may have no quotes.</summary>
    private void StartValue()
    {
        while (PeekAt(0) is var blank and >= 0 && char.IsWhiteSpace((char)blank))
        {
            Plain((char)Next());
        }

        if (PeekAt(0) is '"' or '\'')
        {
            _quote = (char)Next();
            _out.Append(_quote);
            return;
        }

        _out.Append('"');
        while (PeekAt(0) is var next and >= 0 && next != '>' && !char.IsWhiteSpace((char)next) && !Follows("/>") && ++_length <= LongestTag)
        {
            _quote = '"';
            Value(Next() is var c && c == '"' ? '\'' : (char)c);
        }

        _quote = '\0';
        _out.Append('"');
    }

    private void Value(char c)
    {
        switch (c)
        {
            case '<':
                _out.Append("&lt;");
                break;
            case '&':
                Reference();
                break;
            default:
                Plain(c);
                _quote = c == _quote ? '\0' : _quote;
                break;
        }
    }

    private void CData(char c)
    {
        if (c == ']' && Follows(CDataEnd[1..]))
        {
            Skip(CDataEnd.Length - 1);
            _out.Append(CDataEnd);
            _within = Within.Text;
            return;
        }

        Plain(c);
        if (++_length % PieceCharacters == 0)
        {
            _out.Append(CDataEnd).Append(CDataStart);
        }
    }

    private void LeaveOut(char c, string end)
    {
        KeepLine(c);
        if (c == end[0] && Follows(end[1..]))
        {
            Skip(end.Length - 1);
            _within = Within.Text;
        }
    }

    private void KeepLine(char c)
    {
        if (c == '\n')
        {
            _out.Append(c);
        }
    }

    private void Plain(char c)
    {
        if (char.IsHighSurrogate(c) && PeekAt(0) is var low and >= 0 && char.IsLowSurrogate((char)low))
        {
            _out.Append(c).Append((char)Next());
        }
        else if (XmlConvert.IsXmlChar(c))
        {
            _out.Append(c);
        }
        else
        {
            _out.Append(Unknown);
        }
    }

    /// <summary>After an ampersand: what it stands for, or the ampersand itself where that is nothing.</summary>
    private void Reference()
    {
        var name = PeekName();
        if (name is "amp" or "lt" or "gt" or "quot" or "apos")
        {
            _out.Append('&').Append(name).Append(';');
        }
        else if (name.StartsWith('#') && Number(name) is var number and >= 0)
        {
            Skip(name.Length + 1);
            _out.Append(OfNumber(number));
            return;
        }
        else if (name.Length > 0 && WebUtility.HtmlDecode($"&{name};") is var decoded && decoded[0] != '&')
        {
            _out.Append(decoded);
        }
        else
        {
            _out.Append("&amp;");
            return;
        }

        Skip(name.Length + 1);
    }

    /// <summary>A character by its number. Some exports write one beyond 16 bits as two.</summary>
    private string OfNumber(int number)
    {
        if (number is >= 0xD800 and < 0xDC00 && PeekAt(0) == '&' && PeekName(1) is var next && Number(next) is var low and >= 0xDC00 and <= 0xDFFF)
        {
            Skip(next.Length + 2);
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
    private string PeekName(int from = 0)
    {
        for (var i = from; i < from + LongestReference; i++)
        {
            if (PeekAt(i) is var c && c == ';')
            {
                return new string(_in, _inAt + from, i - from);
            }
            else if (c != '#' && (c < 0 || !char.IsAsciiLetterOrDigit((char)c)))
            {
                break;
            }
        }

        return "";
    }

    private void RefuseDeclarations()
    {
        if (Follows("!DOCTYPE") || Follows("!ENTITY"))
        {
            throw new ImportFileException($"Line {_line}: the file declares types or entities of its own (<!DOCTYPE>), which no export needs.");
        }
    }

    private bool Follows(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (PeekAt(i) != text[i])
            {
                return false;
            }
        }

        return true;
    }

    private void Skip(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Next();
        }
    }

    private int Next()
    {
        var c = PeekAt(0);
        if (c >= 0)
        {
            _inAt++;
            _line += c == '\n' ? 1 : 0;
        }

        return c;
    }

    /// <summary>The character so far ahead; -1 beyond the end.</summary>
    private int PeekAt(int ahead)
    {
        while (_inAt + ahead >= _inEnd)
        {
            _in.AsSpan(_inAt, _inEnd - _inAt).CopyTo(_in);
            _inEnd -= _inAt;
            _inAt = 0;
            var read = source.Read(_in, _inEnd, _in.Length - _inEnd);
            if (read == 0)
            {
                return -1;
            }

            _inEnd += read;
        }

        return _in[_inAt + ahead];
    }
}
