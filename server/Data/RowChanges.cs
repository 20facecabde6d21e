using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Data;

/// <summary>A row that an act changed.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its key, by column.</param>
/// <param name="Before">The changed columns as they were; null for a row that was not there.</param>
/// <param name="After">The changed columns as they are since; null for a row that is gone.</param>
internal sealed record RowChange(string Table, JsonObject Key, JsonObject? Before, JsonObject? After)
{
    /// <summary>The same change, the other way round.</summary>
    [JsonIgnore]
    public RowChange Reversed => new(Table, CopyOf(Key)!, CopyOf(After), CopyOf(Before));

    /// <summary>The key, of a table that is keyed by one number.</summary>
    [JsonIgnore]
    public long Id => Key[nameof(Id)]!.GetValue<long>();

    public static string Write(IReadOnlyList<RowChange> changes) => JsonSerializer.Serialize(changes, JsonSerializerOptions.Web);

    public static List<RowChange> Read(string json) => JsonSerializer.Deserialize<List<RowChange>>(json, JsonSerializerOptions.Web)!;

    private static JsonObject? CopyOf(JsonObject? values) => (JsonObject?)values?.DeepClone();
}

/// <summary>
/// What a context is about to save, row by row, and how to take it back. Counters and versions are left out: they go on, or
/// follow from the rest. So are secrets: a log is read by many.
/// </summary>
internal static class RowChanges
{
    private static readonly HashSet<(Type, string)> LeftOut =
    [
        (typeof(Comment), nameof(Comment.Revision)), (typeof(Comment), nameof(Comment.ReplyCount)), (typeof(Comment), nameof(Comment.UpVotes)),
        (typeof(Comment), nameof(Comment.DownVotes)), (typeof(Comment), nameof(Comment.Score)),
        (typeof(CommentThread), nameof(CommentThread.Version)), (typeof(CommentThread), nameof(CommentThread.CommentCount)),
        (typeof(Site), nameof(Site.Revision)), (typeof(Site), nameof(Site.NamesRevision)),
        (typeof(Invitation), nameof(Invitation.SecretHash)), (typeof(OutsideCheck), nameof(OutsideCheck.Secret)),
    ];

    /// <summary>Saves what the context tracks, and says which rows that changed.</summary>
    public static async Task<List<RowChange>> SaveAsync(EmbedDbContext database)
    {
        var pending = database.ChangeTracker.Entries().Where(entry => entry.Entity is not ModerationLogEntry
                && entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(entry => (Entry: entry, entry.State, Changed: Changed(entry), Before: entry.State == EntityState.Added ? null : Values(entry, Changed(entry), entry.OriginalValues)))
            .ToList();
        await database.SaveChangesAsync();
        return
        [
            .. pending.Where(row => row.Changed.Count > 0).Select(row => new RowChange(
                row.Entry.Metadata.GetTableName()!,
                Values(row.Entry, row.Entry.Metadata.FindPrimaryKey()!.Properties, row.Entry.CurrentValues),
                row.Before,
                row.State == EntityState.Deleted ? null : Values(row.Entry, row.Changed, row.Entry.CurrentValues))),
        ];
    }

    /// <summary>Whether every row is as the change left it, so that taking it back loses nothing done since.</summary>
    public static async Task<bool> AreInForceAsync(WriteScope write, IReadOnlyList<RowChange> changes)
    {
        foreach (var change in changes)
        {
            var columns = (change.After ?? change.Before)!.Select(pair => pair.Key).ToList();
            if (!IsKnown(write.Database, change.Table, columns))
            {
                return false;
            }

            var row = await write.Statements.RowAsync(
                $"SELECT {Names(columns)} FROM \"{change.Table}\" WHERE {Condition(change.Key)}", Values(change.Key));
            var isAsLeft = change.After is null
                ? row is null
                : row is not null && columns.Select((column, i) => Same(row[i], ValueOf(change.After[column]))).All(same => same);
            if (!isAsLeft)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes changes back, from the last on.</summary>
    public static async Task ReverseAsync(WriteScope write, IReadOnlyList<RowChange> changes)
    {
        foreach (var change in changes.Reverse())
        {
            if (change.Before is null)
            {
                await write.Statements.ExecuteAsync($"DELETE FROM \"{change.Table}\" WHERE {Condition(change.Key)}", Values(change.Key));
            }
            else if (change.After is null)
            {
                var columns = change.Before.Select(pair => pair.Key).ToList();
                await write.Statements.ExecuteAsync(
                    $"INSERT INTO \"{change.Table}\" ({Names(columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => Parameter(i)))})",
                    Values(change.Before));
            }
            else
            {
                var set = string.Join(", ", change.Before.Select((pair, i) => $"\"{pair.Key}\" = {Parameter(change.Key.Count + i)}"));
                await write.Statements.ExecuteAsync(
                    $"UPDATE \"{change.Table}\" SET {set} WHERE {Condition(change.Key)}", [.. Values(change.Key), .. Values(change.Before)]);
            }
        }
    }

    private static List<IProperty> Changed(EntityEntry entry) =>
    [
        .. entry.Properties.Where(property => !LeftOut.Contains((entry.Metadata.ClrType, property.Metadata.Name))
                && (entry.State != EntityState.Modified || property.IsModified))
            .Select(property => property.Metadata),
    ];

    private static JsonObject Values(EntityEntry entry, IReadOnlyList<IProperty> properties, PropertyValues values)
    {
        var row = new JsonObject();
        foreach (var property in properties)
        {
            var value = values[property];
            var converter = property.GetTypeMapping().Converter;
            row[property.GetColumnName()] = Node(value is null || converter is null ? value : converter.ConvertToProvider(value));
        }

        return row;
    }

    // As SQLite keeps them, so that what is read back can be compared.
    private static JsonValue? Node(object? value) => value switch
    {
        null => null,
        bool truth => JsonValue.Create(truth ? 1L : 0L),
        string text => JsonValue.Create(text),
        double number => JsonValue.Create(number),
        Guid id => JsonValue.Create(id.ToString().ToUpperInvariant()),
        _ => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };

    private static object? ValueOf(JsonNode? node) => node is null ? null : node.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        _ => node.AsValue().TryGetValue<long>(out var number) ? (object)number : node.GetValue<double>(),
    };

    private static object?[] Values(JsonObject row) => [.. row.Select(pair => ValueOf(pair.Value))];

    private static bool Same(object? stored, object? expected) => Equals(stored, expected);

    // The names are our own, written by SaveAsync; a log from another version may have others.
    private static bool IsKnown(EmbedDbContext database, string table, List<string> columns) =>
        database.Model.GetEntityTypes().FirstOrDefault(type => type.GetTableName() == table) is { } known
        && columns.TrueForAll(column => known.GetProperties().Any(property => property.GetColumnName() == column));

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => $"\"{column}\""));

    private static string Condition(JsonObject key) => string.Join(" AND ", key.Select((pair, i) => $"\"{pair.Key}\" = {Parameter(i)}"));

    private static string Parameter(int i) => string.Create(CultureInfo.InvariantCulture, $"@{i}");
}
