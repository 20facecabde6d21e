using Embed.Server.Transfer.Backups;

namespace Embed.Server.Hosting;

/// <summary>Backing up and restoring from the command line.</summary>
internal static class BackupCommands
{
    public static async Task<int> BackupAsync(IServiceProvider services, string[] arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments.Length > 1)
        {
            return await MisusedAsync(output, "backup [folder]");
        }

        var folder = arguments.Length == 1 ? Path.GetFullPath(arguments[0]) : null;
        var made = await services.GetRequiredService<MakeBackup>().HandleAsync(folder, _ => { }, cancellationToken);
        var (manifest, size) = (made.Manifest, ByteText.Of(made.Manifest.Bytes));
        await output.WriteLineAsync(
            $"{made.Path} ({size}) has {new ContentCounts(manifest.Comments, manifest.Threads, manifest.People)}. Restored into a scratch copy, they were all there.");
        return 0;
    }

    public static async Task<int> RestoreAsync(IServiceProvider services, string[] arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments.Length != 1)
        {
            return await MisusedAsync(output, "restore <file>");
        }

        var result = await services.GetRequiredService<RestoreBackup>().HandleAsync(arguments[0], cancellationToken);
        await output.WriteLineAsync($"{result.Database} has {result.Counts} now, from {Path.GetFullPath(arguments[0])}.");
        if (result.Aside is { } aside)
        {
            await output.WriteLineAsync($"What was there is {aside}. Delete it when you are sure.");
        }

        if (result.NewKeys > 0)
        {
            await output.WriteLineAsync($"{result.NewKeys} keys came back with it.");
        }

        return 0;
    }

    private static async Task<int> MisusedAsync(TextWriter output, string usage)
    {
        await output.WriteLineAsync($"Write: {usage}");
        return Command.Misused;
    }
}
