using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>How it is noted what imports change of what was here before them.</summary>
internal static class ImportUpdates
{
    /// <summary>The change of a row; none where no cell is another.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="key">Its key, as it is since.</param>
    /// <param name="cells">Its cells; those that are the same are left out.</param>
    /// <param name="always">A cell that is noted whenever another is: what was decided on it was decided on them all.</param>
    public static IEnumerable<RowChange> ChangeOf(
        string table, IEnumerable<(string Column, object? Value)> key, IReadOnlyList<ChangedCell> cells, string? always = null)
    {
        if (!cells.Any(cell => cell.IsChange))
        {
            return [];
        }

        var noted = cells.Where(cell => cell.IsChange || cell.Column == always).ToList();
        return
        [
            new RowChange(
                table, Row(key), Row(noted.Select(cell => (cell.Column, cell.Before))), Row(noted.Select(cell => (cell.Column, cell.After)))),
        ];
    }

    /// <summary>Two changes of the same rows, one after the other, as one.</summary>
    public static IReadOnlyList<RowChange> Joined(IReadOnlyList<RowChange> first, IReadOnlyList<RowChange> second)
    {
        var left = first.ToList();
        var joined = second.Select(change =>
        {
            if (left.Find(earlier => IsOfSameRow(earlier, change)) is not { } before)
            {
                return change;
            }

            left.Remove(before);
            return new RowChange(change.Table, change.Key, Over(before.Before!, change.Before!), Over(change.After!, before.After!));
        }).ToList();
        return [.. left, .. joined];
    }

    /// <summary>Whether two changes are of the same columns of a row, so that the first cannot be taken back by itself.</summary>
    public static bool Meet(RowChange first, RowChange second) => IsOfSameRow(first, second) && first.After!.Any(cell => second.Has(cell.Key));

    /// <summary>Adds votes to a comment, or takes them away.</summary>
    public static async Task AddVotesAsync(Statements statements, long comment, int up, int down)
    {
        if ((up, down) != (0, 0) && await statements.RowAsync(
            """
            UPDATE "Comments" SET "UpVotes" = min(@3, max(0, "UpVotes" + @1)), "DownVotes" = min(@3, max(0, "DownVotes" + @2)) WHERE "Id" = @0
            RETURNING "UpVotes", "DownVotes"
            """,
            comment, up, down, int.MaxValue) is [long all, long against])
        {
            await statements.ExecuteAsync("""UPDATE "Comments" SET "Score" = @1 WHERE "Id" = @0""", comment, CommentOrder.Score((int)all, (int)against));
        }
    }

    /// <summary>Forgets what imports have changed of something that goes itself.</summary>
    public static Task ForgetAsync(Statements statements, ImportedKind kind, long target) =>
        statements.ExecuteAsync("""DELETE FROM "ImportUpdates" WHERE "Kind" = @0 AND "TargetId" = @1""", (int)kind, target);

    private static bool IsOfSameRow(RowChange first, RowChange second) => first.Table == second.Table && JsonNode.DeepEquals(first.Key, second.Key);

    // Whatever both have is as the first says.
    private static JsonObject Over(JsonObject first, JsonObject second) =>
        new(first.Concat(second.Where(cell => !first.ContainsKey(cell.Key))).Select(cell => KeyValuePair.Create(cell.Key, cell.Value?.DeepClone())));

    private static JsonObject Row(IEnumerable<(string Column, object? Value)> cells) => new(cells.Select(cell => KeyValuePair.Create(
        cell.Column, (JsonNode?)(cell.Value switch
        {
            null => null,
            string text => JsonValue.Create(text),
            var number => JsonValue.Create((long)number),
        }))));
}
