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

    /// <summary>The format of a name as on the command line; null if there is none.</summary>
    public static IImportFormat? Named(string name) =>
        All.FirstOrDefault(format => string.Equals(format.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The format of a file, by what it contains.</summary>
    /// <exception cref="ImportFileException">It is of none, or cannot be unpacked.</exception>
    public static IImportFormat Recognise(ImportSource source)
    {
        var head = source.Head();
        if (head.Bytes.IsEmpty)
        {
            throw new ImportFileException("The file is empty.");
        }

        return All.FirstOrDefault(format => format.Recognises(head))
            ?? throw new ImportFileException(
                $"The file is of no known format. Known are: {string.Join(", ", All.Select(format => format.Title))}.");
    }
}
