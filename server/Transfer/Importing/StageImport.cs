using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Formats;
using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Importing;

/// <summary>Reads an import's file and works out what it would do, into its working file and its report. Changes nothing of the site.</summary>
internal sealed class StageImport(ImportFolders folders, SiteDirectory sites, ReadSource read, PlanImport plan)
{
    private static readonly string MarkWhole = string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Stage.Version}");

    /// <summary>Whether an import has a working file that is whole, as this version of the server makes it.</summary>
    public bool IsStaged(Import import)
    {
        var path = folders.Of(import.Id).Stage;
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var stage = ScratchFile.OpenFast(path, Stage.Schema);
            return stage.Number("PRAGMA user_version") == Stage.Version && stage.Rows("PRAGMA quick_check(1)").All(row => row.GetString(0) == "ok");
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <summary>Whether an import has a working file that is whole, and still true: no other import of the site was written or taken back since.</summary>
    public async Task<bool> HoldsAsync(Import import, CancellationToken cancellationToken) =>
        IsStaged(import) && !await plan.IsOutOfDateAsync(import, folders.Of(import.Id), cancellationToken);

    /// <summary>
    /// Makes the working file anew. Turns are numbered on from where the import is, so that <see cref="Import.Position"/> holds for
    /// this working file as it did for one before: it never goes back, and whatever is cut off goes on at the right turn.
    /// </summary>
    /// <param name="import">The import; it learns its format.</param>
    /// <param name="progress">Told the comments that are read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many rows have which outcome.</returns>
    /// <exception cref="ImportFileException">The file cannot be read, or is not here.</exception>
    public async Task<ImportCounts> HandleAsync(Import import, Action<long> progress, CancellationToken cancellationToken)
    {
        var folder = folders.Of(import.Id);
        if (!File.Exists(folder.Upload))
        {
            throw new ImportFileException("Its file is not here any more. Send it again: what was imported of it is recognised.");
        }

        File.Delete(folder.Stage);
        ImportCounts counts;
        using (var stage = ScratchFile.OpenFast(folder.Stage, Stage.Schema))
        using (var report = ReportFile.Open(folder))
        {
            import.Format = (await read.HandleAsync(import, folder, stage, progress, cancellationToken)).Name;
            var site = (await sites.FindAsync(import.SiteId, cancellationToken))!;
            counts = await plan.HandleAsync(import, site, stage, report, cancellationToken);
            if (import.Position > 0)
            {
                stage.Execute("UPDATE plan SET p = p + @0 WHERE p IS NOT NULL", import.Position);
                stage.Execute("UPDATE follows SET p = p + @0", import.Position);
            }

            // Cut off before this, it may look whole and is not.
            stage.Execute(MarkWhole);
        }

        // Before the database says that it is there.
        ScratchFile.KeepAsMade(folder.Stage);
        return counts with { Turns = counts.Turns + import.Position };
    }
}
