using System.Text.Json;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>What a row of a report is about. Values are stored; never renumber.</summary>
internal enum ReportKind
{
    Comment = 0,
    Thread = 1,
    Person = 2,

    /// <summary>Anything else in the file.</summary>
    Other = 3,
}

/// <summary>What becomes of a row. Values are stored; never renumber.</summary>
internal enum ReportOutcome
{
    Imported = 0,

    /// <summary>Imported, after something was mended.</summary>
    Repaired = 1,

    /// <summary>It was here, and says something else by now.</summary>
    Updated = 2,
    AlreadyThere = 3,
    Skipped = 4,
}

/// <summary>A row of a report.</summary>
/// <param name="N">Its number.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Place">Where it stands in the source.</param>
/// <param name="What">What it is, such as <c>comment 17</c>.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Note">Why, or how, in sentences; may be empty.</param>
internal sealed record ReportRow(long N, ReportKind Kind, string Place, string What, ReportOutcome Outcome, string Note);

/// <summary>A thread in a report.</summary>
/// <param name="Host">The host that the source names.</param>
/// <param name="Address">Where it is here, or where the source has it if it has no place here.</param>
/// <param name="HasPlace">Whether it has one.</param>
/// <param name="Comments">Its comments, by outcome.</param>
internal sealed record ReportThread(string Host, string Address, bool HasPlace, OutcomeCounts Comments);

/// <summary>A host that the source names, with its threads that have a place here, or with those that have none.</summary>
/// <param name="Host">The host; empty where none can be read.</param>
/// <param name="HasPlace">Whether they have one.</param>
/// <param name="Comments">Their comments, by outcome.</param>
/// <param name="Addresses">Some of their addresses.</param>
internal sealed record ReportHost(string Host, bool HasPlace, OutcomeCounts Comments, IReadOnlyList<ReportAddress> Addresses);

/// <summary>What becomes of an address.</summary>
/// <param name="Source">As the source has it, or the id it has instead.</param>
/// <param name="Place">Where it goes here; null if it has no place.</param>
internal sealed record ReportAddress(string Source, string? Place);

/// <summary>Something that an undone import left.</summary>
/// <param name="What">What.</param>
/// <param name="Why">Why, a sentence.</param>
internal sealed record KeptRow(string What, string Why);

/// <summary>How many rows have which outcome.</summary>
internal sealed record OutcomeCounts(long Imported = 0, long Repaired = 0, long Updated = 0, long AlreadyThere = 0, long Skipped = 0)
{
    public long All => Changes + AlreadyThere + Skipped;

    /// <summary>How many make anything another here.</summary>
    public long Changes => Imported + Repaired + Updated;

    public static OutcomeCounts operator +(OutcomeCounts a, OutcomeCounts b) => new(
        a.Imported + b.Imported, a.Repaired + b.Repaired, a.Updated + b.Updated, a.AlreadyThere + b.AlreadyThere, a.Skipped + b.Skipped);

    public OutcomeCounts With(ReportOutcome outcome, long count) => outcome switch
    {
        ReportOutcome.Imported => this with { Imported = count },
        ReportOutcome.Repaired => this with { Repaired = count },
        ReportOutcome.Updated => this with { Updated = count },
        ReportOutcome.AlreadyThere => this with { AlreadyThere = count },
        _ => this with { Skipped = count },
    };
}

/// <summary>How many rows of each kind have which outcome; kept with the import (<see cref="Import.Counts"/>).</summary>
/// <param name="Comments">Comments.</param>
/// <param name="Threads">Threads.</param>
/// <param name="People">People.</param>
/// <param name="Others">Anything else.</param>
internal sealed record ImportCounts(OutcomeCounts Comments, OutcomeCounts Threads, OutcomeCounts People, OutcomeCounts Others)
{
    /// <summary>How many comments it writes.</summary>
    public long Turns { get; init; }

    /// <summary>Things that stayed when it was undone.</summary>
    public long Kept { get; init; }

    public static ImportCounts Of(Import import) => import.Counts == Import.NoCounts
        ? new(new(), new(), new(), new())
        : JsonSerializer.Deserialize<ImportCounts>(import.Counts, JsonSerializerOptions.Web)!;

    public string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}

/// <summary>The file of a report: a row for each of the source's.</summary>
internal sealed class ReportFile : IDisposable
{
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, source_n INTEGER, place TEXT NOT NULL, what TEXT NOT NULL,
          outcome INTEGER NOT NULL, note TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS threads (n INTEGER PRIMARY KEY, host TEXT NOT NULL, address TEXT NOT NULL, has_place INTEGER NOT NULL,
          imported INTEGER NOT NULL, repaired INTEGER NOT NULL, updated INTEGER NOT NULL, there INTEGER NOT NULL, skipped INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS addresses (n INTEGER PRIMARY KEY, host TEXT NOT NULL, source TEXT NOT NULL, place TEXT);
        CREATE TABLE IF NOT EXISTS kept (n INTEGER PRIMARY KEY, what TEXT NOT NULL UNIQUE, why TEXT NOT NULL);
        """;

    private readonly ScratchFile _file;

    private ReportFile(ScratchFile file) => _file = file;

    /// <summary>Opens the report of an import; made if there is none.</summary>
    public static ReportFile Open(ImportFolder folder) => new(ScratchFile.OpenShared(folder.Report, Schema));

    /// <summary>Begins anew: all of what is added meanwhile is one transaction.</summary>
    public async Task FillAsync(Func<Task> fill)
    {
        _file.Execute("BEGIN");
        _file.Execute("DELETE FROM rows");
        _file.Execute("DELETE FROM threads");
        _file.Execute("DELETE FROM addresses");
        await fill();
        _file.Execute("CREATE INDEX IF NOT EXISTS rows_outcome ON rows (outcome, kind, n)");
        _file.Execute("CREATE INDEX IF NOT EXISTS rows_source ON rows (kind, source_n)");
        _file.Execute("COMMIT");
    }

    public void Add(ReportKind kind, long? sourceN, string place, string what, ReportOutcome outcome, string note) => _file.Execute(
        "INSERT INTO rows (kind, source_n, place, what, outcome, note) VALUES (@0, @1, @2, @3, @4, @5)", (int)kind, sourceN, place, what, (int)outcome, note);

    public void Add(ReportThread thread) => _file.Execute(
        "INSERT INTO threads (host, address, has_place, imported, repaired, updated, there, skipped) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
        thread.Host, thread.Address, thread.HasPlace ? 1 : 0, thread.Comments.Imported, thread.Comments.Repaired, thread.Comments.Updated,
        thread.Comments.AlreadyThere, thread.Comments.Skipped);

    /// <summary>An example of what becomes of a host's addresses.</summary>
    public void Add(string host, ReportAddress address) =>
        _file.Execute("INSERT INTO addresses (host, source, place) VALUES (@0, @1, @2)", host, address.Source, address.Place);

    /// <summary>A comment came out otherwise than planned: something has changed in between.</summary>
    public void Change(long sourceN, ReportOutcome outcome, string note) => _file.Execute(
        "UPDATE rows SET outcome = @2, note = trim(note || ' ' || @3) WHERE kind = @0 AND source_n = @1", (int)ReportKind.Comment, sourceN, (int)outcome, note);

    /// <summary>Something that was to be updated stays as it is: nothing holds of what was planned.</summary>
    public void Leave(ReportKind kind, long sourceN, string note) => _file.Execute(
        "UPDATE rows SET outcome = @2, note = @3 WHERE kind = @0 AND source_n = @1", (int)kind, sourceN, (int)ReportOutcome.AlreadyThere, note);

    /// <summary>There is more to say of a comment.</summary>
    public void Note(long sourceN, string note) => _file.Execute(
        "UPDATE rows SET note = trim(note || ' ' || @2) WHERE kind = @0 AND source_n = @1", (int)ReportKind.Comment, sourceN, note);

    public void Keep(KeptRow kept) => _file.Execute("INSERT OR REPLACE INTO kept (what, why) VALUES (@0, @1)", kept.What, kept.Why);

    public void ForgetKept() => _file.Execute("DELETE FROM kept");

    public long KeptCount => _file.Number("SELECT COUNT(*) FROM kept")!.Value;

    /// <summary>What an undone import left, some at a time.</summary>
    public IReadOnlyList<KeptRow> Kept(int skip, int take) =>
        [.. _file.Rows("SELECT what, why FROM kept ORDER BY n LIMIT @1 OFFSET @0", skip, take).Select(row => new KeptRow(row.GetString(0), row.GetString(1)))];

    public ImportCounts Count()
    {
        var counts = Enum.GetValues<ReportKind>().ToDictionary(kind => kind, _ => new OutcomeCounts());
        foreach (var row in _file.Rows("SELECT kind, outcome, COUNT(*) FROM rows GROUP BY kind, outcome"))
        {
            var kind = (ReportKind)row.GetInt32(0);
            counts[kind] = counts[kind].With((ReportOutcome)row.GetInt32(1), row.GetInt64(2));
        }

        return new ImportCounts(counts[ReportKind.Comment], counts[ReportKind.Thread], counts[ReportKind.Person], counts[ReportKind.Other]);
    }

    /// <summary>Rows in their order, some at a time.</summary>
    /// <param name="after">The number of the last one seen; 0 for the first page.</param>
    /// <param name="take">Most rows.</param>
    /// <param name="outcome">Only those; null for all.</param>
    /// <param name="kind">Only those; null for all.</param>
    public IReadOnlyList<ReportRow> Rows(long after, int take, ReportOutcome? outcome = null, ReportKind? kind = null) =>
    [
        .. _file.Rows(
            """
            SELECT n, kind, place, what, outcome, note FROM rows
            WHERE n > @0 AND (@2 IS NULL OR outcome = @2) AND (@3 IS NULL OR kind = @3) ORDER BY n LIMIT @1
            """,
            after, take, (int?)outcome, (int?)kind)
            .Select(row => new ReportRow(
                row.GetInt64(0), (ReportKind)row.GetInt32(1), row.GetString(2), row.GetString(3), (ReportOutcome)row.GetInt32(4), row.GetString(5))),
    ];

    /// <summary>Threads, those without a place first, then by how many comments they have.</summary>
    public IReadOnlyList<ReportThread> Threads(int skip, int take) =>
    [
        .. _file.Rows(
            """
            SELECT host, address, has_place, imported, repaired, updated, there, skipped FROM threads
            ORDER BY has_place, imported + repaired + updated + there + skipped DESC, n LIMIT @1 OFFSET @0
            """,
            skip, take)
            .Select(row => new ReportThread(
                row.GetString(0), row.GetString(1), row.IsTrue(2),
                new OutcomeCounts(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7)))),
    ];

    /// <summary>The hosts that the source names, those without a place here first; at most 1,000.</summary>
    public IReadOnlyList<ReportHost> Hosts()
    {
        var addresses = _file.Rows("SELECT host, source, place FROM addresses ORDER BY n")
            .Select(row => (Host: row.GetString(0), Address: new ReportAddress(row.GetString(1), row.TextOrNull(2))))
            .ToLookup(row => (row.Host, row.Address.Place is not null), row => row.Address);
        return
        [
            .. _file.Rows(
                """
                SELECT host, has_place, SUM(imported), SUM(repaired), SUM(updated), SUM(there), SUM(skipped) FROM threads
                GROUP BY has_place, host ORDER BY has_place, host LIMIT 1000
                """)
                .Select(row => new ReportHost(
                    row.GetString(0), row.IsTrue(1),
                    new OutcomeCounts(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6)),
                    [.. addresses[(row.GetString(0), row.IsTrue(1))]])),
        ];
    }

    public void Dispose() => _file.Dispose();
}
