using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>Somebody of the source, as they were read. Who has a number at a GitHub has the provider that it is here.</summary>
internal sealed record StagedPerson(
    long N, string Key, string Name, long? GitHubId, string? GitHubLogin, string? GitHubLoginHash, string? Mailbox, string? Website, string? Email,
    string? GitHubProvider);

/// <summary>Who people of a source are here.</summary>
/// <param name="CommenterId">Who has their comments now.</param>
/// <param name="PersonId">The <see cref="ImportedPerson"/> they came under; null where an account says who they are.</param>
internal sealed record ImportedAuthor(long CommenterId, long? PersonId);

/// <summary>
/// Finds who somebody of a source is here, or makes them. Whose GitHub account is known is whoever signs in with it; everybody else
/// is a commenter nobody signs in as, until somebody claims their comments.
/// </summary>
internal sealed class ImportedPeople(WriteScope write, Import import, ScratchFile stage, ErasedAccounts erased, DateTimeOffset now)
{
    // Asked anew in each batch: they may have gone meanwhile, or have been claimed.
    private readonly Dictionary<long, ImportedAuthor> _authors = [];
    private ImportedAuthor? _former;

    /// <summary>Who has an account of a GitHub here; null if nobody.</summary>
    public static async Task<long?> FindAccountAsync(Statements site, string provider, long gitHubId) =>
        await site.RowAsync(
            """SELECT "CommenterId" FROM "Accounts" WHERE "Subject" = @0 AND "Provider" = @1""",
            gitHubId.ToString(CultureInfo.InvariantCulture), provider) is [long id] ? id : null;

    /// <summary>The network address that somebody last wrote from; null where it is not kept.</summary>
    /// <param name="stage">The working file, planned.</param>
    /// <param name="person">Their number in it.</param>
    public static string? LastNetwork(ScratchFile stage, long person) => stage.Rows(
        """
        SELECT c.network FROM people AS e JOIN comments AS c ON c.person = e.id WHERE e.n = @0 AND c.network <> '' ORDER BY c.posted DESC, c.n LIMIT 1
        """,
        person).Select(row => row.GetString(0)).FirstOrDefault();

    /// <summary>Whose a comment is; of a tombstone, and where the source does not say, the one who stands for all who are gone.</summary>
    public async Task<ImportedAuthor> AuthorOfAsync(PlannedRow row)
    {
        if (row.State == CommentState.Deleted || row.Person is not { } person)
        {
            return _former ??= await FormerAsync();
        }

        if (!_authors.TryGetValue(person.N, out var author))
        {
            author = await FindOrMakeAsync(person, DateTimeOffset.FromUnixTimeMilliseconds(row.PostedAt));
            _authors.Add(person.N, author);
        }

        return author;
    }

    private async Task<ImportedAuthor> FormerAsync()
    {
        var former = await write.Statements.RowAsync("""SELECT "Id" FROM "Commenters" WHERE "Kind" = @0""", (int)CommenterKind.Former);
        return new ImportedAuthor(
            former is [long id] ? id : await write.Statements.InsertAsync(new Commenter { Kind = CommenterKind.Former, Name = "", CreatedAt = now }), null);
    }

    /// <summary>Who somebody is.</summary>
    /// <param name="person">As the source says.</param>
    /// <param name="firstAt">When they first wrote.</param>
    private async Task<ImportedAuthor> FindOrMakeAsync(StagedPerson person, DateTimeOffset firstAt)
    {
        if (person is { GitHubId: { } gitHub, GitHubProvider: { } provider })
        {
            return await FindAccountAsync(write.Statements, provider, gitHub) is { } here ? new ImportedAuthor(here, null)
                : await IsErasedAsync(provider, gitHub) ? await FormerAsync()
                : new ImportedAuthor(await MakeAccountAsync(person, provider, gitHub, firstAt), null);
        }

        var known = await write.Statements.RowAsync(
            """
            SELECT i."TargetId", p."ClaimedById" FROM "ImportedItems" AS i JOIN "ImportedPeople" AS p ON p."CommenterId" = i."TargetId"
            WHERE i."SiteId" = @0 AND i."Source" = @1 AND i."Kind" = @2 AND i."SourceKey" = @3
            """,
            import.SiteId, import.Format, (int)ImportedKind.Person, person.Key);
        if (known is not null)
        {
            return new ImportedAuthor((long?)known[1] ?? (long)known[0]!, (long)known[0]!);
        }

        var id = await write.Statements.InsertAsync(new Commenter { Kind = CommenterKind.Imported, Name = person.Name, CreatedAt = firstAt });
        await write.Statements.ExecuteAsync(
            """
            INSERT INTO "ImportedPeople" ("CommenterId", "SiteId", "ImportId", "GitHubLogin", "GitHubLoginHash", "Mailbox", "Website", "Email", "NetworkAddress")
            VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8)
            """,
            id, import.SiteId, import.Id, person.GitHubLogin, person.GitHubLoginHash, person.Mailbox, person.Website, person.Email,
            ImportOptions.Of(import).KeepsPrivate ? LastNetwork(stage, person.N) : null);
        await RememberAsync(person.Key, id);
        return new ImportedAuthor(id, id);
    }

    // They were banned and had their account deleted: neither their name nor a way around the ban comes back with an old file.
    private async Task<bool> IsErasedAsync(string provider, long gitHubId) => await write.Statements.RowAsync(
        """SELECT 1 FROM "Accounts" WHERE "Subject" = @0 AND "Provider" = @1""",
        erased.HashOf(provider, gitHubId.ToString(CultureInfo.InvariantCulture)), ErasedAccounts.Provider) is not null;

    private async Task<long> MakeAccountAsync(StagedPerson person, string provider, long gitHubId, DateTimeOffset firstAt)
    {
        var id = await write.Statements.InsertAsync(new Commenter { Kind = CommenterKind.Person, Name = person.Name, CreatedAt = firstAt });
        await write.Statements.InsertAsync(new CommenterAccount
        {
            CommenterId = id,
            Provider = provider,
            Subject = gitHubId.ToString(CultureInfo.InvariantCulture),
            // Without the host that stands before it at another than github.com.
            Name = person.GitHubLogin?.Split('/')[^1] ?? person.Name,
            LinkedAt = now,
            // Nobody has signed in with it yet.
            UsedAt = DateTimeOffset.UnixEpoch,
        });
        await RememberAsync(person.Key, id);
        return id;
    }

    private Task RememberAsync(string key, long id) => write.Statements.ExecuteAsync(
        """
        INSERT OR IGNORE INTO "ImportedItems" ("SiteId", "Source", "Kind", "SourceKey", "TargetId", "ImportId", "ContentHash", "Revision")
        VALUES (@0, @1, @2, @3, @4, @5, 0, 0)
        """,
        import.SiteId, import.Format, (int)ImportedKind.Person, key, id, import.Id);
}
