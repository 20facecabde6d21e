using System.Text;
using System.Text.Json;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Threads;
using Embed.Server.PreModeration;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A comment that a format cannot hand on.</summary>
/// <param name="Id">Its id; null where that cannot be read.</param>
internal sealed record SkippedComment(string? Id);

/// <summary>A format whose files are just what a format hands on: a line for each record, in JSON.</summary>
internal sealed class RecordLines : IImportFormat
{
    private const string FirstLine = "#records";

    public string Name => "records";

    public string Title => "Records";

    /// <summary>A file of these records.</summary>
    public static MemoryStream FileOf(params IEnumerable<object> records) => new(Encoding.UTF8.GetBytes(string.Join('\n', records
        .Select(record => record switch
        {
            SourceThread => "T",
            SourcePerson => "P",
            SourceComment => "C",
            SkippedComment => "X",
            _ => "S",
        } + JsonSerializer.Serialize(record)).Prepend(FirstLine))));

    public bool Recognises(ImportHead head) => head.Text.StartsWith(FirstLine, StringComparison.Ordinal);

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(source.Open());
        reader.ReadLine();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            switch (line[0])
            {
                case 'T':
                    sink.Add(JsonSerializer.Deserialize<SourceThread>(line[1..])!);
                    break;
                case 'P':
                    sink.Add(JsonSerializer.Deserialize<SourcePerson>(line[1..])!);
                    break;
                case 'C':
                    sink.Add(JsonSerializer.Deserialize<SourceComment>(line[1..])!);
                    break;
                case 'X':
                    var id = JsonSerializer.Deserialize<SkippedComment>(line[1..])!.Id;
                    sink.Skip($"line {id}", $"comment {id ?? "without id"}", "It is too long.", id);
                    break;
                case '!':
                    throw new ImportFileException(line[1..]);
                default:
                    sink.Skip("line 1", "pingback", JsonSerializer.Deserialize<string>(line[1..])!);
                    break;
            }
        }
    }
}

/// <summary>An administrator who imports records, and looks at what has come of them.</summary>
internal sealed class ImportWorkshop
{
    /// <summary>When everything was written, unless a test says otherwise.</summary>
    public static readonly DateTimeOffset Then = new(2020, 5, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly EmbedApplication _application;

    private ImportWorkshop(EmbedApplication application, ThreadMoves moves) => (_application, Moves) = (application, moves);

    public ThreadMoves Moves { get; }

    public Commenter Administrator => Moves.Actor;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ImportRunner Runner => Handler<ImportRunner>();

    /// <summary>A server that knows the format; not started.</summary>
    public static EmbedApplication NewApplication() => Prepared(new EmbedApplication());

    public static EmbedApplication Prepared(EmbedApplication application)
    {
        application.Replace = services => services.AddSingleton<IImportFormat, RecordLines>();
        return application;
    }

    public static async Task<ImportWorkshop> OpenAsync(EmbedApplication application) => new(application, await ThreadMoves.OpenAsync(application));

    public static SourceThread Thread(string id, string? address = null) => new(id, $"line {id}") { Address = address ?? $"{EmbedApplication.Origin}/{id}", Title = $"Title {id}" };

    public static SourcePerson Person(string id) => new(id, $"line {id}") { Name = $"Person {id}" };

    public static SourceComment Comment(string id, string thread, string? parent = null, int minute = 0, string? person = null) =>
        new(id, thread, $"line {id}") { ParentId = parent, PersonId = person, Text = $"Text of {id}", PostedAt = Then.AddMinutes(minute) };

    public T Handler<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    /// <summary>Imports records to the end; the import.</summary>
    public Task<Import> ImportAsync(params IEnumerable<object> records) => ImportAsync(new ImportOptions(), records);

    public async Task<Import> ImportAsync(ImportOptions options, params IEnumerable<object> records) => await EndAsync(await StartAsync(options, records));

    /// <summary>Imports a file of any format to the end; the import.</summary>
    public async Task<Import> ImportAsync(ImportOptions options, Stream file) => await EndAsync(await StartAsync(options, file));

    /// <summary>Imports records, and stops it after its first batch; the import.</summary>
    public async Task<Import> StopAfterBatchAsync(ImportOptions options, params IEnumerable<object> records)
    {
        void Look()
        {
            if (Runner.Progress is { State: ImportState.Writing, Done: > 0 } progress)
            {
                Runner.Stop(progress.ImportId, (Administrator.Id, ActedVia.Admin));
            }
        }

        Runner.Changed += Look;
        try
        {
            return await ImportAsync(options, records);
        }
        finally
        {
            Runner.Changed -= Look;
        }
    }

    /// <summary>Starts an import; its id.</summary>
    public Task<long> StartAsync(ImportOptions options, params IEnumerable<object> records) => StartAsync(options, RecordLines.FileOf(records));

    private async Task<long> StartAsync(ImportOptions options, Stream file)
    {
        var request = new StartImport.Request(EmbedApplication.Site, ReadSource.Auto, "records.txt", options);
        var started = await Handler<StartImport>().HandleAsync(Administrator, ActedVia.Admin, request, file, Cancellation);
        Assert.Null(started.Refusal);
        return started.Value;
    }

    /// <summary>Waits until an import waits for somebody, or is at an end.</summary>
    public async Task<Import> EndAsync(long id)
    {
        using var changed = new SemaphoreSlim(0);
        void Note() => changed.Release();
        Runner.Changed += Note;
        try
        {
            while (true)
            {
                var import = await ReadAsync(id);
                if (Runner.Progress is null && import.State is not (ImportState.Reading or ImportState.Writing or ImportState.Undoing))
                {
                    return import;
                }

                await changed.WaitAsync(Cancellation);
            }
        }
        finally
        {
            Runner.Changed -= Note;
        }
    }

    public async Task<Import> ReadAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Imports.AsNoTracking().SingleAsync(i => i.Id == id, Cancellation);
    }

    /// <summary>Takes an import back; the import.</summary>
    public async Task<Import> UndoAsync(long id)
    {
        Assert.Null((await Handler<UndoImport>().HandleAsync(Administrator, ActedVia.Admin, id, Cancellation)).Refusal);
        return await EndAsync(id);
    }

    /// <summary>Has an import go on.</summary>
    public Task<Outcome<long>> GoOnAsync(long id) => Handler<RunPlanned>().HandleAsync(Administrator, ActedVia.Admin, id, Cancellation);

    /// <summary>Throws an import away.</summary>
    public Task<Outcome<bool>> ThrowAwayAsync(long id) => Handler<ThrowImportAway>().HandleAsync(Administrator, ActedVia.Admin, id, Cancellation);

    /// <summary>What the report says, a line a row.</summary>
    public async Task<IReadOnlyList<string>> ReportAsync(long id, ReportKind? kind = null) =>
        (await Handler<ReadImportReport>().RowsAsync(Administrator, id, 0, null, kind, Cancellation)).Value!
            .Select(row => $"{row.What}: {row.Outcome} {row.Note}".Trim()).ToList();

    /// <summary>All rows of the report, however many.</summary>
    public async Task<IReadOnlyList<string>> WholeReportAsync(long id)
    {
        using var written = new StringWriter();
        await Handler<ReadImportReport>().WriteAsync(Administrator, id, ReportFormat.Ndjson, written, Cancellation);
        return written.ToString().TrimEnd().Split('\n');
    }

    /// <summary>What stayed, by its kind and id, and why.</summary>
    public async Task<IReadOnlyList<string>> KeptAsync(long id) => (await KeptRowsAsync(id)).Select(row => $"{NameOf(row)}: {row.Why}").ToList();

    /// <summary>What stayed, as administrators read it.</summary>
    public async Task<IReadOnlyList<KeptRow>> KeptRowsAsync(long id) => (await Handler<ReadImportReport>().KeptAsync(Administrator, id, 0, Cancellation)).Value!;

    /// <summary>Kind and id alone of a comment or a person.</summary>
    public static string NameOf(KeptRow row) => row.What.StartsWith("thread ", StringComparison.Ordinal) ? row.What : string.Join(' ', row.What.Split(' ', ',')[..2]);

    /// <summary>All comments of the site that imports brought, by the source's key.</summary>
    public async Task<Dictionary<string, Comment>> CommentsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        var rows = await database.ImportedItems.AsNoTracking().Where(i => i.Kind == ImportedKind.Comment)
            .Join(database.Comments.Include(c => c.Thread).Include(c => c.Commenter), i => i.TargetId, c => c.Id, (i, c) => new { i.SourceKey, Comment = c })
            .ToListAsync(Cancellation);
        return rows.ToDictionary(row => row.SourceKey, row => row.Comment);
    }

    /// <summary>The tree as a source's keys tell it: who hangs from whom, in the order of ids.</summary>
    public async Task<IReadOnlyList<string>> TreeAsync()
    {
        var comments = await CommentsAsync();
        var keys = comments.ToDictionary(pair => pair.Value.Id, pair => pair.Key);
        return [.. comments.OrderBy(pair => pair.Value.Id)
            .Select(pair => $"{pair.Key} < {(pair.Value.ParentId is { } parent ? keys[parent] : "top")} {pair.Value.State} {pair.Value.Number} “{pair.Value.Path}” {pair.Value.ReplyCount}")];
    }

    /// <summary>All that the server keeps but the imports themselves, and the row that stands for all who are gone, once anybody is.</summary>
    public async Task<IReadOnlyList<string>> DumpAsync() =>
        [.. (await _application.DumpAsync()).Where(line => !line.StartsWith("Imports ", StringComparison.Ordinal)
            && !(line.StartsWith("Commenters ", StringComparison.Ordinal) && line.Contains("Kind=2 ", StringComparison.Ordinal)))];

    /// <summary>Fails where a stored place, count, score, hash or index of words is another than the comments themselves say.</summary>
    public async Task AssertSoundAsync()
    {
        await Moves.AssertSoundAsync();
        await using var database = await _application.OpenDatabaseAsync();
        var comments = await database.Comments.AsNoTracking().ToListAsync(Cancellation);
        Assert.All(comments, c => Assert.Equal((CommentOrder.Score(c.UpVotes, c.DownVotes), c.Body.Length == 0 ? 0 : RuleText.HashOf(c.Body)), (c.Score, c.TextHash)));
        Assert.Equal(comments.Count, comments.Select(c => (c.ThreadId, c.ParentId, c.Number)).Distinct().Count());
        await database.Database.ExecuteSqlAsync($"INSERT INTO CommentSearch (CommentSearch, rank) VALUES ('integrity-check', 1)", Cancellation);
    }

    /// <summary>The last entry of the log with a word.</summary>
    public async Task<ModerationLogEntry> EntryAsync(string word)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.ModerationLog.AsNoTracking().Where(e => e.Act == word).OrderBy(e => e.Id).LastAsync(Cancellation);
    }

    /// <summary>Undoes an entry of the log.</summary>
    public Task<UndoAct.Item> UndoEntryAsync(long entry) => Moves.TryUndoAsync(entry);
}
