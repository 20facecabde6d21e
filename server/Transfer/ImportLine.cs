using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;

namespace Embed.Server.Transfer;

/// <summary>What somebody typed behind <c>import</c>.</summary>
/// <param name="Format">The format's name, or that it is recognised.</param>
/// <param name="File">The file's path.</param>
/// <param name="Site">The site's key.</param>
/// <param name="Options">What is chosen besides.</param>
/// <param name="Report">Where the report goes; null for nowhere.</param>
internal sealed record ImportLine(string Format, string File, string Site, ImportOptions Options, string? Report)
{
    /// <summary>What comes behind the word.</summary>
    public const string Usage = "<format|auto> <file> --site <key> [--dry-run] [--rewrite old=new]… [--private] [--report file.ndjson]";

    /// <summary>What <c>import --help</c> says besides.</summary>
    public static string Help { get; } =
        $"""

           <format>                auto recognises it by what the file contains; or one of the names below
           <file>                  what the other system exports, as it is, also packed with gzip or zip
           --site <key>            the site: its snippet's data-site
           --dry-run               only says what would become of each row; the plan waits at /admin/imports
           --rewrite old=new       where pages have moved, such as old.example/blog=https://blog.example; the first that fits counts
           --private               keeps mail and network addresses, for administrators
           --report file.ndjson    writes down what became of each row

         Such as:
           dotnet run --project server -- import auto export.xml --site my-blog --dry-run
           dotnet run --project server -- import auto export.xml --site my-blog

         The same file twice changes nothing. Ctrl+C stops it: what is written stays, and the same command again adds what is missing.
         An empty server takes our own export over: import embed <file>. docs/importing.md says where each system has its export.
         Formats: {string.Join(", ", ImportFormats.All.Select(format => format.Name))}.
         """;

    /// <summary>Takes a line apart.</summary>
    /// <returns>The line; or what is wrong with it, a sentence.</returns>
    public static (ImportLine? Line, string? Fault) Parse(string[] args)
    {
        List<string> words = [];
        List<AddressRewrite> rewrites = [];
        args = ServerCommand.WordsOf(args, "--site", "--report", "--rewrite");
        var (site, report, options) = ((string?)null, (string?)null, new ImportOptions());
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--dry-run":
                    options = options with { IsDryRun = true };
                    break;
                case "--private":
                    options = options with { KeepsPrivate = true };
                    break;
                case "--site" when value is [not '-', ..]:
                    (site, i) = (value, i + 1);
                    break;
                case "--report" when value is [not '-', ..]:
                    (report, i) = (value, i + 1);
                    break;
                case "--rewrite" when value?.Split('=', 2) is [{ Length: > 0 } from, { Length: > 0 } to]:
                    rewrites.Add(new AddressRewrite(from, to));
                    i++;
                    break;
                case "--site" or "--report":
                    return (null, $"Something is missing behind {args[i]}.");
                case "--rewrite":
                    return (null, "Behind --rewrite there must be old=new, such as old.example=https://blog.example.");
                case ['-', ..]:
                    return (null, $"There is no option {args[i]}.");
                default:
                    words.Add(args[i]);
                    break;
            }
        }

        return words switch
        {
            [var only] => (null, $"Write auto, or the name of a format, and then the file: import auto {only} --site {site ?? "<key>"}."),
            [var format, var file] when site is null => (null, $"Name the site: import {format} {file} --site <key>."),
            [var format, var file] => (new ImportLine(format, file, site, options with { Rewrites = rewrites }, report), null),
            _ => (null, $"Write: import {Usage}. An empty server takes our own export over: import embed <file>."),
        };
    }
}
