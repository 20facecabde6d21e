using System.Text;

namespace Embed.Server.Transfer.Formats;

/// <summary>One file within what was given, unpacked.</summary>
/// <param name="Name">What it is called, if there are several; empty otherwise.</param>
/// <param name="Open">Opens it, at its beginning.</param>
internal sealed record ImportPart(string Name, Func<Stream> Open);

/// <summary>A file to import, already on our disk, plain or packed with gzip or zip.</summary>
/// <param name="path">Where it is.</param>
/// <param name="limits">How much it may make us read or hold.</param>
internal sealed class ImportSource(string path, ImportLimits? limits = null)
{
    /// <summary>How much of a file is looked at first to recognise its format, in bytes.</summary>
    public const int FirstHeadBytes = 64 * 1024;

    /// <summary>Where it is, as it was given.</summary>
    public string Path { get; } = path;

    /// <summary>How much it may make us read or hold.</summary>
    public ImportLimits Limits { get; } = limits ?? ImportLimits.Default;

    /// <summary>Opens what the file contains, unpacked.</summary>
    /// <exception cref="ImportFileException">It cannot be unpacked, or there is more than one file in it.</exception>
    public Stream Open() => Parts() is [var only]
        ? only.Open()
        : throw new ImportFileException("The zip has several files in it. Unpack it and import each by itself.");

    /// <summary>What the file contains, unpacked: one file, or the parts of an export that comes in several.</summary>
    /// <exception cref="ImportFileException">It cannot be unpacked.</exception>
    public IReadOnlyList<ImportPart> Parts()
    {
        var start = new byte[Packing.MagicBytes];
        using (var file = File.OpenRead(Path))
        {
            _ = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }

        return Packing.Of(start) switch
        {
            Packed.Zip => ZipParts.Of(Path, Limits),
            Packed.Gzip => [new ImportPart("", OpenGzip)],
            _ => [new ImportPart("", () => File.OpenRead(Path))],
        };
    }

    /// <summary>The beginning, to recognise the format.</summary>
    /// <param name="most">How many bytes of it.</param>
    /// <exception cref="ImportFileException">It cannot be unpacked.</exception>
    public ImportHead Head(int most)
    {
        using var stream = Parts()[0].Open();
        var bytes = new byte[most];
        var (length, fault) = (0, (ImportFileException?)null);
        try
        {
            for (int read; length < most && (read = stream.Read(bytes, length, most - length)) > 0;)
            {
                length += read;
            }
        }
        catch (ImportFileException archive) when (archive.IsOfArchive && length > 0)
        {
            // It may be recognised all the same: whoever reads it says how far that went.
            fault = archive;
        }

        using var reader = new StreamReader(new MemoryStream(bytes, 0, length), EncodingOf(bytes));
        return new ImportHead(bytes.AsMemory(0, length), reader.ReadToEnd()) { Fault = fault };
    }

    /// <summary>What the file contains as a file of its own, for what is not read as a stream.</summary>
    /// <exception cref="ImportFileException">It cannot be unpacked.</exception>
    public UnpackedFile AsFile()
    {
        using var stream = Open();
        return stream is FileStream ? new UnpackedFile(Path, isOurs: false) : UnpackedFile.Of(stream, Path);
    }

    /// <summary>Where there is no byte order mark: what XML and JSON begin with shows 16 bits.</summary>
    private static Encoding EncodingOf(ReadOnlySpan<byte> start) => start switch
    {
        [not 0, 0, not 0, 0, ..] => Encoding.Unicode,
        [0, not 0, 0, not 0, ..] => Encoding.BigEndianUnicode,
        _ => Encoding.UTF8,
    };

    private UnpackedStream OpenGzip()
    {
        var file = File.OpenRead(Path);
        try
        {
            return new UnpackedStream(new WholeGzip(file), file, () => file.Position, Limits);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

/// <summary>A file that is there until it is let go of.</summary>
/// <param name="path">Where it is.</param>
/// <param name="isOurs">Whether we made it and delete it.</param>
internal sealed class UnpackedFile(string path, bool isOurs) : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>Writes a stream beside a file, where there is room for uploads.</summary>
    public static UnpackedFile Of(Stream stream, string beside)
    {
        var unpacked = new UnpackedFile($"{beside}.{System.IO.Path.GetRandomFileName()}", isOurs: true);
        try
        {
            using var file = new FileStream(unpacked.Path, FileMode.CreateNew);
            stream.CopyTo(file);
            return unpacked;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (isOurs)
        {
            File.Delete(Path);
        }
    }
}
