using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Takes back what an import made, some at a time: what it changed of what was here before, comments from the last on, so that replies
/// go before what they answer, then threads, then people. What something hangs from stays, and is listed. Begun again after a kill it
/// finds what is left.
/// </summary>
internal sealed class TakeImportBack(WriteQueue writes, SiteDirectory sites, ThreadChanges changes, TimeProvider clock)
{
    private const int CommentsAStep = 300;
    private const int UpdatesAStep = 100;
    private const int OthersAStep = 50;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);

    /// <summary>What one step came to.</summary>
    /// <param name="Last">The last thing looked at; null if there was none left.</param>
    /// <param name="Looked">How many things were looked at.</param>
    /// <param name="Kept">What stays.</param>
    private sealed record Step(long? Last, int Looked, IReadOnlyList<KeptRow> Kept);

    /// <summary>Takes all back that can be.</summary>
    /// <param name="import">The import.</param>
    /// <param name="report">Its report: what stays is noted there.</param>
    /// <param name="progress">Told how many things have been looked at.</param>
    /// <param name="cancellationToken">Stops it between two steps.</param>
    public async Task HandleAsync(Import import, ReportFile report, Action<long> progress, CancellationToken cancellationToken)
    {
        report.ForgetKept();
        var done = 0L;
        await StepsAsync(long.MaxValue, (write, before) => UpdatesAsync(write, import, before));
        await StepsAsync(long.MaxValue, (write, before) => CommentsAsync(write, import, before));
        await StepsAsync(0, (write, after) => ThreadsAsync(write, import, after));
        await StepsAsync(0, (write, after) => PeopleAsync(write, import, after));

        async Task StepsAsync(long from, Func<WriteScope, long, Task<Step>> step)
        {
            for (long? at = from; at is { } place;)
            {
                var taken = await writes.RunAsync<Step>(async write => await step(write, place), cancellationToken);
                if (taken.Value is not { } outcome)
                {
                    // More to write than the server can: those who wait for an answer come first.
                    await Task.Delay(BusyPause, clock, cancellationToken);
                    continue;
                }

                foreach (var kept in outcome.Kept)
                {
                    report.Keep(kept);
                }

                (at, done) = (outcome.Last, done + outcome.Looked);
                progress(done);
            }
        }
    }

    private async Task<Step> UpdatesAsync(WriteScope write, Import import, long before)
    {
        var updates = await write.Database.ImportUpdates.AsNoTracking().Where(u => u.ImportId == import.Id && u.Id < before)
            .OrderByDescending(u => u.Id).Take(UpdatesAStep).ToListAsync();
        var (reversal, kept) = (new UpdateReversal(write, import), new List<KeptRow>());
        foreach (var update in updates)
        {
            if (await reversal.ReverseAsync(update) is { } row)
            {
                kept.Add(row);
            }
        }

        await reversal.Counts.WriteAsync(write.Statements);
        var site = (await sites.FindAsync(import.SiteId, CancellationToken.None))!;
        foreach (var thread in reversal.Threads)
        {
            var row = await write.Statements.RowAsync("""SELECT "Key", "PageAddress" FROM "Threads" WHERE "Id" = @0""", thread);
            await changes.StepAsync(write, new ThreadPlace(site, new PageUrl((string)row![0]!, (string)row[1]!)), thread);
        }

        return new Step(updates.Count == 0 ? null : updates[^1].Id, updates.Count, kept);
    }

    private async Task<Step> CommentsAsync(WriteScope write, Import import, long before)
    {
        var ids = await IdsAsync(
            write, """SELECT "TargetId" FROM "ImportedItems" WHERE "ImportId" = @0 AND "Kind" = @1 AND "TargetId" < @2 ORDER BY "TargetId" DESC""",
            import, ImportedKind.Comment, before, CommentsAStep);
        var (removal, kept) = (new CommentRemoval(write, import), new List<KeptRow>());
        foreach (var id in ids)
        {
            if (await removal.RemoveAsync(id) is { } why)
            {
                kept.Add(new KeptRow((await KeptText.FindAsync(write.Statements, ImportedKind.Comment, id))!, why));
            }
        }

        await removal.Counts.WriteAsync(write.Statements);
        var site = (await sites.FindAsync(import.SiteId, CancellationToken.None))!;
        foreach (var (threadId, (key, address)) in removal.Threads)
        {
            await changes.StepAsync(write, new ThreadPlace(site, new PageUrl(key, address)), threadId);
        }

        return new Step(ids.Count == 0 ? null : ids[^1], ids.Count, kept);
    }

    private async Task<Step> ThreadsAsync(WriteScope write, Import import, long after)
    {
        var ids = await IdsAsync(
            write, """SELECT DISTINCT "TargetId" FROM "ImportedItems" WHERE "ImportId" = @0 AND "Kind" = @1 AND "TargetId" > @2 ORDER BY "TargetId" """,
            import, ImportedKind.Thread, after, OthersAStep);
        var (keys, kept) = (new List<string>(), new List<KeptRow>());
        // No index has them: read once a step.
        var aliased = Numbers(await write.Statements.RowAsync(
            """SELECT json_group_array("AliasOfId") FROM "Threads" WHERE "SiteId" = @0 AND "AliasOfId" IS NOT NULL""", import.SiteId));
        foreach (var id in ids)
        {
            var row = await write.Statements.RowAsync(
                """
                SELECT "Key", "PageAddress", EXISTS (SELECT 1 FROM "Comments" WHERE "ThreadId" = t."Id"), "AliasOfId" IS NOT NULL,
                  "DeletedAt" IS NOT NULL, "Note" <> '' OR "SlowModeMinutes" <> 0 OR ("StaysOpen" AND NOT "IsClosed")
                FROM "Threads" AS t WHERE "Id" = @0
                """,
                id);
            if (row is not [string key, string address, long hasComments, long isMoved, long isDeleted, long isChanged])
            {
                continue;
            }

            var why = hasComments != 0 ? "Comments that stay are in it."
                : isMoved != 0 || aliased.Contains(id) ? "It was moved or merged here."
                : isDeleted != 0 ? "It was deleted here, which may be undone."
                : isChanged != 0 ? "A moderator has changed it."
                : null;
            if (why is not null)
            {
                kept.Add(new KeptRow($"thread {address}", why));
                continue;
            }

            await write.Statements.ExecuteAsync("""DELETE FROM "Threads" WHERE "Id" = @0""", id);
            await ForgetAsync(write, import, ImportedKind.Thread, id);
            keys.Add(key);
        }

        if (keys.Count > 0)
        {
            await changes.StepAsync(write, import.SiteId, keys);
        }

        return new Step(ids.Count == 0 ? null : ids[^1], ids.Count, kept);
    }

    private static async Task<Step> PeopleAsync(WriteScope write, Import import, long after)
    {
        var ids = await IdsAsync(
            write, """SELECT DISTINCT "TargetId" FROM "ImportedItems" WHERE "ImportId" = @0 AND "Kind" = @1 AND "TargetId" > @2 ORDER BY "TargetId" """,
            import, ImportedKind.Person, after, OthersAStep);
        var kept = new List<KeptRow>();
        foreach (var id in ids)
        {
            var row = await write.Statements.RowAsync(
                """
                SELECT EXISTS (SELECT 1 FROM "Comments" WHERE "CommenterId" = c."Id") OR EXISTS (SELECT 1 FROM "ImportedItems" WHERE "PersonId" = c."Id"),
                  EXISTS (SELECT 1 FROM "ImportUpdates" WHERE "AuthorId" = c."Id"),
                  EXISTS (SELECT 1 FROM "Accounts" WHERE "CommenterId" = c."Id" AND "UsedAt" > 0)
                    OR EXISTS (SELECT 1 FROM "Sessions" WHERE "CommenterId" = c."Id"),
                  EXISTS (SELECT 1 FROM "Bans" WHERE "CommenterId" = c."Id") OR EXISTS (SELECT 1 FROM "PersonNotes" WHERE "CommenterId" = c."Id")
                    OR EXISTS (SELECT 1 FROM "RoleGrants" WHERE "CommenterId" = c."Id")
                FROM "Commenters" AS c WHERE "Id" = @0
                """,
                id);
            var why = row is not [long hasComments, long getsBack, long hasSignedIn, long hasStanding] ? null
                : hasComments != 0 ? "Comments of theirs stay."
                : getsBack != 0 ? "Undoing a later import would give them a comment back."
                : hasSignedIn != 0 ? "They have signed in."
                : hasStanding != 0 ? "A role, a ban or a note is theirs."
                : null;
            if (why is not null)
            {
                kept.Add(new KeptRow((await KeptText.FindAsync(write.Statements, ImportedKind.Person, id))!, why));
                continue;
            }

            await write.Statements.ExecuteAsync("""DELETE FROM "Commenters" WHERE "Id" = @0""", id);
            await ForgetAsync(write, import, ImportedKind.Person, id);
        }

        return new Step(ids.Count == 0 ? null : ids[^1], ids.Count, kept);
    }

    private static async Task ForgetAsync(WriteScope write, Import import, ImportedKind kind, long id)
    {
        await write.Statements.ExecuteAsync(
            """DELETE FROM "ImportedItems" WHERE "ImportId" = @0 AND "Kind" = @1 AND "TargetId" = @2""", import.Id, (int)kind, id);
        await ImportUpdates.ForgetAsync(write.Statements, kind, id);
    }

    private static async Task<List<long>> IdsAsync(WriteScope write, string query, Import import, ImportedKind kind, long from, int most)
    {
        // As JSON: statements answer one row.
        var row = await write.Statements.RowAsync($"""SELECT json_group_array("TargetId") FROM ({query} LIMIT {most})""", import.Id, (int)kind, from);
        return [.. Numbers(row)];
    }

    private static List<long> Numbers(object?[]? row) => JsonSerializer.Deserialize<List<long>>((string)row![0]!)!;
}
