namespace Embed.Server.Transfer.Formats;

/// <summary>How a file is packed.</summary>
internal enum Packed
{
    Not,
    Gzip,
    Zip,
}

/// <summary>Tells packed files by their first bytes.</summary>
internal static class Packing
{
    /// <summary>How many bytes it takes.</summary>
    public const int MagicBytes = 4;

    /// <summary>How a file that begins like this is packed. A zip without entries counts too.</summary>
    public static Packed Of(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Packed.Gzip
        : start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8) ? Packed.Zip
        : Packed.Not;
}
