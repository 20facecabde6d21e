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
        var head = source.Head();
        if (head.Bytes.IsEmpty)
        {
            throw new ImportFileException("The file is empty.");
        }

        return formats.FirstOrDefault(format => format.Recognises(head)) ?? throw new ImportFileException(
            $"The file is of no known format. Known are: {string.Join(", ", formats.Select(format => format.Title))}. Choose the format if it is one of these all the same.");
    }
}
