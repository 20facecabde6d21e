using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>What earlier imports of the same format have left at the site.</summary>
internal sealed class KnownItems(Statements site, long siteId, string source)
{
    /// <summary>Something that was imported before.</summary>
    /// <param name="TargetId">What it is here.</param>
    /// <param name="ContentHash">What the source said of it then.</param>
    /// <param name="PersonId">Of a comment: the person it came under; null for none, or where an account says who it is.</param>
    public sealed record Item(long TargetId, long ContentHash, long? PersonId);

    /// <summary>What became of something; null if it never came here.</summary>
    public async Task<Item?> FindAsync(ImportedKind kind, string key) =>
        await site.RowAsync(
            """
            SELECT "TargetId", "ContentHash", "PersonId" FROM "ImportedItems" WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2 AND "SourceKey" = @3
            """,
            siteId, source, (int)kind, key) is [long target, long hash, var person] ? new Item(target, hash, (long?)person) : null;

    /// <summary>
    /// The comment itself, where our own export comes to the very site that it is of: an id that was given there, at the same moment.
    /// </summary>
    /// <param name="key">What our export's comment is known by.</param>
    /// <param name="hash">What it says: as if it had said so before, for what is here is what it is of.</param>
    public async Task<Item?> FindItselfAsync(string key, long hash) =>
        source == EmbedFormat.FormatName && EmbedFormat.PartsOf(key) is var (id, at)
        && await site.RowAsync("""SELECT 1 FROM "Comments" WHERE "Id" = @0 AND "SiteId" = @1 AND "PostedAt" = @2""", id, siteId, at) is not null
            ? new Item(id, hash, null) : null;

    /// <summary>Whether there is anything of a kind.</summary>
    public async Task<bool> AnyAsync(ImportedKind kind) => await site.NumberAsync(
        """SELECT EXISTS (SELECT 1 FROM "ImportedItems" WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2)""", siteId, source, (int)kind) != 0;
}
