using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;

namespace Embed.Server.Transfer.Importing;

/// <summary>Who may import: administrators, and whoever runs the server's own commands.</summary>
internal sealed class ImportAccess(Standings standings)
{
    public async Task<bool> MayAsync(Commenter actor, CancellationToken cancellationToken) =>
        actor.Kind == CommenterKind.Server || await standings.IsAdministratorAsync(actor, cancellationToken);
}

/// <summary>Takes a file in and has it read; what comes of it is a plan, or all of it.</summary>
internal sealed class StartImport(
    ImportAccess access, SiteDirectory sites, ReadSource formats, ImportFolders folders, WriteQueue writes, ImportRunner runner, TimeProvider clock)
{
    /// <summary>Largest file, in bytes: 20 GB.</summary>
    public const long MaxFileBytes = 20L * 1024 * 1024 * 1024;

    /// <summary>Most imports that have their file on our disk: they are under way, or wait for somebody.</summary>
    public const int MostOpen = 20;

    private const int CopyBytes = 128 * 1024;

    // ENOSPC and EDQUOT of Linux, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] DiskFullResults = [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>What is asked for.</summary>
    /// <param name="SiteKey">Into which site.</param>
    /// <param name="Format">The format's name, or <see cref="ReadSource.Auto"/>.</param>
    /// <param name="FileName">What the file is called where it comes from; only shown.</param>
    /// <param name="Options">What was chosen; by what way it is asked for is added here.</param>
    /// <param name="Length">About how long the file is, in bytes; null where that is not known beforehand.</param>
    public sealed record Request(string SiteKey, string Format, string FileName, ImportOptions Options, long? Length = null);

    /// <summary>Keeps the file, and has it read.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="via">By what way.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="file">The file; read once.</param>
    /// <param name="cancellationToken">Gives up; what has come of the file is removed.</param>
    /// <returns>
    /// The import's id; refused: not-allowed, site-not-found, format-unknown, rewrite-invalid, import-too-large, disk-full, too-many-imports,
    /// server-busy.
    /// </returns>
    public async Task<Outcome<long>> HandleAsync(Commenter actor, ActedVia via, Request request, Stream file, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        if (await sites.FindAsync(request.SiteKey, cancellationToken) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        if (request.Format != ReadSource.Auto && formats.Find(request.Format) is null)
        {
            return Refusal.FormatUnknown;
        }

        if (!request.Options.IsValid)
        {
            return Refusal.RewriteInvalid;
        }

        var upload = folders.New();
        upload.Make();
        try
        {
            if (await CopyAsync(file, request.Length, upload, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            var import = New(request, site.Id, actor.Id, via);
            var made = await writes.RunAsync(write => AddAsync(write, import, upload), cancellationToken);
            if (made.Refusal is null)
            {
                runner.Wake();
            }

            return made;
        }
        finally
        {
            upload.Remove();
        }
    }

    private Import New(Request request, long siteId, long actorId, ActedVia via)
    {
        var name = WholeText.Of(Path.GetFileName(request.FileName.Replace('\\', '/')));
        return new Import
        {
            SiteId = siteId,
            Format = request.Format,
            FileName = name.Length <= Import.MaxFileNameCharacters ? name : name[..Import.MaxFileNameCharacters],
            StartedById = actorId,
            State = ImportState.Reading,
            Options = (request.Options with { Via = via }).Write(),
            CreatedAt = clock.GetUtcNow(),
        };
    }

    private async Task<Outcome<long>> AddAsync(WriteScope write, Import import, ImportFolder upload)
    {
        if (folders.CountUploads() >= MostOpen)
        {
            return Refusal.TooManyImports;
        }

        write.Database.Imports.Add(import);
        await write.Database.SaveChangesAsync();
        // Before the commit: an import that the database knows of has its file. Left by one that was never committed, there may be another.
        var folder = folders.Of(import.Id);
        folder.Remove();
        Directory.Move(upload.Path, folder.Path);
        return import.Id;
    }

    private static async Task<Refusal?> CopyAsync(Stream file, long? length, ImportFolder upload, CancellationToken cancellationToken)
    {
        // Said at once where that is possible, and not after hours.
        if (length > new DriveInfo(Path.GetFullPath(upload.Path)).AvailableFreeSpace)
        {
            return Refusal.DiskFull;
        }

        var (buffer, total) = (new byte[CopyBytes], 0L);
        await using var kept = new FileStream(upload.Upload, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            total += read;
            if (total > MaxFileBytes)
            {
                return Refusal.ImportTooLarge;
            }

            try
            {
                await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (IOException fault) when (DiskFullResults.Contains(fault.HResult))
            {
                return Refusal.DiskFull;
            }
        }

        kept.Flush(flushToDisk: true);
        return null;
    }
}
