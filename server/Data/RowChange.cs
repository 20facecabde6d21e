using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Embed.Server.Data;

/// <summary>A row that an act changed, as the log keeps it.</summary>
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

    /// <summary>Whether it had a comment's text, which its author has deleted since.</summary>
    [JsonIgnore]
    public bool IsForgotten => Table == "Comments" && Before is not null && Before.ContainsKey(nameof(Model.Comment.Body)) && Before[nameof(Model.Comment.Body)] is null;

    public static string Write(IReadOnlyList<RowChange> changes) => JsonSerializer.Serialize(changes, JsonSerializerOptions.Web);

    public static List<RowChange> Read(string json) => JsonSerializer.Deserialize<List<RowChange>>(json, JsonSerializerOptions.Web)!;

    /// <summary>Whether it changed a column; a row that came or went changed all of them.</summary>
    public bool Has(string column) => (Before ?? After)!.ContainsKey(column);

    private static JsonObject? CopyOf(JsonObject? values) => (JsonObject?)values?.DeepClone();
}
