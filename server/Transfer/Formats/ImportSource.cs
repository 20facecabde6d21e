namespace Embed.Server.Transfer.Formats;

/// <summary>A file to import, already on our disk.</summary>
/// <param name="path">Where it is.</param>
internal sealed class ImportSource(string path)
{
    /// <summary>How much of a file is looked at to recognise its format.</summary>
    public const int HeadBytes = 64 * 1024;

    /// <summary>Where it is: for what is a database, not a stream.</summary>
    public string Path { get; } = path;

    /// <summary>Opens what the file contains, unpacked.</summary>
    public Stream Open() => File.OpenRead(Path);
}
