namespace Embed.Server.Transfer.Backups;

/// <summary>Sizes for people.</summary>
internal static class ByteText
{
    /// <summary>A size in MB, or in GB from 1,000 MB on; decimal, as disks are sold.</summary>
    public static string Of(long bytes) => bytes < 1_000_000_000
        ? FormattableString.Invariant($"{bytes / 1e6:N1} MB")
        : FormattableString.Invariant($"{bytes / 1e9:N1} GB");
}
