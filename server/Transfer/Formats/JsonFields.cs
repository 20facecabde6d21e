using System.Globalization;
using System.Text.Json;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// The fields of a row, read as what is wanted whatever they were written as: numbers as text and text as numbers; values that
/// MongoDB and LeanCloud wrap into objects. Of several fields with one name the last counts.
/// </summary>
/// <param name="element">The row, or an object in it; anything else has no fields.</param>
/// <param name="place">Where it stands in the source.</param>
internal sealed class JsonFields(JsonElement element, string place)
{
    // MongoDB's extended JSON, and LeanCloud's dates and pointers.
    private static readonly string[] Wrapped = ["$oid", "$numberLong", "$numberInt", "$numberDouble", "$date", "$uuid", "iso", "objectId"];

    /// <summary>Where it stands in the source.</summary>
    public string Place { get; } = place;

    /// <summary>What had to be mended so far, a sentence each.</summary>
    public List<string> Repairs { get; } = [];

    /// <summary>Whether there is such a field, with a value.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A field's text; null where there is none, or an empty one.</summary>
    public string? Text(string name) => Find(name) is { } value && Plain(value) is { } plain && TextOf(plain) is { Length: > 0 } text ? text : null;

    /// <summary>A field's whole number, null where there is none.</summary>
    public long? Number(string name) => Find(name) is { } value && Plain(value) is { } plain && NumberOf(plain) is { } number
        && number is > -9.2e18 and < 9.2e18 ? (long)number : null;

    /// <summary>A field that counts something: 0 where it is missing or less, at most what an <see cref="int"/> holds.</summary>
    public int Count(string name) => (int)Math.Clamp(Number(name) ?? 0, 0, int.MaxValue);

    /// <summary>Whether a field says yes.</summary>
    public bool Is(string name) => Text(name)?.ToUpperInvariant() is "TRUE" or "1" or "YES";

    /// <summary>A field's time in UTC; null where there is none or it cannot be read, which is noted.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Find(name) is not { } value || Plain(value) is not { } plain || TextOf(plain) is not { Length: > 0 } text)
        {
            return null;
        }

        var (time, repair) = NumberOf(plain) is { } number ? SourceTime.Of(number) : SourceTime.Of(text);
        if (repair is not null && !Repairs.Contains(repair))
        {
            Repairs.Add(repair);
        }

        return time;
    }

    /// <summary>An object in it; one without fields where there is none.</summary>
    public JsonFields Child(string name) => new(Find(name) ?? default, Place);

    /// <summary>The elements of a list in it: none where there is none.</summary>
    public IEnumerable<JsonElement> List(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>How many elements a list in it has, also where the list was written into a text.</summary>
    public int Length(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.String } text)
        {
            return List(name).Count();
        }

        try
        {
            using var list = JsonDocument.Parse(text.GetString()!);
            return list.RootElement.ValueKind == JsonValueKind.Array ? list.RootElement.GetArrayLength() : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>
    /// The elements of a list as GraphQL gives it: <c>nodes</c>, <c>edges</c> with a <c>node</c> each, or a plain list.
    /// </summary>
    public IEnumerable<JsonElement> Nodes(string name)
    {
        var connection = Child(name);
        return List(name)
            .Concat(connection.List("nodes"))
            .Concat(connection.List("edges").Select(edge => new JsonFields(edge, Place).Find("node") ?? default))
            .Where(node => node.ValueKind == JsonValueKind.Object);
    }

    private JsonElement? Find(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    private static JsonElement? Plain(JsonElement value)
    {
        // {"$date":{"$numberLong":"…"}} is wrapped twice.
        for (var layers = 0; layers < 3 && value.ValueKind == JsonValueKind.Object; layers++)
        {
            var inner = Wrapped.Select(name => value.TryGetProperty(name, out var found) ? found : default)
                .FirstOrDefault(found => found.ValueKind != JsonValueKind.Undefined);
            if (inner.ValueKind == JsonValueKind.Undefined)
            {
                return null;
            }

            value = inner;
        }

        return value;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static double? NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => number,
        _ => null,
    };
}
