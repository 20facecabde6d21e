using Embed.Server.Transfer;
using Embed.Server.Transfer.Backups;

namespace Embed.Server.Hosting;

/// <summary>Backing up and restoring from the command line.</summary>
internal static class BackupCommands
{
    /// <summary>What comes behind <c>backup</c>.</summary>
    public const string BackupUsage = "[folder]";

    /// <summary>What comes behind <c>restore</c>.</summary>
    public const string RestoreUsage = "<file>";

    /// <summary>What <c>backup --help</c> says besides.</summary>
    public const string BackupHelp =
        """

          [folder]    where the backup goes. Without it: the folder of the setting Embed:Backup:Folder, or backups beside the database,
                      where old ones go by the settings. In a folder that you name no backup is ever deleted.

        Such as:
          dotnet run --project server -- backup
          dotnet run --project server -- backup /mnt/usb

        A backup has everything that the server knows, secrets too, and is not encrypted. docs/backup.md says more.
        """;

    /// <summary>What <c>restore --help</c> says besides.</summary>
    public const string RestoreHelp =
        """

          <file>      a backup, embed-….db, or a copy of a database of Embed

        Such as:
          dotnet run --project server -- restore data/backups/embed-20300102-120000.db

        It is checked first, and nothing changes where it cannot be restored. The database that was there is set aside, and not deleted.
        docs/backup.md says more.
        """;

    public static async Task<int> BackupAsync(IServiceProvider services, string[] arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (await ServerCommand.IsMisusedAsync(arguments, 0, 1, $"backup {BackupUsage}", output))
        {
            return Command.Misused;
        }

        var folder = arguments.Length == 1 ? Path.TrimEndingDirectorySeparator(ServerCommand.PathOf(arguments[0])) : null;
        if (folder is not null && FaultOf(folder) is { } fault)
        {
            await output.WriteLineAsync(fault);
            return Command.Failed;
        }

        var made = await services.GetRequiredService<MakeBackup>().HandleAsync(folder, _ => { }, cancellationToken);
        var (manifest, size) = (made.Manifest, ByteText.Of(made.Manifest.Bytes));
        await output.WriteLineAsync(
            $"{made.Path} ({size}) has {new ContentCounts(manifest.Comments, manifest.Threads, manifest.People)}. Restored into a scratch copy, they were all there.");
        return 0;
    }

    public static async Task<int> RestoreAsync(IServiceProvider services, string[] arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (await ServerCommand.IsMisusedAsync(arguments, 1, 1, $"restore {RestoreUsage}", output))
        {
            return Command.Misused;
        }

        var result = await services.GetRequiredService<RestoreBackup>().HandleAsync(ServerCommand.PathOf(arguments[0]), cancellationToken);
        await output.WriteLineAsync($"{result.Database} has {result.Counts} now, from {ServerCommand.PathOf(arguments[0])}.");
        if (result.Aside is { } aside)
        {
            await output.WriteLineAsync($"What was there is {aside}. Delete it when you are sure.");
        }

        if (result.NewKeys > 0)
        {
            await output.WriteLineAsync(result.NewKeys == 1 ? "1 key came back with it." : $"{result.NewKeys} keys came back with it.");
        }

        return 0;
    }

    // The last part of a path is made; where more is missing a disk may not be there, or the name is wrong.
    private static string? FaultOf(string folder) =>
        File.Exists(folder) ? $"{folder} is a file. Name a folder."
        : Path.GetDirectoryName(folder) is { } above && !Directory.Exists(above) ? $"There is no folder {above}. Make it, or name another."
        : null;
}
