using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds out which threads and people that are here follow the source: threads that an import of it made and nobody here has closed or
/// opened since, and people whose private details are wanted now and were not before.
/// </summary>
internal sealed class PlanFollowing(ScratchFile stage, Statements site, KnownItems known, long siteId)
{
    private HashSet<long>? _acted;

    /// <param name="keepsPrivate">Whether private details are wanted.</param>
    /// <param name="turns">How many turns comments have.</param>
    public async Task RunAsync(bool keepsPrivate, long turns)
    {
        stage.Execute("BEGIN");
        foreach (var row in stage.Rows("SELECT n, target, closed FROM places WHERE target IS NOT NULL ORDER BY n"))
        {
            await FollowThreadAsync(row.GetInt64(0), row.GetInt64(1), row.IsTrue(2));
        }

        if (keepsPrivate)
        {
            stage.Execute("CREATE INDEX IF NOT EXISTS comments_person ON comments (person)");
            if (await known.AnyAsync(ImportedKind.Person))
            {
                await FollowPeopleAsync();
            }
        }

        // Each has a turn, when all comments have had theirs.
        stage.Execute("UPDATE follows SET p = @0 + n - 1", turns);
        stage.Execute("COMMIT");
    }

    private async Task FollowThreadAsync(long place, long thread, bool isClosed)
    {
        var (wasClosed, stays) = await site.RowAsync("""SELECT "IsClosed", "StaysOpen" FROM "Threads" WHERE "Id" = @0""", thread) is [long closed, long open]
            ? (closed != 0, open != 0) : (isClosed, false);
        // One that its age has closed opens when its site lets threads grow older, not before.
        if (wasClosed == isClosed || (wasClosed && !stays))
        {
            if ((await known.DoneAsync(ImportedKind.Thread, thread)).Any(change => change.Has(nameof(CommentThread.IsClosed))))
            {
                Note(place, isUpdate: true, Followed(isClosed));
            }

            return;
        }

        var why = !await IsOfSourceAsync(place, thread) ? "it was here before." : await HasActAsync(thread) ? "a moderator has opened it." : null;
        if (why is null)
        {
            stage.Execute(
                "INSERT INTO follows (kind, source, target, closes) VALUES (@0, @1, @2, @3)", (int)ImportedKind.Thread, place, thread, isClosed ? 1 : 0);
            Note(place, isUpdate: true, Followed(isClosed));
        }
        else if (isClosed)
        {
            Note(place, isUpdate: false, $"It is closed there. Here it stays open: {why}");
        }
    }

    private static string Followed(bool isClosed) => isClosed ? "It is closed there by now, and so here." : "It is open there again, and so here.";

    private void Note(long place, bool isUpdate, string note) =>
        stage.Execute("INSERT INTO thread_notes (place, is_update, note) VALUES (@0, @1, @2)", place, isUpdate ? 1 : 0, note);

    // Only where it is that very thread: one that it was merged into was here before, and so was all that an export of this very site has.
    private async Task<bool> IsOfSourceAsync(long place, long thread)
    {
        foreach (var id in stage.Rows("SELECT id FROM threads WHERE site_place = @0", place).Select(row => row.GetString(0)).ToList())
        {
            if (await known.FindThreadItselfAsync(id) is null && (await known.FindAsync(ImportedKind.Thread, id))?.TargetId == thread)
            {
                return true;
            }
        }

        return false;
    }

    // No index has them: read once.
    private async Task<bool> HasActAsync(long thread) => (_acted ??= JsonSerializer.Deserialize<HashSet<long>>((string)(await site.RowAsync(
        """
        SELECT json_group_array("ThreadId") FROM "ModerationLog"
        WHERE "SiteId" = @0 AND "ThreadId" IS NOT NULL AND "Act" IN (@1, @2) AND "UndoneAt" IS NULL
        """,
        siteId, ActWord.ThreadClosed, ActWord.ThreadOpened))![0]!)!).Contains(thread);

    private async Task FollowPeopleAsync()
    {
        foreach (var row in stage.Rows("SELECT n, key, mailbox IS NOT NULL, email IS NOT NULL FROM people WHERE github IS NULL ORDER BY n"))
        {
            var person = row.GetInt64(0);
            if (await known.FindAsync(ImportedKind.Person, row.GetString(1)) is { } item
                && await site.RowAsync("""SELECT "Mailbox", "Email", "NetworkAddress" FROM "ImportedPeople" WHERE "CommenterId" = @0""", item.TargetId)
                    is [var mailbox, var email, var network]
                && ((mailbox is null && row.IsTrue(2)) || (email is null && row.IsTrue(3))
                    || (network is null && ImportedPeople.LastNetwork(stage, person) is not null)))
            {
                stage.Execute("INSERT INTO follows (kind, source, target) VALUES (@0, @1, @2)", (int)ImportedKind.Person, person, item.TargetId);
            }
        }
    }
}
