using System.Buffers.Binary;
using System.IO.Compression;

namespace Embed.Server.Transfer.Formats;

/// <summary>The entries of a zip that are worth reading.</summary>
internal static class ZipParts
{
    /// <summary>Most bytes that the list of entries may have: some twenty thousand entries.</summary>
    private const int MostDirectoryBytes = 2 * 1024 * 1024;

    private const int EndRecordBytes = 22;
    private const int Zip64LocatorBytes = 20;
    private const int LongestComment = ushort.MaxValue;

    private static readonly string[] ManyPartEndings = [".xml", ".wxr"];

    private static readonly string[] Endings =
        [.. ManyPartEndings, ".json", ".jsonl", ".artrans", ".sqlite", ".sqlite3", ".db"];

    /// <summary>The one file in it, or all parts of an XML export that comes in several, in order of name.</summary>
    /// <exception cref="ImportFileException">There is nothing to read, or it is not clear what.</exception>
    public static List<ImportPart> Of(string path, ImportLimits limits)
    {
        CheckDirectory(path);
        using var archive = OpenArchive(path);
        var files = archive.Entries
            .Select((entry, index) => (entry.FullName, entry.Name, Index: index, entry.IsEncrypted))
            .Where(entry => entry.Name.Length > 0 && entry.Name[0] != '.' && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
            .ToList();
        var parts = files.Where(entry => EndsWith(entry.Name, Endings)).ToList();
        if (parts.Count == 0 && files.Count == 1)
        {
            parts = files;
        }

        if (parts.Count == 0)
        {
            throw new ImportFileException($"The zip has no file to import in it: none ends in {string.Join(", ", Endings)}.");
        }

        if (parts.Count > 1 && !parts.TrueForAll(entry => EndsWith(entry.Name, ManyPartEndings)))
        {
            var names = string.Join(", ", parts.Take(5).Select(entry => entry.FullName));
            throw new ImportFileException($"The zip has several files in it ({names}). Unpack it and import each by itself.");
        }

        if (parts.Exists(entry => entry.IsEncrypted))
        {
            throw new ImportFileException("The zip asks for a password. Unpack it and import what is in it.");
        }

        return parts.ConvertAll(entry =>
            new ImportPart(parts.Count > 1 ? entry.FullName : "", () => OpenEntry(path, entry.Index, limits)));
    }

    private static bool EndsWith(string name, string[] endings) =>
        endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static UnpackedStream OpenEntry(string path, int index, ImportLimits limits)
    {
        var archive = OpenArchive(path);
        try
        {
            var entry = archive.Entries[index];
            return new UnpackedStream(entry.Open(), archive, () => entry.CompressedLength, limits);
        }
        catch (InvalidDataException fault)
        {
            archive.Dispose();
            throw Damaged(fault);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static ZipArchive OpenArchive(string path)
    {
        try
        {
            var archive = ZipFile.OpenRead(path);
            _ = archive.Entries;
            return archive;
        }
        catch (InvalidDataException fault)
        {
            throw Damaged(fault);
        }
    }

    private static ImportFileException Damaged(Exception? fault = null) =>
        new("The zip is damaged or incomplete. Get it anew.", fault);

    /// <summary>Refuses a list of entries that would fill the memory: the archive reads it at once.</summary>
    private static void CheckDirectory(string path)
    {
        using var file = File.OpenRead(path);
        var tail = new byte[Math.Min(file.Length, EndRecordBytes + LongestComment + Zip64LocatorBytes)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || end + EndRecordBytes > tail.Length)
        {
            throw Damaged();
        }

        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var (disk, count) = (BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 4)), BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)));
        // Where any of them is beyond its field, all are read from the larger record (APPNOTE 4.3.14).
        if (start == uint.MaxValue || disk == ushort.MaxValue || count == ushort.MaxValue)
        {
            start = end >= Zip64LocatorBytes ? Zip64Directory(file, tail.AsSpan(end - Zip64LocatorBytes, Zip64LocatorBytes)) : -1;
        }

        var endAt = file.Length - tail.Length + end;
        if (start < 0 || start > endAt)
        {
            throw Damaged();
        }

        if (endAt - start > MostDirectoryBytes)
        {
            throw new ImportFileException("The zip has too many files in it. Unpack it and import the one that matters.");
        }
    }

    /// <summary>Where the list of entries begins in a zip with 64-bit lengths; -1 if it cannot be found.</summary>
    private static long Zip64Directory(FileStream file, ReadOnlySpan<byte> locator)
    {
        var at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (!locator.StartsWith("PK\u0006\u0007"u8) || at < 0 || at > file.Length - 56)
        {
            return -1;
        }

        var record = new byte[56];
        file.Position = at;
        file.ReadExactly(record);
        return record.AsSpan().StartsWith("PK\u0006\u0006"u8) ? BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)) : -1;
    }
}
