using System.Buffers;
using System.Text;
using System.Xml;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Passes XML on, and on the way makes well-formed what real exports have in them: junk before the first element, characters that
/// XML does not allow, lone ampersands, HTML's entities, attributes without quotes. Comments and processing instructions are left
/// out; declarations of types and entities are refused. Line breaks stay, so that line numbers are those of the file.
/// </summary>
/// <param name="source">The file's text.</param>
/// <param name="root">The name of its first element; all before that is junk.</param>
internal sealed class XmlMender(TextReader source, string root) : TextReader
{
    private const int PieceCharacters = 16 * 1024;
    private const int LongestJunk = ImportSource.HeadBytes;
    private const int LongestTag = 64 * 1024;

    /// <summary>Characters of text that mean something, come in pairs or are not allowed.</summary>
    private static readonly SearchValues<char> Notable = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => c is '<' or '>' or '&' or ']' || !XmlConvert.IsXmlChar(c))]);

    private readonly TextAhead _in = new(source);
    private readonly StringBuilder _out = new();
    private int _outAt;
    private Within _within = Within.Junk;

    /// <summary>What ends the attribute's value that the next character is in; NUL outside of one.</summary>
    private char _quote;

    /// <summary>Characters of the junk or tag so far.</summary>
    private int _length;

    /// <summary>What the next character is in.</summary>
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
            while (_out.Length < PieceCharacters && (PassOn() || Mend()))
            {
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
            _in.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsBlank(int c) => c >= 0 && char.IsWhiteSpace((char)c);

    /// <summary>Takes what needs no second look, all at once; false if that is nothing.</summary>
    private bool PassOn()
    {
        if (_within is not (Within.Text or Within.CData))
        {
            return false;
        }

        var run = _in.NextUntil(Notable);
        _out.Append(run);
        return run.Length > 0;
    }

    /// <summary>Takes the next character and what it begins; false if there is none.</summary>
    private bool Mend()
    {
        if (_in.Next() is var next && next < 0)
        {
            return false;
        }

        var c = (char)next;
        switch (_within)
        {
            case Within.Junk:
                Junk(c);
                break;
            case Within.Text when c == '<':
                Markup();
                break;
            case Within.Text:
                Value(c);
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

        return true;
    }

    private void Junk(char c)
    {
        if (c == '<')
        {
            RefuseDeclarations();
            if (_in.Follows(root) && _in.Peek(root.Length) is var next && (next is '>' or '/' || IsBlank(next)))
            {
                Markup();
                return;
            }
        }

        _out.Append('\n', c == '\n' ? 1 : 0);
        if (++_length > LongestJunk)
        {
            throw new ImportFileException($"The file does not begin with <{root}>: it is no such export.");
        }
    }

    /// <summary>After a &lt; in text.</summary>
    private void Markup()
    {
        const string CDataStart = "![CDATA[";
        const string CommentStart = "!--";
        _length = 0;
        RefuseDeclarations();
        if (_in.Follows(CDataStart))
        {
            _in.Skip(CDataStart.Length);
            _within = Within.CData;
        }
        else if (_in.Follows(CommentStart))
        {
            _in.Skip(CommentStart.Length);
            _within = Within.Comment;
        }
        else if (_in.Peek() == '?')
        {
            _within = Within.Instruction;
        }
        else if (_in.Peek() is var next && (next is '/' or '_' || (next >= 0 && char.IsLetter((char)next))))
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

        if (++_length > LongestTag)
        {
            throw new ImportFileException($"Line {_in.Line}: a tag is longer than {LongestTag} characters.");
        }
    }

    /// <summary>Before an attribute's value, which may have no quotes.</summary>
    private void StartValue()
    {
        while (IsBlank(_in.Peek()))
        {
            Plain((char)_in.Next());
        }

        if (_in.Peek() is '"' or '\'')
        {
            _quote = (char)_in.Next();
            _out.Append(_quote);
            return;
        }

        _out.Append('"');
        while (_in.Peek() is var next && next >= 0 && next != '>' && !IsBlank(next) && !_in.Follows("/>") && ++_length <= LongestTag)
        {
            _in.Next();
            Value(next == '"' ? '\'' : (char)next);
        }

        _out.Append('"');
    }

    /// <summary>A character of text, or of an attribute's value, which ends with its quote.</summary>
    private void Value(char c)
    {
        switch (c)
        {
            case '<':
                _out.Append("&lt;");
                break;
            case '>':
                _out.Append("&gt;");
                break;
            case '&':
                _out.Append(XmlReference.Take(_in));
                break;
            default:
                Plain(c);
                _quote = c == _quote ? '\0' : _quote;
                break;
        }
    }

    /// <summary>Comes out as text: the reader holds a CDATA section whole, and text only piece by piece.</summary>
    private void CData(char c)
    {
        const string RestOfEnd = "]>";
        if (c == ']' && _in.Follows(RestOfEnd))
        {
            _in.Skip(RestOfEnd.Length);
            _within = Within.Text;
        }
        else if (c == '&')
        {
            _out.Append("&amp;");
        }
        else
        {
            Value(c);
        }
    }

    private void LeaveOut(char c, string end)
    {
        _out.Append('\n', c == '\n' ? 1 : 0);
        if (c == end[0] && _in.Follows(end[1..]))
        {
            _in.Skip(end.Length - 1);
            _within = Within.Text;
        }
    }

    private void Plain(char c)
    {
        if (char.IsHighSurrogate(c) && _in.Peek() is var low && low >= 0 && char.IsLowSurrogate((char)low))
        {
            _out.Append(c).Append((char)_in.Next());
        }
        else
        {
            _out.Append(XmlConvert.IsXmlChar(c) ? c : XmlReference.Unknown);
        }
    }

    private void RefuseDeclarations()
    {
        if (_in.Follows("!DOCTYPE") || _in.Follows("!ENTITY"))
        {
            throw new ImportFileException($"Line {_in.Line}: the file declares types or entities of its own (<!DOCTYPE>), which no export needs.");
        }
    }
}
