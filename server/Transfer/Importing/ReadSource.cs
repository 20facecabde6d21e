using Embed.Server.Commenters;
using Embed.Server.Mail;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>Reads a file into an import's working file, by the format chosen or the one that it begins like.</summary>
internal sealed class ReadSource(IEnumerable<IImportFormat> formats, ServerSecrets secrets, GitHubProviders gitHubs, TimeProvider clock)
{
    /// <summary>What is chosen to have the format recognised.</summary>
    public const string Auto = "auto";

    /// <summary>The formats there are.</summary>
    public IReadOnlyList<IImportFormat> Formats { get; } = [.. formats];

    /// <summary>The format of a name; null for none, and for <see cref="Auto"/>.</summary>
    public IImportFormat? Find(string name) => Formats.FirstOrDefault(format => format.Name == name);

    /// <summary>Reads all of it.</summary>
    /// <returns>The format.</returns>
    /// <exception cref="ImportFileException">It cannot be read, or is of no format that is known.</exception>
    public async Task<IImportFormat> HandleAsync(
        Import import, ImportFolder folder, ScratchFile stage, Action<long> progress, CancellationToken cancellationToken)
    {
        var source = new ImportSource(folder.Upload);
        var chosen = Find(import.Format);
        var format = chosen ?? ImportFormats.Recognise(Formats, source);
        var (personKey, mailboxKey) = (await secrets.KeyAsync("imported people", cancellationToken), await secrets.KeyAsync(MailSignIn.KeyName, cancellationToken));
        var terms = new StageSink.Terms(
            ImportOptions.Of(import).KeepsPrivate, personKey, gitHubs,
            address => Mailbox.Of(address) is { } mailbox ? MailSignIn.SubjectOf(mailboxKey, mailbox) : null, clock.GetUtcNow());
        var sink = new StageSink(stage, terms, progress, cancellationToken);
        // On a thread of its own: it reads and computes for minutes.
        await Task.Factory.StartNew(
            () =>
            {
                Read(format, isChosen: chosen is not null, source, sink, cancellationToken);
                CheckNotEmpty(format, isChosen: chosen is not null, source, stage);
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return format;
    }

    // A choice counts, whatever the file looks like. Where nothing comes of it, what it looks like is said.
    private void Read(IImportFormat format, bool isChosen, ImportSource source, StageSink sink, CancellationToken cancellationToken)
    {
        try
        {
            format.Read(source, sink, cancellationToken);
        }
        catch (ImportFileException fault) when (isChosen && Other(format, source) is { } other)
        {
            throw new ImportFileException(
                $"The file looks like {other.Title}, and was read as {format.Title}, as was chosen. Choose {other.Title}, or have it recognised. As {format.Title}: {fault.Message}", fault);
        }

        sink.Complete();
    }

    // An export without a comment is more often one that went wrong than one of a site that has none, and in both nothing is to be done.
    private void CheckNotEmpty(IImportFormat format, bool isChosen, ImportSource source, ScratchFile stage)
    {
        if (stage.Number("SELECT EXISTS (SELECT 1 FROM comments) OR EXISTS (SELECT 1 FROM threads)") != 0)
        {
            return;
        }

        if (isChosen && Other(format, source) is { } looks)
        {
            throw new ImportFileException($"There is nothing of {format.Title} in the file: it looks like {looks.Title}. Choose that, or have it recognised.");
        }

        // Comments that are skipped are in the report.
        if (stage.Number("SELECT EXISTS (SELECT 1 FROM skipped WHERE what <> 'row')") == 0)
        {
            var skipped = stage.Rows("SELECT place, why FROM skipped ORDER BY n LIMIT 1").Select(row => $" ({row.GetString(0)}: {row.GetString(1)})").FirstOrDefault();
            throw new ImportFileException($"There is nothing to import: the file ({format.Title}) has no comments and no threads{skipped}. Look whether it is the right one.");
        }
    }

    private IImportFormat? Other(IImportFormat chosen, ImportSource source)
    {
        try
        {
            var recognised = ImportFormats.Recognise(Formats, source);
            return recognised == chosen ? null : recognised;
        }
        catch (ImportFileException)
        {
            // It looks like none.
            return null;
        }
    }
}
