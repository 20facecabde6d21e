using System.IO.Compression;

namespace Embed.UnitTests.Transfer;

/// <summary>A file that is there while a test needs it.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embed-import-");

    public TemporaryFile(byte[] content)
        : this(path => File.WriteAllBytes(path, content))
    {
    }

    public TemporaryFile(Action<string> write)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "the file?#%41");
        write(Path);
    }

    public string Path { get; }

    /// <summary>What lies beside it.</summary>
    public IEnumerable<string> Neighbours => _folder.EnumerateFiles().Select(file => file.FullName).Where(name => name != Path);

    public static byte[] Gzip(params byte[][] members)
    {
        var packed = new MemoryStream();
        foreach (var member in members)
        {
            using var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true);
            gzip.Write(member);
        }

        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
