namespace Embed.Server.Data;

/// <summary>
/// A lock that a process has by holding a file open, so that the kernel gives it back however the process ends, a kill included.
/// Advisory: it binds those who ask for it. The file stays; deleting it would take the lock away from whoever waits for the old one.
/// </summary>
internal sealed class FileLock : IDisposable
{
    // What flock answers where somebody else has it: EWOULDBLOCK of Linux and of macOS; and ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes it together with others who share it.</summary>
    /// <returns>The lock; null while somebody has it alone.</returns>
    public static FileLock? TryShare(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    /// <summary>Takes it alone.</summary>
    /// <returns>The lock; null while anybody has it.</returns>
    public static FileLock? TryTake(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Takes it alone, once nobody else has it.</summary>
    public static async Task<FileLock> TakeAsync(string path, CancellationToken cancellationToken)
    {
        FileLock? taken;
        while ((taken = TryTake(path)) is null)
        {
            await Task.Delay(Pause, cancellationToken);
        }

        return taken;
    }

    public void Dispose() => _file.Dispose();

    private static FileLock? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileLock(OwnersFile.Open(path, FileMode.OpenOrCreate, access, share));
        }
        catch (IOException fault) when (Taken.Contains(fault.HResult))
        {
            return null;
        }
    }
}
