using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>What imports of the same format have left at the site: earlier ones, and this one, where it had begun before it was planned anew.</summary>
/// <param name="site">Where it is looked up.</param>
/// <param name="import">The import.</param>
/// <param name="isOfSite">Whether the file is an export of the very site that it comes to.</param>
internal sealed class KnownItems(Statements site, Import import, bool isOfSite)
{
    /// <summary>Something that was imported before.</summary>
    /// <param name="TargetId">What it is here.</param>
    /// <param name="ContentHash">What the source said of it then.</param>
    /// <param name="PersonId">Of a comment: the person it came under; null for none, or where an account says who it is.</param>
    /// <param name="IsOwn">Whether this very import has brought it.</param>
    public sealed record Item(long TargetId, long ContentHash, long? PersonId, bool IsOwn)
    {
        /// <summary>Whether no import has anything to do with it: the file has it from here.</summary>
        public bool IsItself { get; init; }
    }

    /// <summary>What became of something; null if it never came here.</summary>
    public async Task<Item?> FindAsync(ImportedKind kind, string key) =>
        await site.RowAsync(
            """
            SELECT "TargetId", "ContentHash", "PersonId", "ImportId" FROM "ImportedItems"
            WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2 AND "SourceKey" = @3
            """,
            import.SiteId, import.Format, (int)kind, key) is [long target, long hash, var person, long by]
            ? new Item(target, hash, (long?)person, by == import.Id) : null;

    /// <summary>
    /// The comment itself, where the file is an export of this very site: the id was given to it alone. The time is one that it had here;
    /// where a copy of the server has gone on by itself, that has given the same ids to others.
    /// </summary>
    /// <param name="key">What our export's comment is known by.</param>
    /// <param name="hash">What it says: as if it had said so before, for nothing of it is followed.</param>
    public async Task<Item?> FindItselfAsync(string key, long hash) =>
        isOfSite && EmbedFormat.PartsOf(key) is var (id, at)
        && await site.RowAsync(
            """
            SELECT 1 FROM "Comments" WHERE "Id" = @0 AND "SiteId" = @1 AND ("PostedAt" = @2 OR EXISTS (
              SELECT 1 FROM "ImportUpdates" AS u, json_each(u."Changes") AS e
              WHERE u."Kind" = @3 AND u."TargetId" = @0 AND json_extract(e.value, '$.before.PostedAt') = @2))
            """,
            id, import.SiteId, at, (int)ImportedKind.Comment) is not null
            ? new Item(id, hash, null, IsOwn: false) { IsItself = true } : null;

    /// <summary>The thread itself, in the same way.</summary>
    /// <param name="id">What our export's thread is known by.</param>
    public async Task<Item?> FindThreadItselfAsync(string id) =>
        isOfSite && EmbedFormat.PartsOf(id) is var (thread, at)
        && await site.RowAsync("""SELECT 1 FROM "Threads" WHERE "Id" = @0 AND "SiteId" = @1 AND "CreatedAt" = @2""", thread, import.SiteId, at) is not null
            ? new Item(thread, 0, null, IsOwn: false) { IsItself = true } : null;

    /// <summary>Whether there is anything of a kind.</summary>
    public async Task<bool> AnyAsync(ImportedKind kind) => await site.NumberAsync(
        """SELECT EXISTS (SELECT 1 FROM "ImportedItems" WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2)""",
        import.SiteId, import.Format, (int)kind) != 0;

    /// <summary>What this import has changed already of something that was here before it; nothing where it has not begun.</summary>
    public async Task<IReadOnlyList<RowChange>> DoneAsync(ImportedKind kind, long target)
    {
        if (!ImportChoices.IsWritten(import))
        {
            return [];
        }

        var row = await site.RowAsync(
            """
            SELECT json_group_array(json("Changes")) FROM "ImportUpdates" WHERE "Kind" = @0 AND "TargetId" = @1 AND "ImportId" = @2
            """,
            (int)kind, target, import.Id);
        return [.. JsonSerializer.Deserialize<List<List<RowChange>>>((string)row![0]!, JsonSerializerOptions.Web)!.SelectMany(changes => changes)];
    }
}
