namespace Embed.Server.Data;

/// <summary>Files that only the server's own account may read. What was there already keeps the mode its owner gave it.</summary>
internal static class OwnersFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file; where that makes it, nobody else may read it.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = Mode;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes a file that is not there yet, empty.</summary>
    public static void Make(string path) => Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.None).Dispose();

    /// <summary>Copies a file, onto the disk, to a name that is free.</summary>
    public static void Copy(string from, string to)
    {
        using var source = Open(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = Open(to, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        source.CopyTo(target, bufferSize: 1 << 20);
        target.Flush(flushToDisk: true);
    }

    /// <summary>Writes a whole file, so that under its name there is all of it or nothing.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".partial";
        using (var file = Open(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Waits until what was written to a file, by whomever, is on the disk.</summary>
    public static void Flush(string path)
    {
        using var file = Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
