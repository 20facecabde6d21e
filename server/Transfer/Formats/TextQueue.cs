using System.Buffers;

namespace Embed.Server.Transfer.Formats;

/// <summary>Text that is written piece by piece, and read by somebody who takes other pieces.</summary>
internal sealed class TextQueue
{
    private readonly ArrayBufferWriter<char> _text = new(32 * 1024);
    private int _read;

    /// <summary>Characters that are not read yet.</summary>
    public int Count => _text.WrittenCount - _read;

    public void Write(char c)
    {
        _text.GetSpan(1)[0] = c;
        _text.Advance(1);
    }

    public void Write(ReadOnlySpan<char> text) => _text.Write(text);

    /// <summary>Takes as much as there is room for.</summary>
    public int Read(Span<char> room)
    {
        var length = Math.Min(room.Length, Count);
        _text.WrittenSpan.Slice(_read, length).CopyTo(room);
        _read += length;
        if (Count == 0)
        {
            _text.ResetWrittenCount();
            _read = 0;
        }

        return length;
    }
}
