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

    /// <summary>
    /// Takes what is already here up to the next of some characters, of half a character, or of one that is none
    /// (U+FFFE, U+FFFF). It is gone when more is taken.
    /// </summary>
    /// <param name="ends">Characters of ASCII, so that the search is fast.</param>
    /// <param name="most">Takes no more characters than that; none if it is less than 0.</param>
    public ReadOnlySpan<char> NextUntil(SearchValues<char> ends, int most)
    {
        ReadOnlySpan<char> rest = _buffer.AsSpan(_at, Math.Clamp(most, 0, _end - _at));
        var run = Before(rest, rest.IndexOfAny(ends));
        run = Before(run, run.IndexOfAnyInRange('\uD800', '\uDFFF'));
        run = Before(run, run.IndexOfAnyInRange('\uFFFE', '\uFFFF'));
        Line += run.Count('\n');
        _at += run.Length;
        return run;
    }

    public void Dispose() => source.Dispose();

    private static ReadOnlySpan<char> Before(ReadOnlySpan<char> text, int end) => end < 0 ? text : text[..end];
}
