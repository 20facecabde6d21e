using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>All formats that can be imported.</summary>
internal static class ImportFormats
{
    /// <summary>In the order they are asked in, and are named in to people.</summary>
    public static IReadOnlyList<IImportFormat> All { get; } =
    [
        // It says itself what it is; the others go by what is in them.
        new EmbedFormat(),
        new DisqusXml(),
        new WordPressXml(),
        new IssoDatabase(),
        new IssoGeneric(),
        new Remark42Backup(),
        new CommentoJson(),
        new ComentarioJson(),
        new ArtalkJson(),
        new WalineJson(),
        new TwikooJson(),
        new CusdisJson(),
        new GiscusJson(),
        new UtterancesJson(),
    ];

    /// <summary>The format of a file, by what it contains.</summary>
    /// <param name="formats">The formats that are asked, in their order.</param>
    /// <param name="source">The file.</param>
    /// <exception cref="ImportFileException">It is of none, or cannot be unpacked.</exception>
    public static IImportFormat Recognise(IReadOnlyList<IImportFormat> formats, ImportSource source)
    {
        // A little is nearly always enough. What tells one format from others may stand behind a long first row.
        const int Step = 8;
        for (var most = ImportSource.FirstHeadBytes; ; most = Math.Min(most * Step, source.Limits.HeadBytes))
        {
            var head = source.Head(most);
            if (head.Bytes.IsEmpty)
            {
                throw new ImportFileException("The file is empty.");
            }

            if (formats.FirstOrDefault(format => Recognises(format, head)) is { } found)
            {
                return found;
            }

            if (head.Fault is { } fault)
            {
                throw fault;
            }

            if (head.Bytes.Length < most || most >= source.Limits.HeadBytes)
            {
                break;
            }
        }

        throw new ImportFileException(
            $"The file is of no known format. Known are: {string.Join(", ", formats.Select(format => format.Title))}. Choose the format if it is one of these all the same.");
    }

    private static bool Recognises(IImportFormat format, ImportHead head)
    {
        try
        {
            return format.Recognises(head);
        }
        catch (RegexMatchTimeoutException)
        {
            // What takes so long was made to, and is none.
            return false;
        }
    }
}
