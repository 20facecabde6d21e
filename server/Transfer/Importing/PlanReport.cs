using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>Writes down what becomes of each row of the source: the one place that says it, before anything is written.</summary>
internal sealed class PlanReport(ScratchFile stage, ReportFile report, Statements site, KnownItems known, PlanComments plan)
{
    private readonly Dictionary<long, long[]> _byThread = [];

    public async Task WriteAsync()
    {
        stage.Execute("CREATE INDEX IF NOT EXISTS follows_source ON follows (kind, source)");
        await report.FillAsync(async () =>
        {
            WriteComments();
            WriteThreads();
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
            SELECT c.n, c.id, c.place, c.repairs, t.n, t.why, c.thread, c.person IS NOT NULL AND e.n IS NULL, c.state, o.note
            FROM comments AS c LEFT JOIN threads AS t ON t.id = c.thread LEFT JOIN people AS e ON e.id = c.person LEFT JOIN notes AS o ON o.n = c.n ORDER BY c.n
            """);
        foreach (var row in rows)
        {
            var at = row.GetInt32(0) - 1;
            var isDeleted = row.GetInt32(8) == (int)CommentState.Deleted;
            var (outcome, note) = plan.Skips[at] != SkipReason.None
                ? (ReportOutcome.Skipped, WhySkipped(plan.Skips[at], row.TextOrNull(5), row.GetString(6)))
                : plan.Tree.Has(at, PlanMarks.Known) ? WhatOfKnown(at, row.TextOrNull(9))
                : plan.Tree.Has(at, PlanMarks.Dropped)
                ? (ReportOutcome.Skipped, isDeleted ? "It was deleted there, and nothing hangs from it." : "It says nothing, and nothing hangs from it.")
                : WhatOfNew(at, row.GetString(3), row.TextOrNull(9), row.IsTrue(7), isDeleted);
            report.Add(ReportKind.Comment, at + 1, row.GetString(2), $"comment {row.GetString(1)}", outcome, note);
            if (row.NumberOrNull(4) is { } thread)
            {
                if (!_byThread.TryGetValue(thread, out var counts))
                {
                    _byThread.Add(thread, counts = new long[5]);
                }

                counts[(int)outcome]++;
            }
        }
    }

    private static string WhySkipped(SkipReason reason, string? whyThread, string thread) => reason switch
    {
        SkipReason.Duplicate => "The file has the same row before.",
        SkipReason.ThreadUnknown => $"Its thread, {thread}, is not in the file.",
        SkipReason.ThreadSkipped => whyThread ?? "",
        _ => "It was imported before, and is not here any more.",
    };

    private (ReportOutcome Outcome, string Note) WhatOfKnown(int at, string? note) => plan.Tree.Has(at, PlanMarks.Updated)
        ? (ReportOutcome.Updated, note ?? "")
        : (ReportOutcome.AlreadyThere, plan.Tree.Has(at, PlanMarks.ChangedHere) ? "It says something else there by now, but was changed here since." : note ?? "");

    private (ReportOutcome Outcome, string Note) WhatOfNew(int at, string repairs, string? note, bool isAuthorMissing, bool isDeleted)
    {
        List<string> notes = repairs.Length > 0 ? [repairs] : [];
        if (note is not null)
        {
            notes.Add(note);
        }

        Note(PlanMarks.ParentMissing, "The comment it answers is not in the file; a tombstone stands for it.");
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

    private void WriteThreads()
    {
        var rows = stage.Rows(
            """
            SELECT t.n, t.id, t.place, t.address, t.why, t.host, p.address, p.target, EXISTS (SELECT 1 FROM plan AS c WHERE c.place = p.n AND c.p IS NOT NULL),
              o.is_update, o.note
            FROM threads AS t LEFT JOIN places AS p ON p.n = t.site_place LEFT JOIN thread_notes AS o ON o.place = p.n ORDER BY t.n
            """);
        stage.Execute("CREATE INDEX IF NOT EXISTS plan_place ON plan (place)");
        foreach (var row in rows)
        {
            var (outcome, note) = row.TextOrNull(4) is { } why ? (ReportOutcome.Skipped, why)
                : row.NumberOrNull(7) is not null ? (row.IsTrue(9) ? ReportOutcome.Updated : ReportOutcome.AlreadyThere, row.TextOrNull(10) ?? "")
                : row.IsTrue(8) ? (ReportOutcome.Imported, "")
                : (ReportOutcome.Skipped, "It has no comments to import.");
            var address = row.TextOrNull(6) ?? row.TextOrNull(3) ?? "";
            report.Add(ReportKind.Thread, row.GetInt64(0), row.GetString(2), $"thread {(address.Length > 0 ? address : row.GetString(1))}", outcome, note);
            var counts = _byThread.GetValueOrDefault(row.GetInt64(0)) ?? new long[5];
            report.Add(new ReportThread(
                row.TextOrNull(5) ?? "", address, row.TextOrNull(6) is not null,
                new OutcomeCounts(counts[0], counts[1], counts[2], counts[3], counts[4])));
        }
    }

    private async Task WritePeopleAsync()
    {
        var hasKnown = await known.AnyAsync(ImportedKind.Person);
        var rows = stage.Rows(
            """
            SELECT n, place, key, github,
              EXISTS (SELECT 1 FROM comments AS c JOIN plan AS p ON p.n = c.n WHERE c.person = e.id AND p.p IS NOT NULL AND p.is_update = 0),
              EXISTS (SELECT 1 FROM follows AS f WHERE f.kind = @0 AND f.source = e.n)
            FROM people AS e ORDER BY n
            """,
            (int)ImportedKind.Person);
        foreach (var row in rows)
        {
            var isKnown = (hasKnown && await known.FindAsync(ImportedKind.Person, row.GetString(2)) is not null)
                || (row.NumberOrNull(3) is { } github && await ImportedPeople.FindAccountAsync(site, github) is not null);
            var (outcome, note) = row.IsTrue(5) ? (ReportOutcome.Updated, "Private details of theirs are kept from now on.")
                : isKnown ? (ReportOutcome.AlreadyThere, "")
                : row.IsTrue(4) ? (ReportOutcome.Imported, "")
                : (ReportOutcome.Skipped, "No comment of theirs is imported.");
            // Not who: ids of people may be made of their addresses.
            report.Add(ReportKind.Person, row.GetInt64(0), row.GetString(1), "person", outcome, note);
        }
    }
}
