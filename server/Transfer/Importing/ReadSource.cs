using Embed.Server.Commenters;
using Embed.Server.Mail;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer.Importing;

/// <summary>Reads a file into an import's working file, by the format chosen or the one that it begins like.</summary>
internal sealed class ReadSource(IEnumerable<IImportFormat> formats, ServerSecrets secrets, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>What is chosen to have the format recognised.</summary>
    public const string Auto = "auto";

    /// <summary>The formats there are.</summary>
    public IReadOnlyList<IImportFormat> Formats { get; } = [.. formats];

    // Of the GitHub that people sign in with here.
    private string GitHubHost => options.Value.SignIn.TryGetValue(ProvenAccount.GitHub, out var provider)
        ? GitHubIds.HostOf(provider.Issuer) ?? GitHubSource.PublicHost : GitHubSource.PublicHost;

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
            ImportOptions.Of(import).KeepsPrivate, personKey, GitHubHost,
            address => Mailbox.Of(address) is { } mailbox ? MailSignIn.SubjectOf(mailboxKey, mailbox) : null, clock.GetUtcNow());
        var sink = new StageSink(stage, terms, progress, cancellationToken);
        // On a thread of its own: it reads and computes for minutes.
        await Task.Factory.StartNew(
            () =>
            {
                if (chosen is null)
                {
                    format.Read(source, sink, cancellationToken);
                    sink.Complete();
                }
                else
                {
                    ReadAs(chosen, source, sink, stage, cancellationToken);
                }
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return format;
    }

    // A choice counts, whatever the file looks like. Where nothing comes of it, what it looks like is said.
    private void ReadAs(IImportFormat chosen, ImportSource source, StageSink sink, ScratchFile stage, CancellationToken cancellationToken)
    {
        try
        {
            chosen.Read(source, sink, cancellationToken);
        }
        catch (ImportFileException fault) when (Other(chosen, source) is { } other)
        {
            throw new ImportFileException($"{fault.Message} It was read as {chosen.Title}, and looks like {other.Title}.", fault);
        }

        sink.Complete();
        if (stage.Number("SELECT EXISTS (SELECT 1 FROM comments) OR EXISTS (SELECT 1 FROM threads)") == 0 && Other(chosen, source) is { } looks)
        {
            throw new ImportFileException($"There is nothing of {chosen.Title} in the file: it looks like {looks.Title}.");
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
