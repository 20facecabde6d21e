namespace Embed.Server.Hosting;

/// <summary>What somebody typed behind the program's name.</summary>
/// <param name="Command">What to do instead of serving; null to serve.</param>
/// <param name="Arguments">What is meant for the command.</param>
/// <param name="Settings">What is meant for the configuration.</param>
internal sealed record CommandLine(Command? Command, string[] Arguments, string[] Settings)
{
    // Keys of the host itself; all others of the configuration have a colon in them.
    private static readonly string[] HostKeys = ["--contentRoot", "--environment", "--applicationName"];

    /// <summary>
    /// Takes the line apart. Without a command all of it is configuration, as ASP.NET Core reads it. Behind a command only
    /// <c>--Section:Name value</c> and <c>--Section:Name=value</c> are: a path with a slash before it would be taken for a key.
    /// </summary>
    public static CommandLine Parse(string[] line)
    {
        if (line is not [var first, .. var rest] || IsSetting(first))
        {
            return new CommandLine(null, [], line);
        }

        List<string> arguments = [], settings = [];
        for (var i = 0; i < rest.Length; i++)
        {
            if (!IsKey(rest[i]))
            {
                arguments.Add(rest[i]);
                continue;
            }

            settings.Add(rest[i]);
            if (!rest[i].Contains('=', StringComparison.Ordinal) && i + 1 < rest.Length)
            {
                settings.Add(rest[++i]);
            }
        }

        return Commands.Find(first) is { } command
            ? new CommandLine(command, [.. arguments], [.. settings])
            : new CommandLine(Commands.Unknown, [first], [.. settings]);
    }

    private static bool IsSetting(string first) =>
        Commands.Find(first) is null && (first.StartsWith('-') || first.StartsWith('/') || first.Contains('=', StringComparison.Ordinal));

    private static bool IsKey(string argument)
    {
        var key = argument.Split('=')[0];
        return key.StartsWith("--", StringComparison.Ordinal)
            && (key.Contains(':', StringComparison.Ordinal) || HostKeys.Contains(key, StringComparer.OrdinalIgnoreCase));
    }
}
