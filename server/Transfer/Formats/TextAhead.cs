using System.Buffers;

namespace Embed.Server.Transfer.Formats;

/// <summary>Text that can be looked at before it is taken, up to some dozens of characters ahead.</summary>
/// <param name="source">Where it comes from.</param>
internal sealed class TextAhead(TextReader source) : IDisposable
{
    private readonly char[] _buffer = new char[32 * 1024];
    private int _at;
    private int _end;

    /// <summary>The line of the next character, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The character so far ahead; -1 beyond the end.</summary>
    public int Peek(int ahead = 0)
    {
        while (_at + ahead >= _end)
        {
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            _end -= _at;
            _at = 0;
            var read = source.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return -1;
            }

            _end += read;
        }

        return _buffer[_at + ahead];
    }

    /// <summary>Whether this comes next.</summary>
    public bool Follows(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Peek(i) != text[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes the next character; -1 at the end.</summary>
    public int Next()
    {
        var c = Peek();
        if (c >= 0)
        {
            _at++;
            Line += c == '\n' ? 1 : 0;
        }

        return c;
    }

    /// <summary>Takes so many characters.</summary>
    public void Skip(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Next();
        }
    }

    /// <summary>Takes what is already here up to the next of some characters. It is gone when more is taken.</summary>
    public ReadOnlySpan<char> NextUntil(SearchValues<char> ends)
    {
        var rest = _buffer.AsSpan(_at, _end - _at);
        var end = rest.IndexOfAny(ends);
        var run = end < 0 ? rest : rest[..end];
        Line += run.Count('\n');
        _at += run.Length;
        return run;
    }

    public void Dispose() => source.Dispose();
}
