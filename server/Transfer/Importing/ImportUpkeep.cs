using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Removes what imports leave behind: files that a kill has left, and those of imports that nobody lets go on.</summary>
internal sealed partial class ImportUpkeep(ImportFolders folders, WriteQueue writes, TimeProvider clock, ILogger<ImportUpkeep> logger)
{
    /// <summary>How long the file of a plan, or of an import that failed, waits for somebody: 30 days.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(30);

    /// <summary>
    /// Removes uploads that no import came of, since the server that took them was killed. To be called before anybody can send one here;
    /// what another server on the same data is taking is left alone.
    /// </summary>
    public void RemoveHalfUploads()
    {
        foreach (var half in folders.Uploads())
        {
            Try(() =>
            {
                if (File.Exists(half.Upload))
                {
                    // Fails while somebody writes it.
                    using var alone = new FileStream(half.Upload, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                }

                half.Remove();
            });
        }
    }

    /// <summary>Removes files of imports that are at an end, or wait for too long. In the queue, where imports get their folders.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => folders.Numbers().Count == 0 ? Task.CompletedTask : writes.RunAsync<bool>(
        async write =>
        {
            var imports = (await write.Database.Imports.ToListAsync()).ToDictionary(import => import.Id);
            foreach (var id in folders.Numbers())
            {
                Try(() => Tidy(folders.Of(id), imports.GetValueOrDefault(id)));
            }

            await write.Database.SaveChangesAsync();
            return true;
        },
        cancellationToken);

    private void Tidy(ImportFolder folder, Import? import)
    {
        if (import is null)
        {
            // Its row was never committed, or the database is an older one by now.
            folder.Remove();
        }
        else if (import.State is ImportState.Done or ImportState.Undone)
        {
            folder.RemoveSources();
        }
        else if (import.State is ImportState.Planned or ImportState.Failed && import.EndedAt < clock.GetUtcNow() - Patience && folder.HasSources)
        {
            folder.RemoveSources();
            (import.State, import.Message) = (
                ImportState.Failed,
                $"Nobody let it go on for {Patience.TotalDays:0} days, and its file was deleted here. "
                    + (ImportChoices.IsWritten(import) ? "What it had written is there, and can be taken back." : "To import it, send it again."));
        }
    }

    // What cannot be removed must not keep anybody from importing.
    private void Try(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Files of imports could not be removed")]
        public static partial void NotRemoved(ILogger logger, Exception fault);
    }
}
