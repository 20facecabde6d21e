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
    private const string Usage = "import <format|auto> <file> --site <key> [--dry-run] [--rewrite old=new]… [--private] [--report file.ndjson]";

    /// <summary>Whether somebody asks what can be said.</summary>
    public static bool AsksForHelp(string[] args) => args.Any(arg => arg is "--help" or "-h" or "-?");

    /// <summary>All that can be said.</summary>
    public static string Help(IEnumerable<IImportFormat> formats) =>
        $"""
         {Usage}

         Imports a file into a site, while no server runs on the same data.

           <format>                auto recognises it by what the file contains; or one of the names below
           <file>                  what the other system exports, as it is, also packed with gzip or zip
           --site <key>            the site: its snippet's data-site
           --dry-run               only says what would become of each row; the plan waits at /admin/imports
           --rewrite old=new       where pages have moved, such as old.example/blog=https://blog.example; the first that fits counts
           --private               keeps mail and network addresses, for administrators
           --report file.ndjson    writes down what became of each row

         An empty server takes our own export over: import embed <file>
         Ctrl+C stops it. What is written stays; the same command again adds what is missing.
         Formats: {string.Join(", ", formats.Select(format => format.Name))}.
         """;

    /// <summary>Takes a line apart.</summary>
    /// <returns>The line; or what is wrong with it, a sentence.</returns>
    public static (ImportLine? Line, string? Fault) Parse(string[] args)
    {
        List<string> words = [];
        List<AddressRewrite> rewrites = [];
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
                case "--site" when value is not null:
                    (site, i) = (value, i + 1);
                    break;
                case "--report" when value is not null:
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
                    return (null, $"There is no {args[i]}.");
                default:
                    words.Add(args[i]);
                    break;
            }
        }

        return words is not [var format, var file] ? (null, $"Write: {Usage}")
            : site is null ? (null, $"Name the site. Write: {Usage}")
            : (new ImportLine(format, file, site, options with { Rewrites = rewrites }, report), null);
    }
}
