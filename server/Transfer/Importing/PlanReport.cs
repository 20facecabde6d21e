using System.Collections;
using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Writes down what becomes of each row of the source: the one place that says it, before anything is written. Beside the plan it holds
/// a bit for each person and some numbers for each thread.
/// </summary>
internal sealed class PlanReport(ScratchFile stage, ReportFile report, Statements site, KnownItems known, PlanComments plan)
{
    private const int AddressesOfHost = 3;
    private const int MostAddresses = 3_000;

    private static readonly int Outcomes = Enum.GetValues<ReportOutcome>().Length;

    // By the thread's number. Of most outcomes there are none.
    private readonly int[]?[] _comments = new int[]?[Outcomes];
    private int _threads;
    // By the person's number: whose comments are imported, and whose are here.
    private BitArray _authors = new(0);
    private BitArray _settled = new(0);
    private string _whyMissing = "";

    public async Task WriteAsync()
    {
        stage.Execute("CREATE INDEX IF NOT EXISTS follows_source ON follows (kind, source)");
        _threads = NumbersOf("threads");
        (_authors, _settled) = (new BitArray(NumbersOf("people")), new BitArray(NumbersOf("people")));
        // Of what could not be read nobody knows whose replies are there.
        _whyMissing = stage.Number("SELECT EXISTS (SELECT 1 FROM skipped WHERE id IS NULL AND (what = 'row' OR what LIKE 'comment%'))") != 0
            ? "The comment it answers is not in the file, or is a row that could not be read; a tombstone stands for it."
            : "The comment it answers is not in the file; a tombstone stands for it.";
        await report.FillAsync(async () =>
        {
            WriteComments();
            WriteThreads();
            WritePages();
            WriteAddresses();
            await WritePeopleAsync();
            foreach (var row in stage.Rows("SELECT kind, place, what, why FROM skipped ORDER BY n"))
            {
                report.Add((ReportKind)row.GetInt32(0), null, row.GetString(1), row.GetString(2), ReportOutcome.Skipped, row.GetString(3));
            }
        });
    }

    private void WriteComments()
    {
        var rows = stage.Rows(
            """
            SELECT c.n, c.id, c.place, c.repairs, t.n, t.why, c.thread, c.person IS NOT NULL AND e.n IS NULL, c.state, e.n, o.note
            FROM comments AS c LEFT JOIN threads AS t ON t.id = c.thread LEFT JOIN people AS e ON e.id = c.person
              LEFT JOIN notes AS o ON o.n = c.n ORDER BY c.n
            """);
        foreach (var row in rows)
        {
            var at = row.GetInt32(0) - 1;
            var isDeleted = row.GetInt32(8) == (int)CommentState.Deleted;
            var isWritten = plan.Tree.Has(at, PlanMarks.Written);
            var (outcome, note) = plan.Skips[at] != SkipReason.None && !isWritten
                ? (ReportOutcome.Skipped, WhySkipped(plan.Skips[at], row.TextOrNull(5), row.GetString(6)))
                : plan.Tree.Has(at, PlanMarks.Known) ? WhatOfKnown(at, row.GetString(3), row.TextOrNull(10))
                : plan.Tree.Has(at, PlanMarks.Dropped) && !isWritten
                ? (ReportOutcome.Skipped, isDeleted ? "It was deleted there, and nothing hangs from it." : "It says nothing, and nothing hangs from it.")
                : WhatOfNew(at, row.GetString(3), row.TextOrNull(10), row.IsTrue(7), isDeleted);
            report.Add(ReportKind.Comment, at + 1, row.GetString(2), $"comment {row.GetString(1)}", outcome, note);
            if (!row.IsDBNull(4))
            {
                (_comments[(int)outcome] ??= new int[_threads])[row.GetInt32(4)]++;
            }

            if (!row.IsDBNull(9) && outcome != ReportOutcome.Skipped)
            {
                var isNew = outcome is ReportOutcome.Imported or ReportOutcome.Repaired || plan.Tree.Has(at, PlanMarks.GetsAuthor);
                (isNew ? _authors : _settled)[row.GetInt32(9)] = true;
            }
        }
    }

    private static string WhySkipped(SkipReason reason, string? whyThread, string thread) => reason switch
    {
        SkipReason.Duplicate => "The file has the same row before.",
        SkipReason.ThreadUnknown when thread.Length == 0 => "It does not say which thread it is of.",
        SkipReason.ThreadUnknown => $"Its thread, {thread}, is not in the file.",
        SkipReason.ThreadSkipped => whyThread ?? "",
        _ => "It was imported before, and is not here any more.",
    };

    private (ReportOutcome Outcome, string Note) WhatOfKnown(int at, string repairs, string? note) => plan.Tree.Has(at, PlanMarks.Updated | PlanMarks.Written)
        ? (ReportOutcome.Updated, $"{repairs} {note}".Trim())
        : (ReportOutcome.AlreadyThere, plan.Tree.Has(at, PlanMarks.ChangedHere) ? "It says something else there by now, but was changed here since." : note ?? "");

    private (ReportOutcome Outcome, string Note) WhatOfNew(int at, string repairs, string? note, bool isAuthorMissing, bool isDeleted)
    {
        List<string> notes = repairs.Length > 0 ? [repairs] : [];
        if (note is not null)
        {
            notes.Add(note);
        }

        Note(PlanMarks.ParentMissing, _whyMissing);
        Note(PlanMarks.ParentSkipped, "The comment it answers is skipped; a tombstone stands for it.");
        Note(PlanMarks.ParentElsewhere, "The comment it answers is of another thread; a tombstone stands for it.");
        Note(PlanMarks.CycleBroken, "It answers itself by way of others; it stands at top level.");
        Note(PlanMarks.TimeMade, "It has no time that can be; it was given that of what is around it.");
        Note(PlanMarks.Renamed, "Another comment has its id; it was given one of its own.");
        if (isAuthorMissing)
        {
            notes.Add("Its author is not in the file; it stands without a name.");
        }

        if (!isDeleted && plan.HasNothingToShow(at))
        {
            notes.Add("It says nothing; a tombstone stands for it, because of its replies.");
        }

        var isRepaired = notes.Count > 0;
        if (isDeleted)
        {
            notes.Add("It was deleted there; a tombstone stands for it, because of its replies.");
        }

        return (isRepaired ? ReportOutcome.Repaired : ReportOutcome.Imported, string.Join(' ', notes));

        void Note(PlanMarks mark, string note)
        {
            if (plan.Tree.Has(at, mark))
            {
                notes.Add(note);
            }
        }
    }

    /// <summary>How large what is held for each row of a table must be, for the rows to be found by their number.</summary>
    private int NumbersOf(string table) => 1 + checked((int)stage.Number($"SELECT COALESCE(MAX(n), 0) FROM {table}")!.Value);

    private long Count(int thread, ReportOutcome outcome) => _comments[(int)outcome]?[thread] ?? 0;

    private void WriteThreads()
    {
        var made = new BitArray(NumbersOf("places"));
        var rows = stage.Rows(
            """
            SELECT t.n, t.id, t.place, t.address, t.why, p.n, p.address, p.target, o.is_update, o.note, t.closed > p.closed, p.is_own
            FROM threads AS t LEFT JOIN places AS p ON p.n = t.site_place LEFT JOIN thread_notes AS o ON o.place = p.n ORDER BY t.n
            """);
        foreach (var row in rows)
        {
            var thread = row.GetInt32(0);
            var (outcome, note) = row.TextOrNull(4) is { } why ? (ReportOutcome.Skipped, why)
                : !row.IsDBNull(7) && !row.IsTrue(11) ? (row.IsTrue(8) ? ReportOutcome.Updated : ReportOutcome.AlreadyThere, row.TextOrNull(9) ?? "")
                : Count(thread, ReportOutcome.Imported) + Count(thread, ReportOutcome.Repaired) == 0 ? (ReportOutcome.Skipped, "It has no comments to import.")
                : made[row.GetInt32(5)] ? (ReportOutcome.Repaired, "Another thread of the file is of the same page; the comments of both are in one.")
                : (ReportOutcome.Imported, "");
            if (outcome == ReportOutcome.Imported)
            {
                made[row.GetInt32(5)] = true;
            }

            if (outcome is ReportOutcome.Imported or ReportOutcome.Repaired && row.IsTrue(10))
            {
                (outcome, note) = (ReportOutcome.Repaired, $"{note} It was closed there; here it is open, as another thread of the same page was.".Trim());
            }

            if (row.IsTrue(11))
            {
                note = $"{note} {row.TextOrNull(9)}".Trim();
            }

            var address = row.TextOrNull(6) ?? row.TextOrNull(3) ?? "";
            report.Add(ReportKind.Thread, thread, row.GetString(2), $"thread {(address.Length > 0 ? address : row.GetString(1))}", outcome, note);
        }
    }

    /// <summary>Threads of one page are one here: what is said of each host's pages is said of them together.</summary>
    private void WritePages()
    {
        var rows = stage.Rows(
            """
            SELECT t.n, t.host, COALESCE(p.address, t.address, ''), p.n
            FROM threads AS t LEFT JOIN places AS p ON p.n = t.site_place ORDER BY t.site_place, t.host, t.n
            """);
        (long? Place, ReportThread Said)? last = null;
        foreach (var row in rows)
        {
            var (thread, host, place) = (row.GetInt32(0), row.TextOrNull(1) ?? "", row.NumberOrNull(3));
            var counts = new OutcomeCounts(
                Count(thread, ReportOutcome.Imported), Count(thread, ReportOutcome.Repaired), Count(thread, ReportOutcome.Updated),
                Count(thread, ReportOutcome.AlreadyThere), Count(thread, ReportOutcome.Skipped));
            if (place is not null && last is { } before && before.Place == place && before.Said.Host == host)
            {
                last = (place, before.Said with { Comments = before.Said.Comments + counts });
                continue;
            }

            Add(last?.Said);
            last = (place, new ReportThread(host, row.GetString(2), place is not null, counts));
        }

        Add(last?.Said);

        void Add(ReportThread? page)
        {
            if (page is not null)
            {
                report.Add(page);
            }
        }
    }

    // Some of each host: what rewriting does to them is seen at them.
    private void WriteAddresses()
    {
        var rows = stage.Rows(
            """
            SELECT host, source, place FROM (
              SELECT COALESCE(t.host, '') AS host, COALESCE(NULLIF(t.address, ''), t.explicit_id, '') AS source, p.address AS place, t.n AS n,
                ROW_NUMBER() OVER (PARTITION BY t.host, p.n IS NULL ORDER BY t.n) AS k
              FROM threads AS t LEFT JOIN places AS p ON p.n = t.site_place)
            WHERE k <= @0 ORDER BY n LIMIT @1
            """,
            AddressesOfHost, MostAddresses);
        foreach (var row in rows)
        {
            report.Add(row.GetString(0), new ReportAddress(row.GetString(1), row.TextOrNull(2)));
        }
    }

    private async Task WritePeopleAsync()
    {
        var hasKnown = await known.AnyAsync(ImportedKind.Person);
        var rows = stage.Rows(
            """
            SELECT n, place, key, github, EXISTS (SELECT 1 FROM follows AS f WHERE f.kind = @0 AND f.source = e.n), github_provider
            FROM people AS e ORDER BY n
            """,
            (int)ImportedKind.Person);
        foreach (var row in rows)
        {
            var item = hasKnown ? await known.FindAsync(ImportedKind.Person, row.GetString(2)) : null;
            var isKnown = item is not null
                || (row.NumberOrNull(3) is { } github && await ImportedPeople.FindAccountAsync(site, row.GetString(5), github) is not null);
            var (outcome, note) = item is { IsOwn: true } ? (ReportOutcome.Imported, "")
                : row.IsTrue(4) || (item is not null && (await known.DoneAsync(ImportedKind.Person, item.TargetId)).Count > 0)
                ? (ReportOutcome.Updated, "Private details of theirs are kept from now on.")
                : isKnown ? (ReportOutcome.AlreadyThere, "")
                : _authors[row.GetInt32(0)] ? (ReportOutcome.Imported, "")
                : _settled[row.GetInt32(0)] ? (ReportOutcome.AlreadyThere, "Their comments are here, and stay whose they are.")
                : (ReportOutcome.Skipped, "No comment of theirs is imported.");
            // Not who: ids of people may be made of their addresses.
            report.Add(ReportKind.Person, row.GetInt64(0), row.GetString(1), "person", outcome, note);
        }
    }
}
