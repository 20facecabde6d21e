using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>One write of an import: comments, and what they are the first to need of threads and people.</summary>
internal sealed class ImportBatch(
    WriteScope write, Import import, Site site, ScratchFile stage, ReportFile report, ThreadVersions versions, ThreadChanges changes, ErasedAccounts erased,
    DateTimeOffset now)
{
    private const string TargetOfComment = "UPDATE plan SET target = @1, target_p = @2 WHERE n = @0";

    private readonly ThreadCounts _counts = new();
    private readonly NewComments _new = new(write.Statements);
    private readonly ImportedPeople _people = new(write, import, stage, erased, now);
    private readonly Dictionary<long, long> _written = [];
    private readonly Dictionary<long, BatchThread?> _threads = [];
    private readonly Dictionary<long, long> _places = [];
    private readonly List<(string Sql, long N, long Target, long Turn)> _targets = [];

    private sealed record BatchThread(long Id, string Key, string PageAddress, bool IsDeleted);

    private Statements Statements => write.Statements;

    public async Task WriteAsync(IReadOnlyList<PlannedRow> rows)
    {
        var updates = new CommentUpdates(write, import, stage, report, _people, _counts);
        foreach (var row in rows)
        {
            if (row.Target is { } target)
            {
                if (await updates.WriteAsync(row, target) is { } threadId)
                {
                    await FindThreadAsync(threadId);
                }
            }
            else
            {
                await InsertAsync(row);
            }
        }

        await _new.WriteAsync();
        await _counts.WriteAsync(Statements);
        foreach (var thread in _threads.Values.OfType<BatchThread>().DistinctBy(thread => thread.Id).Where(thread => !thread.IsDeleted))
        {
            var place = new ThreadPlace(site, new PageUrl(thread.Key, thread.PageAddress));
            await changes.StepAsync(write, place, thread.Id, isForModerators: false);
        }

        await Statements.ExecuteAsync("""UPDATE "Imports" SET "Position" = @1 WHERE "Id" = @0""", import.Id, rows[^1].Turn + 1);
        // Before the database's own commit: a turn that it does not know of is forgotten here (WriteImport).
        stage.Execute("BEGIN");
        _targets.ForEach(target => stage.Execute(target.Sql, target.N, target.Target, target.Turn));
        stage.Execute("COMMIT");
    }

    private async Task InsertAsync(PlannedRow row)
    {
        // Since it was planned another import may have brought it.
        if (await Statements.RowAsync(
            """SELECT "TargetId" FROM "ImportedItems" WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2 AND "SourceKey" = @3""",
            import.SiteId, import.Format, (int)ImportedKind.Comment, SourceKey.Of(row.Key)) is [long there])
        {
            _written[row.N] = there;
            _targets.Add((TargetOfComment, row.N, there, row.Turn));
            report.Change(row.N, ReportOutcome.AlreadyThere, "Another import has brought it meanwhile.");
            return;
        }

        var parent = (row.Parent is { } n && _written.TryGetValue(n, out var inBatch) ? inBatch : row.ParentTarget) is { } parentId
            ? await FindParentAsync(parentId) : null;
        if (row.Parent is not null && parent is null)
        {
            report.Change(row.N, ReportOutcome.Repaired, "The comment it answers is gone since; it stands at top level.");
        }

        var thread = await FindThreadAsync(parent?.ThreadId ?? await ThreadIdOfAsync(row));
        if (thread is not { IsDeleted: false })
        {
            report.Change(row.N, ReportOutcome.Skipped, "Its thread was deleted here meanwhile.");
            return;
        }

        var author = await _people.AuthorOfAsync(row);
        var comment = New(row, author, thread.Id, parent, await _new.NextIdAsync(), await _new.NextNumberAsync(thread.Id, parent));
        var item = new ImportedItem
        {
            SiteId = import.SiteId,
            Source = import.Format,
            Kind = ImportedKind.Comment,
            SourceKey = SourceKey.Of(row.Key),
            TargetId = comment.Id,
            ImportId = import.Id,
            PersonId = author.PersonId,
            ContentHash = row.Hash,
        };
        _new.Add(comment, item, row.IsPinned && comment.State == CommentState.Published);
        _written[row.N] = comment.Id;
        _counts.Add(comment, comment.State == CommentState.Published ? 1 : 0);
        _targets.Add((TargetOfComment, row.N, comment.Id, row.Turn));
    }

    private Comment New(PlannedRow row, ImportedAuthor author, long threadId, Comment? parent, long id, int number)
    {
        var postedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.PostedAt);
        return new Comment
        {
            Id = id,
            SiteId = site.Id,
            ThreadId = threadId,
            ParentId = parent?.Id,
            RootId = parent is null ? null : parent.RootId ?? parent.Id,
            Path = parent is null ? "" : ReplyPath.Of(parent, number),
            Depth = parent is null ? 0 : parent.Depth + 1,
            Number = number,
            CommenterId = author.CommenterId,
            DraftId = Guid.CreateVersion7(now),
            PostedAt = postedAt,
            UpVotes = row.UpVotes,
            DownVotes = row.DownVotes,
            Score = CommentOrder.Score(row.UpVotes, row.DownVotes),
            HeldFor = row.Said.HeldFor,
            TextHash = row.TextHash,
        }.Write(row.Body, row.BodyHtml, row.State).Date(
            row.State == CommentState.Deleted ? null : TimeOf(row.EditedAt), row.State == CommentState.Deleted ? TimeOf(row.EditedAt) ?? postedAt : null);
    }

    private static DateTimeOffset? TimeOf(long? time) => time is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    private async Task<Comment?> FindParentAsync(long id) =>
        _new.Find(id) is { } ofThisWrite ? ofThisWrite
        : await Statements.RowAsync("""SELECT "ThreadId", "RootId", "Path", "Depth" FROM "Comments" WHERE "Id" = @0""", id)
            is [long threadId, var rootId, string path, long depth]
            ? new Comment { Id = id, ThreadId = threadId, RootId = (long?)rootId, Path = path, Depth = (int)depth }
            : null;

    private async Task<BatchThread?> FindThreadAsync(long id)
    {
        if (!_threads.TryGetValue(id, out var thread))
        {
            thread = await Statements.RowAsync("""SELECT "Key", "PageAddress", "DeletedAt" FROM "Threads" WHERE "Id" = @0""", id)
                is [string key, string address, var deletedAt] ? new BatchThread(id, key, address, deletedAt is not null) : null;
            _threads.Add(id, thread);
        }

        return thread;
    }

    private async Task<long> ThreadIdOfAsync(PlannedRow row)
    {
        var place = row.Place;
        if (place.Target is { } target || _places.TryGetValue(place.N, out target))
        {
            // It may have been merged into another since it was found.
            return await Statements.RowAsync("""SELECT COALESCE("AliasOfId", "Id") FROM "Threads" WHERE "Id" = @0""", target) is [long id] ? id : 0;
        }

        var found = await Statements.RowAsync(
            """SELECT COALESCE("AliasOfId", "Id") FROM "Threads" WHERE "SiteId" = @0 AND "Key" = @1""", site.Id, place.Key);
        var made = found is [long there] ? there : await MakeThreadAsync(place, row.PostedAt);
        _places[place.N] = made;
        _targets.Add(("UPDATE places SET target = @1, target_p = @2 WHERE n = @0", place.N, made, row.Turn));
        return made;
    }

    private async Task<long> MakeThreadAsync(PlannedPlace place, long firstAt)
    {
        var id = await Statements.InsertAsync(new CommentThread
        {
            SiteId = site.Id,
            Key = place.Key,
            PageAddress = place.Address,
            Title = place.Title,
            IsClosed = place.IsClosed,
            // Somebody closed it there: no age opens it again.
            StaysOpen = place.IsClosed,
            Version = Math.Max(0, versions.Of(site.Id, place.Key).Version),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(place.Created ?? firstAt, firstAt)),
        });
        foreach (var source in stage.Rows("SELECT id FROM threads WHERE site_place = @0", place.N))
        {
            await Statements.ExecuteAsync(
                """
                INSERT OR IGNORE INTO "ImportedItems" ("SiteId", "Source", "Kind", "SourceKey", "TargetId", "ImportId", "ContentHash", "Revision")
                VALUES (@0, @1, @2, @3, @4, @5, 0, 0)
                """,
                site.Id, import.Format, (int)ImportedKind.Thread, source.GetString(0), id, import.Id);
        }

        return id;
    }
}
