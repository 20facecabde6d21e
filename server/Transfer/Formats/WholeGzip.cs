using System.IO.Compression;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Unpacks gzip of any number of members, and notices where it ends early, which <see cref="GZipStream"/> takes for the end. So a
/// member of our own is put after the file: only if all before it is whole does that come out last.
/// </summary>
internal sealed class WholeGzip : ForwardStream
{
    private static readonly byte[] Mark = "the end of an import, and nothing else"u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);

    private readonly GZipStream _gzip;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;
    private bool _isOver;

    public WholeGzip(Stream file) =>
        _gzip = new GZipStream(new Followed(file, new MemoryStream(PackedMark)), CompressionMode.Decompress);

    /// <exception cref="InvalidDataException">It is damaged, or ends early.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_isOver && _end - _at <= Mark.Length)
        {
            Fill();
        }

        var length = Math.Min(buffer.Length, _end - _at - Mark.Length);
        _buffer.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private void Fill()
    {
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        _end -= _at;
        _at = 0;
        var read = _gzip.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isOver = read == 0;
        if (_isOver && !_buffer.AsSpan(0, _end).EndsWith(Mark))
        {
            _end = Mark.Length;
            throw new InvalidDataException("The gzip ends early.");
        }
    }

    /// <summary>One stream and then another.</summary>
    private sealed class Followed(Stream first, Stream second) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => first.Read(buffer) is var read && read > 0 ? read : second.Read(buffer);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                first.Dispose();
                second.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
