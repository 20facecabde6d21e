namespace Embed.Server.Transfer.Formats;

/// <summary>How much a file may make us read or hold. Beyond that it is refused, or the row is skipped.</summary>
internal sealed record ImportLimits
{
    public static ImportLimits Default { get; } = new();

    /// <summary>Bytes that a packed file, or one part of it, may unpack to.</summary>
    public long UnpackedBytes { get; init; } = 20L * 1024 * 1024 * 1024;

    /// <summary>
    /// How many times its packed size a file may unpack to. Comments shrink to a tenth, machine-made ones to a fiftieth; a bomb to
    /// a thousandth, the most that the method can do.
    /// </summary>
    public int UnpackedRatio { get; init; } = 200;

    /// <summary>Unpacked bytes below which <see cref="UnpackedRatio"/> does not matter: a small file of blanks is no bomb.</summary>
    public long UnpackedBytesAtAnyRatio { get; init; } = 64 * 1024 * 1024;

    /// <summary>Characters of one value, such as a comment's text.</summary>
    public int ValueCharacters { get; init; } = 1_000_000;

    /// <summary>Bytes of one line, where a line is a row.</summary>
    public int LineBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Characters of rows that are held because what they need stands behind them.</summary>
    public long WaitingCharacters { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes, unpacked, that are looked at to recognise a format: most say it in the first 64 KB, but a first row may be long.</summary>
    public int HeadBytes { get; init; } = 4 * 1024 * 1024;
}
