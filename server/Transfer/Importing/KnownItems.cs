using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>What imports of the same format have left at the site: earlier ones, and this one, where it had begun before it was planned anew.</summary>
internal sealed class KnownItems(Statements site, Import import)
{
    /// <summary>Something that was imported before.</summary>
    /// <param name="TargetId">What it is here.</param>
    /// <param name="ContentHash">What the source said of it then.</param>
    /// <param name="PersonId">Of a comment: the person it came under; null for none, or where an account says who it is.</param>
    /// <param name="IsOwn">Whether this very import has brought it.</param>
    public sealed record Item(long TargetId, long ContentHash, long? PersonId, bool IsOwn);

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
    /// The comment itself, where our own export comes to the very site that it is of: an id that was given there, at the same moment, and
    /// to none that came with such a file.
    /// </summary>
    /// <param name="key">What our export's comment is known by.</param>
    /// <param name="hash">What it says: as if it had said so before, for what is here is what it is of.</param>
    public async Task<Item?> FindItselfAsync(string key, long hash) =>
        import.Format == EmbedFormat.FormatName && EmbedFormat.PartsOf(key) is var (id, at)
        && await site.RowAsync(
            """
            SELECT 1 FROM "Comments" WHERE "Id" = @0 AND "SiteId" = @1 AND "PostedAt" = @2
              AND NOT EXISTS (SELECT 1 FROM "Imports" AS i CROSS JOIN "ImportedItems" AS m ON m."ImportId" = i."Id" AND m."Kind" = @3 AND m."TargetId" = @0
                WHERE i."SiteId" = @1 AND i."Format" = @4)
            """,
            id, import.SiteId, at, (int)ImportedKind.Comment, import.Format) is not null
            ? new Item(id, hash, null, IsOwn: false) : null;

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
