namespace Embed.Server.Transfer.Formats;

/// <summary>What a packed file contains, as it comes out: no more than the limits allow, and not packed once more.</summary>
internal sealed class UnpackedStream : ForwardStream
{
    private readonly Stream _inner;
    private readonly IDisposable _owner;
    private readonly Func<long> _packedBytes;
    private readonly ImportLimits _limits;
    private readonly byte[] _start = new byte[Packing.MagicBytes];
    private readonly int _startLength;
    private int _startAt;
    private long _unpacked;

    /// <param name="inner">Unpacks.</param>
    /// <param name="owner">What is let go of with it.</param>
    /// <param name="packedBytes">How many packed bytes made what came out so far.</param>
    /// <param name="limits">What it may unpack to.</param>
    /// <exception cref="ImportFileException">It is damaged, or packed once more.</exception>
    public UnpackedStream(Stream inner, IDisposable owner, Func<long> packedBytes, ImportLimits limits)
    {
        _inner = inner;
        _owner = owner;
        _packedBytes = packedBytes;
        _limits = limits;
        for (int read; _startLength < _start.Length && (read = ReadInner(_start.AsSpan(_startLength))) > 0;)
        {
            _startLength += read;
        }

        if (Packing.Of(_start.AsSpan(0, _startLength)) != Packed.Not)
        {
            throw new ImportFileException("There is an archive within the archive. Unpack the outer one and import what is in it.");
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_startAt == _startLength)
        {
            return ReadInner(buffer);
        }

        var length = Math.Min(buffer.Length, _startLength - _startAt);
        _start.AsSpan(_startAt, length).CopyTo(buffer);
        _startAt += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _owner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadInner(Span<byte> buffer)
    {
        try
        {
            var read = _inner.Read(buffer);
            _unpacked += read;
            CheckLimits();
            return read;
        }
        catch (EndOfStreamException fault)
        {
            throw Unreadable($"ends early, {_unpacked} bytes into its content: it was cut off.", fault);
        }
        catch (InvalidDataException fault)
        {
            throw Unreadable($"is damaged: it can be unpacked for {_unpacked} bytes and no further.", fault);
        }
    }

    private static ImportFileException Unreadable(string how, Exception fault) => new($"The archive {how} Get it anew.", fault) { IsOfArchive = true };

    private void CheckLimits()
    {
        if (_unpacked > _limits.UnpackedBytes)
        {
            throw Refused($"more than {_limits.UnpackedBytes} bytes, the most that is read.");
        }

        if (_unpacked > _limits.UnpackedBytesAtAnyRatio && _unpacked / _limits.UnpackedRatio > _packedBytes())
        {
            throw Refused($"more than {_limits.UnpackedRatio} times its size, as no export does. If it is one, unpack it and import what is in it.");
        }

        static ImportFileException Refused(string why) => new($"The archive unpacks to {why}") { IsOfArchive = true };
    }
}
