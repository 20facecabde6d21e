using System.Buffers;
using System.Text;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// The bytes of a JSON text, as UTF-8, of which only a window and what is being kept are in memory. Knows strings and brackets, no
/// more: whether what was kept is JSON is found out by whoever parses it.
/// </summary>
/// <param name="stream">UTF-8, or UTF-16 by its byte order mark or by how it begins.</param>
/// <param name="where">What was read last, for people.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class JsonBytes(Stream stream, Func<string> where, CancellationToken cancellationToken)
{
    /// <summary>Deepest nesting that is read, in levels.</summary>
    public const int MaxDepth = 64;

    private const int WindowBytes = 64 * 1024;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]} \t\r\n\""u8);

    private readonly byte[] _raw = new byte[WindowBytes];
    private byte[] _window = [];
    private int _at;
    private int _end;
    private long _before;
    private bool _hasBegun;
    private Decoder? _utf16;
    private Encoder? _utf8;

    private byte[] _kept = new byte[WindowBytes];
    private int _keptCount;
    private int _limit = -1;

    /// <summary>How many bytes lie behind, counted as UTF-8.</summary>
    public long Position => _before + _at;

    /// <summary>Whether what was to be kept was longer than allowed: then nothing of it is.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>What was kept. Changes with the next <see cref="Keep"/>.</summary>
    public Memory<byte> Kept => _kept.AsMemory(0, _keptCount);

    /// <summary>The next byte, or -1 at the end.</summary>
    public int Peek() => _at < _end || Fill() ? _window[_at] : -1;

    /// <summary>Goes over one byte.</summary>
    public void Take() => Advance(1);

    /// <summary>From here on keeps what it goes over, up to a limit in bytes.</summary>
    public void Keep(int limit) => (_limit, _keptCount, IsTooLong) = (limit, 0, false);

    /// <summary>Keeps no more.</summary>
    public void StopKeeping() => _limit = -1;

    /// <summary>Goes over white space.</summary>
    /// <param name="also">A character that counts as such here.</param>
    public void SkipSpace(char also = ' ')
    {
        while (Peek() is ' ' or '\t' or '\r' or '\n' || Peek() == also)
        {
            Advance(1);
        }
    }

    /// <summary>Goes over the rest of a line.</summary>
    public void SkipLine()
    {
        while (Peek() is not (-1 or '\n'))
        {
            Advance(1);
        }
    }

    /// <summary>Goes over a value, of any size, in constant memory.</summary>
    /// <returns>False if the file ends first.</returns>
    /// <exception cref="ImportFileException">It is nested too deeply.</exception>
    public bool SkipValue()
    {
        if (Peek() is not ('"' or '{' or '['))
        {
            return SkipScalar();
        }

        var depth = 0;
        while (Peek() != -1)
        {
            var window = _window.AsSpan(_at, _end - _at);
            var next = window.IndexOfAny(Structure);
            if (next < 0)
            {
                Advance(window.Length);
                continue;
            }

            var found = window[next];
            Advance(next + 1);
            switch (found)
            {
                case (byte)'"' when !SkipString():
                    return false;
                case (byte)'{' or (byte)'[':
                    depth = depth < MaxDepth ? depth + 1
                        : throw new ImportFileException($"The file is nested more than {MaxDepth} levels deep at byte {Position}: it is none of any system known here.");
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
            }

            if (depth <= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes over the rest of a string whose opening quote lies behind.</summary>
    /// <returns>False if the file ends first.</returns>
    public bool SkipString()
    {
        while (Peek() != -1)
        {
            var window = _window.AsSpan(_at, _end - _at);
            var next = window.IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                Advance(window.Length);
                continue;
            }

            var isEnd = window[next] == '"';
            Advance(next + 1);
            if (isEnd)
            {
                return true;
            }

            if (Peek() != -1)
            {
                Advance(1);
            }
        }

        return false;
    }

    private bool SkipScalar()
    {
        while (Peek() != -1)
        {
            var window = _window.AsSpan(_at, _end - _at);
            var next = window.IndexOfAny(ScalarEnd);
            Advance(next < 0 ? window.Length : next);
            if (next >= 0)
            {
                break;
            }
        }

        return true;
    }

    private void Advance(int count)
    {
        if (_limit >= 0 && !IsTooLong)
        {
            if (_keptCount + count > _limit)
            {
                (IsTooLong, _keptCount) = (true, 0);
            }
            else
            {
                if (_keptCount + count > _kept.Length)
                {
                    Array.Resize(ref _kept, Math.Max(_keptCount + count, _kept.Length * 2));
                }

                _window.AsSpan(_at, count).CopyTo(_kept.AsSpan(_keptCount));
                _keptCount += count;
            }
        }

        _at += count;
    }

    private bool Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var count = _hasBegun ? stream.Read(_raw) : stream.ReadAtLeast(_raw, 4, throwOnEndOfStream: false);
            _before += _end;
            (_at, _end) = (0, count);
            if (!_hasBegun)
            {
                _hasBegun = true;
                Begin(count);
            }
            else if (_utf16 is not null)
            {
                Transcode(_raw.AsSpan(0, count));
            }

            return count > 0 && (_at < _end || Fill());
        }
        catch (ImportFileException fault) when (fault.IsOfArchive)
        {
            throw fault.After(where());
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new ImportFileException($"The file cannot be unpacked beyond byte {_before + _end} of its content: it is damaged or was not sent whole. Make the export anew.", fault);
        }
    }

    // RFC 8259 wants UTF-8 without a byte order mark. Files saved by editors on Windows have one, or are UTF-16.
    private void Begin(int count)
    {
        _window = _raw;
        var bytes = _raw.AsSpan(0, count);
        if (bytes.StartsWith("\uFEFF"u8))
        {
            _at = 3;
            return;
        }

        var isLittle = bytes is [0xFF, 0xFE, ..] or [not 0, 0, ..];
        if (isLittle || bytes is [0xFE, 0xFF, ..] or [0, not 0, ..])
        {
            _utf16 = (isLittle ? Encoding.Unicode : Encoding.BigEndianUnicode).GetDecoder();
            _utf8 = Encoding.UTF8.GetEncoder();
            // A character of UTF-16 takes at most 3 bytes of UTF-8.
            _window = new byte[(WindowBytes + 4) * 3 / 2];
            Transcode(bytes[0] is 0xFF or 0xFE ? bytes[2..] : bytes);
        }
    }

    private void Transcode(ReadOnlySpan<byte> raw)
    {
        var characters = new char[(raw.Length / 2) + 2];
        var count = _utf16!.GetChars(raw, characters, flush: raw.IsEmpty);
        (_at, _end) = (0, _utf8!.GetBytes(characters.AsSpan(0, count), _window, flush: raw.IsEmpty));
    }
}
