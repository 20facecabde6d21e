using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer;

/// <summary>What commands of the server's program need that a server which runs has already.</summary>
internal static class ServerCommand
{
    /// <summary>Whoever runs the server's own commands, in the log.</summary>
    public static async Task<Outcome<Commenter>> ActorAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return await services.GetRequiredService<WriteQueue>().RunAsync<Commenter>(
            async write =>
            {
                var known = await write.Database.Commenters.AsNoTracking().FirstOrDefaultAsync(c => c.Kind == CommenterKind.Server);
                var made = new Commenter { Kind = CommenterKind.Server, Name = "Command line", CreatedAt = now };
                return known ?? new Commenter { Id = await write.Statements.InsertAsync(made), Kind = made.Kind, Name = made.Name, CreatedAt = now };
            },
            cancellationToken);
    }

    /// <summary>Runs something that writes; the queue is stopped again where it was not running.</summary>
    public static async Task<T> WithQueueAsync<T>(IServiceProvider services, Func<Task<T>> run)
    {
        var queue = services.GetRequiredService<WriteQueue>();
        if (queue.ExecuteTask is not null)
        {
            return await run();
        }

        // Whoever stops the command has something to write yet: how far it came.
        await queue.StartAsync(CancellationToken.None);
        try
        {
            return await run();
        }
        finally
        {
            await queue.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>The words of a line, in which <c>--site=blog</c> says the same as <c>--site blog</c>.</summary>
    /// <param name="arguments">The line.</param>
    /// <param name="options">The options that have something behind them. Others stay whole, so that what is said with a flag is not taken for a name.</param>
    public static string[] WordsOf(string[] arguments, params string[] options) =>
        [.. arguments.SelectMany(argument => options.Contains(argument.Split('=')[0]) ? argument.Split('=', 2) : [argument])];

    /// <summary>Says what is wrong with a line that takes names and no options.</summary>
    /// <param name="arguments">The line.</param>
    /// <param name="least">How many names there must be.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="usage">How it is called.</param>
    /// <param name="output">Where to.</param>
    /// <returns>Whether anything is wrong.</returns>
    public static async Task<bool> IsMisusedAsync(string[] arguments, int least, int most, string usage, TextWriter output)
    {
        var wrong = Array.Find(arguments, argument => argument.StartsWith('-')) is { } option ? $"There is no option {option}. "
            : arguments.Any(argument => argument.Length == 0) ? "A name is empty. "
            : arguments.Length < least ? "Something is missing. "
            : arguments.Length > most ? "There is too much behind it. "
            : null;
        if (wrong is not null)
        {
            await output.WriteLineAsync($"{wrong}Write: {usage}. {usage.Split(' ')[0]} --help says more.");
        }

        return wrong is not null;
    }

    /// <summary>
    /// The whole path of a name on the line, from the folder that it was typed in. `dotnet run --project server` starts the program in the
    /// project's own, and only the shell tells of the other.
    /// </summary>
    public static string PathOf(string name)
    {
        var here = Directory.GetCurrentDirectory();
        var typed = File.Exists(Path.Combine(here, "Embed.Server.csproj")) ? Environment.GetEnvironmentVariable("PWD") : null;
        return Path.GetFullPath(name, typed is not null && Path.IsPathFullyQualified(typed) && Directory.Exists(typed) ? typed : here);
    }

    /// <summary>Opens a file that the line names, to be read once: it may be a pipe.</summary>
    /// <returns>The file; or why there is none to read, a sentence.</returns>
    public static (FileStream? File, string? Fault) Open(string name)
    {
        var path = PathOf(name);
        if (Directory.Exists(path))
        {
            return (null, $"{path} is a folder. Name the file.");
        }

        if (!File.Exists(path))
        {
            return (null, $"There is no file {path}.");
        }

        try
        {
            var file = File.OpenRead(path);
            if (!file.CanSeek || file.Length > 0)
            {
                return (file, null);
            }

            file.Dispose();
            return (null, $"{path} is empty.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be read: {fault.Message}");
        }
    }

    /// <summary>That there is no such site, and which there are, or how the first one comes to be.</summary>
    public static async Task<string> NoSiteAsync(IServiceProvider services, string? key, CancellationToken cancellationToken)
    {
        var keys = (await services.GetRequiredService<SiteDirectory>().AllAsync(cancellationToken)).Select(site => site.Key).Order(StringComparer.Ordinal).ToList();
        return keys.Count == 0
            ? $"There is no site yet in {services.GetRequiredService<DataFolder>().Database}. Start the server and make one at /admin; or name it in the settings (Embed:Sites:0:Key and "
                + "Embed:Sites:0:Origins:0), which can stand behind this command. If the data lies elsewhere, name it: --Embed:Database=…"
            : $"{(key is null ? "Name the site, with --site." : $"There is no site {key}.")} There is: {string.Join(", ", keys)}.";
    }

    /// <summary>A refusal's sentence.</summary>
    public static string Sentence(Refusal refusal) => Widget.WidgetText.For("en").Sentence(refusal.ForWidget());
}
