using System.Runtime.InteropServices;
using Embed.Server.Transfer;
using Embed.Server.Transfer.Backups;
using Embed.Server.Transfer.Export;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>Something to do once instead of serving, with the same settings and parts.</summary>
/// <param name="Name">The word that asks for it.</param>
/// <param name="Usage">What comes behind the word.</param>
/// <param name="Does">What it does, in a sentence.</param>
/// <param name="More">The rest of what its help says.</param>
/// <param name="Run">Does it: arguments, where to say what came of it; answers the exit code, 0 if it was done.</param>
internal sealed record Command(
    string Name, string Usage, string Does, string More, Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> Run)
{
    /// <summary>Was not done, for the reason that was said.</summary>
    public const int Failed = 1;

    /// <summary>Was not understood.</summary>
    public const int Misused = 2;

    /// <summary>How it is called.</summary>
    public string Call => $"{Name} {Usage}".TrimEnd();

    /// <summary>Does it, or says what it does where somebody asks. Ctrl+C and SIGTERM have it end at once in good order; a second one ends the process.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IServiceProvider services, string[] arguments)
    {
        if (arguments.Any(Commands.AsksForHelp))
        {
            await Console.Out.WriteLineAsync(Commands.HelpOf(this));
            return 0;
        }

        using var stopping = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await Run(services, arguments, Console.Out, stopping.Token);
        }
        catch (OptionsValidationException wrong)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, wrong.Failures));
            return Failed;
        }
        catch (Exception fault) when (fault is BackupFault || BackupFault.IsExpected(fault))
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
    }
}

/// <summary>The commands there are. Who adds one adds its line here.</summary>
internal static class Commands
{
    private static readonly Command[] All =
    [
        new("backup", BackupCommands.BackupUsage, "Backs the database up, also while a server runs, and tries the backup out.", BackupCommands.BackupHelp, BesideCommand.Of(BackupCommands.BackupAsync)),
        new("import", ImportLine.Usage, "Imports a file into a site, while no server runs.", ImportLine.Help, ImportAsync),
        new("restore", BackupCommands.RestoreUsage, "Puts a backup in the place of the database, while no server runs.", BackupCommands.RestoreHelp, BackupCommands.RestoreAsync),
        new("export", ExportLine.Usage, "Writes all there is, or a site, to a file, also while a server runs.", ExportLine.Help, BesideCommand.Of(ExportCommand.RunAsync)),
    ];

    private static readonly Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> TakeOverAsync =
        AloneCommand.Of(TakeOverCommand.RunAsync, "Stop it, take the export over, then start it again.");

    private static readonly Command Help = new("--help", "", "Says what there is.", "", async (_, arguments, output, _) =>
    {
        await output.WriteLineAsync(arguments is [var name] && FindOwn(name) is { } command ? HelpOf(command) : List);
        return 0;
    });

    /// <summary>For a word that is none.</summary>
    public static readonly Command Unknown = new("", "", "", "", async (_, arguments, output, _) =>
    {
        await output.WriteLineAsync($"There is no command {arguments[0]}.{Environment.NewLine}{List}");
        return Command.Misused;
    });

    private static string List => string.Join(Environment.NewLine,
    [
        "Without a command the server runs. Commands:",
        .. All.Select(command => $"  {command.Name.PadRight(All.Max(other => other.Name.Length))}  {command.Does}"),
        "Behind each, --help says the rest. Settings, such as --Embed:Database=data/embed.db, can stand behind all of them; README.md lists them.",
    ]);

    /// <summary>Whether a word asks what there is to say.</summary>
    public static bool AsksForHelp(string word) => word is "--help" or "-h" or "-?";

    /// <summary>The command of this name; null if there is none.</summary>
    public static Command? Find(string name) => AsksForHelp(name) || name == "help" ? Help : FindOwn(name);

    /// <summary>All that is said of a command.</summary>
    public static string HelpOf(Command command) =>
        command.Name.Length == 0 || command == Help ? List : string.Join(Environment.NewLine, [command.Call, "", command.Does, command.More]);

    private static Command? FindOwn(string name) => Array.Find(All, command => command.Name == name);

    // Our own export has all sites in it, so no site is named where an empty server takes it over.
    private static Task<int> ImportAsync(IServiceProvider services, string[] arguments, TextWriter output, CancellationToken cancellationToken) =>
        TakeOverCommand.IsMeant(arguments)
            ? TakeOverAsync(services, arguments, output, cancellationToken)
            : ImportCommand.RunAsync(services, arguments, output, cancellationToken);
}
