using System.Text;

namespace Embed.Server.Transfer.Formats;

/// <summary>Reads a file of UTF-8 line by line, holding one line at most.</summary>
/// <param name="stream">The file.</param>
/// <param name="mostBytes">Bytes of the longest line that is held.</param>
internal sealed class LineReader(Stream stream, int mostBytes) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly MemoryStream _line = new();
    private int _at;
    private int _end;

    /// <summary>The current line's number, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The current line's length in bytes, without its end.</summary>
    public long Length { get; private set; }

    /// <summary>Whether the current line is the last and the file ends within it.</summary>
    public bool IsUnended { get; private set; }

    /// <summary>The current line; null if it is too long. Bytes that are no UTF-8 become U+FFFD.</summary>
    public string? Line { get; private set; }

    /// <summary>Goes to the next line; false when there is none.</summary>
    public bool Read()
    {
        Length = 0;
        IsUnended = false;
        _line.SetLength(0);
        while (Fill())
        {
            var rest = _buffer.AsSpan(_at, _end - _at);
            var newLine = rest.IndexOf((byte)'\n');
            Take(newLine < 0 ? rest : rest[..newLine]);
            _at += newLine < 0 ? rest.Length : newLine + 1;
            if (newLine >= 0)
            {
                return Finish();
            }
        }

        IsUnended = Length > 0;
        return IsUnended && Finish();
    }

    public void Dispose()
    {
        _line.Dispose();
        stream.Dispose();
    }

    private bool Fill()
    {
        if (_at == _end)
        {
            _at = 0;
            _end = stream.Read(_buffer);
        }

        return _end > 0;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (Length <= mostBytes)
        {
            _line.Write(bytes);
        }
    }

    private bool Finish()
    {
        Number++;
        Line = Length > mostBytes
            ? null
            : Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimStart('\uFEFF');
        return true;
    }
}
