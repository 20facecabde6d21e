using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Export;

/// <summary>Exports to a file by the command line, also while a server runs on the same data.</summary>
internal static class ExportCommand
{
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Exports. Under the file's name there is all of it, on the disk, or what was there before.</summary>
    /// <returns>0 if all went well, 1 if not, 2 where the line is not understood.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        var (line, wrong) = ExportLine.Parse(args);
        if (line is null)
        {
            await output.WriteLineAsync($"{wrong} Write: export {ExportLine.Usage}. export --help says more.");
            return Misused;
        }

        if (ExportLine.FaultOf(ServerCommand.PathOf(line.File)) is { } fault)
        {
            await output.WriteLineAsync(fault);
            return Failed;
        }

        await using (var database = await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(cancellationToken))
        {
            // A server of another version may run on it: it is not this program's to change.
            if ((await database.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            {
                await output.WriteLineAsync("The database is older than this program, or new. Start the server once, which brings it up to date.");
                return Failed;
            }
        }

        return await ServerCommand.WithQueueAsync(services, () => ExportAsync(services, line, output, cancellationToken));
    }

    private static async Task<int> ExportAsync(IServiceProvider services, ExportLine line, TextWriter output, CancellationToken cancellationToken)
    {
        var actor = await ServerCommand.ActorAsync(services, cancellationToken);
        var taken = actor.Value is { } by
            ? await services.GetRequiredService<TakeExport>().HandleAsync(by, ActedVia.Command, line.Request, cancellationToken)
            : actor.Refusal!;
        if (taken.Value is not { } export)
        {
            await output.WriteLineAsync(taken.Refusal == Refusal.SiteNotFound ? await ServerCommand.NoSiteAsync(services, line.Request.Site, cancellationToken) : ServerCommand.Sentence(taken.Refusal!));
            return Failed;
        }

        await using (export)
        {
            var size = await WriteAsync(export, ServerCommand.PathOf(line.File), cancellationToken);
            await output.WriteLineAsync($"{ServerCommand.PathOf(line.File)} has the export, {size:N0} bytes. There is private data in it.");
        }

        return 0;
    }

    private static async Task<long> WriteAsync(OpenExport export, string path, CancellationToken cancellationToken)
    {
        DeleteStrays(path);
        var unfinished = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            long size;
            await using (var file = OwnersFile.Open(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await export.WriteAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
                size = file.Length;
            }

            File.Move(unfinished, path, overwrite: true);
            return size;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    // What exports to the same file left that were killed: large, and full of private data. One that is being written is locked.
    private static void DeleteStrays(string path)
    {
        foreach (var stray in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.partial"))
        {
            if (Path.GetFileNameWithoutExtension(stray) is var name && name.StartsWith(Path.GetFileName(path) + ".", StringComparison.Ordinal)
                && Guid.TryParseExact(name[(Path.GetFileName(path).Length + 1)..], "N", out _))
            {
                using var alone = FileLock.TryTake(stray);
                if (alone is not null)
                {
                    File.Delete(stray);
                }
            }
        }
    }
}
