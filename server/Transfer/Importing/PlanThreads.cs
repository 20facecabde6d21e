using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>Finds the place of each of the source's threads at the site. Several of one place are one thread.</summary>
internal sealed class PlanThreads(ScratchFile stage, Statements site, KnownItems known, Site at, IReadOnlyList<AddressRewrite> rewrites)
{
    private sealed record Staged(long N, string Id, string? Address, string? ExplicitId, string Title, bool IsClosed, long? Created);

    private sealed record Found(long? Target, string Key, string Address, bool IsOwn = false);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var hasKnown = await known.AnyAsync(ImportedKind.Thread);
        stage.Execute("BEGIN");
        foreach (var row in stage.Rows("SELECT n, id, address, explicit_id, title, closed, created FROM threads ORDER BY n"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var thread = new Staged(
                row.GetInt64(0), row.GetString(1), row.TextOrNull(2), row.TextOrNull(3), row.TextOrNull(4) ?? "", row.IsTrue(5), row.NumberOrNull(6));
            await PlaceAsync(thread, hasKnown);
        }

        stage.Execute("CREATE INDEX IF NOT EXISTS threads_site_place ON threads (site_place)");
        // Of several threads of one page those with comments say whether it is closed: where one of them is open, it is not.
        stage.Execute(
            """
            UPDATE places SET closed = s.closed FROM (
              SELECT site_place AS n, MIN(closed) AS closed FROM threads
              WHERE site_place IN (SELECT site_place FROM threads GROUP BY site_place HAVING MIN(closed) < MAX(closed)) AND id IN (SELECT thread FROM comments)
              GROUP BY site_place) AS s
            WHERE places.n = s.n
            """);
        stage.Execute("COMMIT");
    }

    private async Task PlaceAsync(Staged thread, bool hasKnown)
    {
        var address = ThreadAddress.Of(thread.Address, thread.ExplicitId, at, rewrites);
        // What was imported is followed to where it is now, whatever has become of its address.
        var earlier = await known.FindThreadItselfAsync(thread.Id) ?? (hasKnown ? await known.FindAsync(ImportedKind.Thread, thread.Id) : null);
        var (found, why) = earlier is null ? default : await FollowAsync(earlier);
        if (found is null && why is null)
        {
            found = address.Page is { } page ? await FindAsync(page) : null;
            why = address.Why;
        }

        stage.Execute(
            "UPDATE threads SET host = @1, site_place = @2, why = @3 WHERE n = @0", thread.N, address.Host, found is null ? null : Add(thread, found), why);
    }

    private long Add(Staged thread, Found found)
    {
        stage.Execute(
            """
            INSERT INTO places (key, address, title, closed, created, target, is_own) VALUES (@0, @1, @2, @3, @4, @5, @6)
            ON CONFLICT (key) DO UPDATE SET title = CASE title WHEN '' THEN excluded.title ELSE title END, closed = min(closed, excluded.closed),
              created = min(COALESCE(created, excluded.created), COALESCE(excluded.created, created))
            """,
            found.Key, found.Address, thread.Title, thread.IsClosed ? 1 : 0, thread.Created, found.Target, found.IsOwn ? 1 : 0);
        return stage.Number("SELECT n FROM places WHERE key = @0", found.Key)!.Value;
    }

    private async Task<(Found? Found, string? Why)> FollowAsync(KnownItems.Item earlier)
    {
        var row = await site.RowAsync(
            """
            SELECT t."Id", t."Key", t."PageAddress", t."DeletedAt" FROM "Threads" AS a
            JOIN "Threads" AS t ON t."Id" = COALESCE(a."AliasOfId", a."Id") WHERE a."Id" = @0
            """,
            earlier.TargetId);
        return row switch
        {
            // What this import had brought before it was deleted here was imported all the same.
            [long id, string key, string address, var deletedAt] when deletedAt is null || earlier.IsOwn => (new Found(id, key, address, earlier.IsOwn), null),
            [_, _, _, not null] => (null, earlier.IsItself ? "It was deleted here since." : "It was imported before, and deleted here since."),
            _ => (null, null),
        };
    }

    private async Task<Found> FindAsync(Threads.PageUrl page) =>
        await site.RowAsync(
            """
            SELECT t."Id", t."Key", t."PageAddress" FROM "Threads" AS a JOIN "Threads" AS t ON t."Id" = COALESCE(a."AliasOfId", a."Id")
            WHERE a."SiteId" = @0 AND a."Key" = @1
            """,
            at.Id, page.Key) is [long id, string key, string address]
            ? new Found(id, key, address)
            : new Found(null, page.Key, page.Address);
}
