using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Transfer.Formats;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Export;

/// <summary>Takes an export over by the command line, while no server runs on the same data: <c>import embed &lt;file&gt;</c>.</summary>
internal static class TakeOverCommand
{
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Whether a line that begins with <c>import</c> is one that takes an export over.</summary>
    public static bool IsMeant(string[] args) => args is ["embed", var file] && !file.StartsWith('-');

    /// <summary>Takes it over, and says what came of it.</summary>
    /// <returns>0 if all went well, 1 if not, 2 where the line is not understood.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        if (args is not ["embed", var file])
        {
            await output.WriteLineAsync("Write: import embed <file>");
            return Misused;
        }

        var (opened, fault) = ServerCommand.Open(file);
        if (opened is null)
        {
            await output.WriteLineAsync(fault);
            return Failed;
        }

        await opened.DisposeAsync();

        await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().MigrateAsync(cancellationToken);
        return await ServerCommand.WithQueueAsync(services, () => TakeOverAsync(services, file, output, cancellationToken));
    }

    private static async Task<int> TakeOverAsync(IServiceProvider services, string file, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await services.GetRequiredService<TakeOver>().HandleAsync(
                new ImportSource(ServerCommand.PathOf(file)), (part, rows) => output.WriteLine(rows == 0 ? $"Reading {part}" : string.Create(CultureInfo.InvariantCulture, $"Reading {part}: {rows:N0}")), cancellationToken);
            if (taken.Value is not { } now)
            {
                await output.WriteLineAsync(ServerCommand.Sentence(taken.Refusal!));
                return Failed;
            }

            await output.WriteLineAsync(
                $"Taken over: {CountText.Of(now.Sites, "site")}, {CountText.Of(now.Comments, "comment")}, {CountText.Of(now.People, "person", "people")}.");
            if (now.Cleaned > 0)
            {
                await output.WriteLineAsync($"{CountText.Of(now.Cleaned, "text")} had HTML that this server does not make; what it does not know is gone.");
            }

            await output.WriteLineAsync("Keys and secrets are in no export: enter those of single sign-on and of outside checks anew.");
            return 0;
        }
        catch (ImportFileException fault)
        {
            await output.WriteLineAsync($"{fault.Message} Nothing is taken over.");
            return Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync("Stopped. Nothing is taken over.");
            return Failed;
        }
    }
}
