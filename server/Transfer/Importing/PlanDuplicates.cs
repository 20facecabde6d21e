using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Finds comments of the source that have the same id. The same row again is a copy; of rows that differ one has the id for its key, and
/// each other one a key that is made of the id and what it says, which it has the next time, too.
/// </summary>
internal sealed class PlanDuplicates(ScratchFile stage, KnownItems known)
{
    // Where ids begin as others end, keys are cut to have room for the hash.
    private const string OwnKey = "substr(key, 1, 180) || printf(' %x', hash)";

    // The one that came under the id before, whichever comes first this time; then any that is new.
    private const int CameUnderId = 0;
    private const int CameUnderOwnKey = 2;

    /// <summary>Writes down who has which key.</summary>
    public async Task FindAsync()
    {
        if (await known.AnyAsync(ImportedKind.Comment))
        {
            await RankAsync();
        }

        stage.Execute(
            $"""
            INSERT INTO duplicates (n, copy, key)
            SELECT n, copy, CASE hash WHEN first_hash THEN NULL ELSE {OwnKey} END FROM (
              SELECT c.n, c.key, c.hash, ROW_NUMBER() OVER (PARTITION BY c.key, c.hash ORDER BY c.n) - 1 AS copy,
                FIRST_VALUE(c.hash) OVER (PARTITION BY c.key ORDER BY COALESCE(r.rank, 1), c.n) AS first_hash
              FROM comments AS c LEFT JOIN ranks AS r ON r.key = c.key AND r.hash = c.hash
              WHERE c.key IN (SELECT key FROM comments GROUP BY key HAVING COUNT(*) > 1))
            """);
    }

    /// <summary>
    /// What a comment is that comes without the one whose id it shares: it was here before under the key that is made of what it says, and
    /// the one that is known by the id is another.
    /// </summary>
    /// <param name="n">Its number.</param>
    /// <returns>That key, and what became of it; null for none.</returns>
    public async Task<(string Key, KnownItems.Item Item)?> FindOwnAsync(int n)
    {
        var key = stage.Rows($"SELECT {OwnKey} FROM comments WHERE n = @0", n).Select(row => row.GetString(0)).Single();
        return await known.FindAsync(ImportedKind.Comment, key) is { } item ? (key, item) : null;
    }

    /// <summary>Has a comment the key that is made of what it says.</summary>
    /// <param name="n">Its number.</param>
    public void GiveOwn(int n) => stage.Execute(
        $"INSERT INTO duplicates (n, copy, key) SELECT n, 0, {OwnKey} FROM comments WHERE n = @0 ON CONFLICT (n) DO UPDATE SET key = excluded.key", n);

    private async Task RankAsync()
    {
        var rows = stage.Rows(
            $"""
            SELECT DISTINCT key, hash, {OwnKey} FROM comments
            WHERE key IN (SELECT key FROM comments GROUP BY key HAVING MIN(hash) <> MAX(hash))
            """);
        foreach (var row in rows)
        {
            var (key, hash) = (row.GetString(0), row.GetInt64(1));
            int? rank = (await known.FindAsync(ImportedKind.Comment, key))?.ContentHash == hash ? CameUnderId
                : await known.FindAsync(ImportedKind.Comment, row.GetString(2)) is not null ? CameUnderOwnKey
                : null;
            if (rank is not null)
            {
                stage.Execute("INSERT INTO ranks (key, hash, rank) VALUES (@0, @1, @2)", key, hash, rank);
            }
        }
    }
}
