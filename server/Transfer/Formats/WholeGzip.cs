using System.IO.Compression;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Unpacks gzip of any number of members, and notices where it ends early, which <see cref="GZipStream"/> takes for the end. So a
/// member of our own is put behind the file: only if all before it is whole does exactly that come out of it. Nothing that comes out
/// of it is handed on: behind a file that was cut off it would be taken for more of its content.
/// </summary>
internal sealed class WholeGzip : ForwardStream
{
    private static readonly byte[] Mark = "the end of an import, and nothing else"u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);

    private readonly Followed _packed;
    private readonly GZipStream _gzip;
    private bool _isOver;

    public WholeGzip(Stream file)
    {
        _packed = new Followed(file, new MemoryStream(PackedMark));
        _gzip = new GZipStream(_packed, CompressionMode.Decompress);
    }

    /// <exception cref="EndOfStreamException">It ends early.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_isOver || buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            var read = _gzip.Read(buffer);
            // It asks for more only once all that it had has come out.
            if (!_packed.IsFirstOver)
            {
                return read;
            }

            _isOver = IsMark(buffer[..read]);
        }
        catch (InvalidDataException) when (_packed.IsFirstOver)
        {
            // The mark is none where the rest of something is expected.
        }

        return _isOver ? 0 : throw new EndOfStreamException("The gzip ends early.");
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

    private bool IsMark(ReadOnlySpan<byte> start)
    {
        var rest = new byte[Mark.Length + 1];
        var length = _gzip.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        return Mark.AsSpan().StartsWith(start) && rest.AsSpan(0, length).SequenceEqual(Mark.AsSpan(start.Length));
    }

    /// <summary>One stream and then another.</summary>
    private sealed class Followed(Stream first, Stream second) : ForwardStream
    {
        /// <summary>Whether the first has come to its end.</summary>
        public bool IsFirstOver { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (!IsFirstOver && first.Read(buffer) is var read && read > 0)
            {
                return read;
            }

            IsFirstOver = true;
            return second.Read(buffer);
        }

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
