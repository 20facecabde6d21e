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
    private const int LongestJunk = ImportSource.FirstHeadBytes;
    private const int LongestTag = 64 * 1024;
    private const int CDataPiece = 512;

    private const string CDataStart = "<![CDATA[";
    private const string CDataEnd = "]]>";

    private readonly TextAhead _in = new(source);
    private readonly TextQueue _out = new();
    private Within _within = Within.Junk;

    /// <summary>What ends the attribute's value that the next character is in; NUL outside of one.</summary>
    private char _quote;

    /// <summary>Characters of the junk, tag or piece of CDATA so far.</summary>
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
        if (_out.Count == 0)
        {
            while (_out.Count < PieceCharacters && (PassOn() || Mend()))
            {
            }
        }

        return _out.Read(buffer.AsSpan(index, count));
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
        var run = _within switch
        {
            Within.Text => _in.NextUntil(XmlNotable.InText, int.MaxValue),
            Within.Tag => _in.NextUntil(_quote == '\0' ? XmlNotable.InTag : XmlNotable.InValue, LongestTag - _length),
            Within.CData => _in.NextUntil(XmlNotable.InCData, CDataPiece - _length),
            _ => [],
        };
        _out.Write(run);
        _length += _within == Within.Text ? 0 : run.Length;
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

        KeepLine(c);
        if (++_length > LongestJunk)
        {
            throw new ImportFileException($"The file does not begin with <{root}>: it is no such export.");
        }
    }

    /// <summary>After a &lt; in text.</summary>
    private void Markup()
    {
        const string CommentStart = "!--";
        _length = 0;
        RefuseDeclarations();
        if (_in.Follows(CDataStart[1..]))
        {
            _in.Skip(CDataStart.Length - 1);
            _out.Write(CDataStart);
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
            _out.Write('<');
            _within = Within.Tag;
        }
        else
        {
            _out.Write("&lt;");
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
            _out.Write('=');
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
            _out.Write(_quote);
            return;
        }

        _out.Write('"');
        while (_in.Peek() is var next && next >= 0 && next != '>' && !IsBlank(next) && !_in.Follows("/>") && ++_length <= LongestTag)
        {
            _in.Next();
            Value(next == '"' ? '\'' : (char)next);
        }

        _out.Write('"');
    }

    /// <summary>A character of text, or of an attribute's value, which ends with its quote.</summary>
    private void Value(char c)
    {
        switch (c)
        {
            case '<':
                _out.Write("&lt;");
                break;
            case '>':
                _out.Write("&gt;");
                break;
            case '&':
                _out.Write(XmlReference.Take(_in));
                break;
            default:
                Plain(c);
                _quote = c == _quote ? '\0' : _quote;
                break;
        }
    }

    /// <summary>A long section comes out as several: the reader holds each whole.</summary>
    private void CData(char c)
    {
        if (c == CDataEnd[0] && _in.Follows(CDataEnd[1..]))
        {
            _in.Skip(CDataEnd.Length - 1);
            _out.Write(CDataEnd);
            _within = Within.Text;
            return;
        }

        Plain(c);
        // A line break of two characters is one.
        if (++_length >= CDataPiece && c != '\r')
        {
            _out.Write(CDataEnd);
            _out.Write(CDataStart);
            _length = 0;
        }
    }

    private void LeaveOut(char c, string end)
    {
        KeepLine(c);
        if (c == end[0] && _in.Follows(end[1..]))
        {
            _in.Skip(end.Length - 1);
            _within = Within.Text;
        }
    }

    private void KeepLine(char c)
    {
        if (c == '\n')
        {
            _out.Write(c);
        }
    }

    private void Plain(char c)
    {
        var isPair = char.IsHighSurrogate(c) && _in.Peek() is var low && low >= 0 && char.IsLowSurrogate((char)low);
        _out.Write(isPair || XmlConvert.IsXmlChar(c) ? c : XmlReference.Unknown);
        if (isPair)
        {
            _out.Write((char)_in.Next());
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
