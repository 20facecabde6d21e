namespace Embed.Server.Transfer.Export;

/// <summary>What somebody typed behind <c>export</c>.</summary>
/// <param name="File">Where it goes.</param>
/// <param name="Request">What is exported.</param>
internal sealed record ExportLine(string File, TakeExport.Request Request)
{
    /// <summary>What comes behind the word.</summary>
    public const string Usage = "<file> [--site <key>] [--wxr [--email]]";

    /// <summary>What <c>export --help</c> says besides.</summary>
    public const string Help =
        """

          <file>          where it goes; what is there of that name is replaced once all of it is written
          --site <key>    one site only: its snippet's data-site
          --wxr           the site's published comments for other systems (WordPress, Disqus), in place of the JSON that has everything
          --email         with --wxr: mail addresses that were imported, too

        Such as:
          dotnet run --project server -- export all.json
          dotnet run --project server -- export my-blog.xml --wxr --site my-blog

        There is private data in it. An empty server takes the JSON over: import embed all.json. docs/exporting.md says more.
        """;

    /// <summary>Takes a line apart.</summary>
    /// <returns>The line; or what is wrong with it, a sentence.</returns>
    public static (ExportLine? Line, string? Fault) Parse(string[] args)
    {
        args = ServerCommand.WordsOf(args, "--site");
        var (file, request) = ((string?)null, new TakeExport.Request(null));
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--wxr":
                    request = request with { IsWxr = true };
                    break;
                case "--email":
                    request = request with { WithEmail = true };
                    break;
                case "--site" when i + 1 < args.Length && args[i + 1] is [not '-', ..]:
                    request = request with { Site = args[++i] };
                    break;
                case "--site":
                    return (null, "Behind --site there must be the key of a site.");
                case ['-', ..] option:
                    return (null, $"There is no option {option}.");
                case { Length: > 0 } word when file is null:
                    file = word;
                    break;
                default:
                    return (null, "Name one file.");
            }
        }

        return file is null ? (null, "Name the file that it goes to.")
            : request.WithEmail && !request.IsWxr ? (null, "--email goes with --wxr: the JSON has all there is.")
            : (new ExportLine(file, request), null);
    }

    /// <summary>Why nothing can be written there; null where it can be tried.</summary>
    public static string? FaultOf(string path) =>
        Directory.Exists(path) ? $"{path} is a folder. Name a file in it."
        : Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder) ? $"There is no folder {folder}. Make it, or name another file."
        : null;
}
