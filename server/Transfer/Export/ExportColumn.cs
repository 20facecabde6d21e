using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Transfer.Export;

/// <summary>How an export writes a column's values.</summary>
internal enum ExportKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Truth,

    /// <summary>A moment as <see cref="ExportColumn.TimeFormat"/> has it.</summary>
    Time,

    /// <summary>A value of an enumeration, by its name in camel case.</summary>
    Word,

    /// <summary>A GUID in lower case with hyphens.</summary>
    Guid,

    /// <summary>A text.</summary>
    Text,

    /// <summary>JSON of its own, as the database has it.</summary>
    Json,

    /// <summary>Bytes in base64.</summary>
    Bytes,
}

/// <summary>A column as an export has it: its name there, how its values are written, and what is taken for one when it is read.</summary>
internal sealed class ExportColumn
{
    /// <summary>A moment: UTC, to the millisecond.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const string InDeletedThread = nameof(CommentState.InDeletedThread);

    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _words = [];

    public ExportColumn(IProperty property)
    {
        Property = property;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        Kind = KindOf(property, type);
        (Least, Most) = ExportLimits.Of(property, Kind);
        if (Kind == ExportKind.Word)
        {
            AddWords(type);
        }
    }

    public IProperty Property { get; }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>Its name in the database, quoted for SQL.</summary>
    public string SqlName => $"\"{Property.GetColumnName()}\"";

    public ExportKind Kind { get; }

    /// <summary>The least number; of texts and bytes, the least length.</summary>
    public long Least { get; }

    /// <summary>The largest number; of texts the most UTF-16 units, of bytes the most bytes.</summary>
    public long Most { get; }

    /// <summary>The words of an enumeration.</summary>
    public IReadOnlyCollection<string> Words => _values.Keys;

    /// <summary>Writes a value of a row as a property.</summary>
    public void Write(Utf8JsonWriter json, SqliteDataReader row, int i)
    {
        if (row.IsDBNull(i))
        {
            json.WriteNull(Name);
            return;
        }

        switch (Kind)
        {
            case ExportKind.Integer:
                json.WriteNumber(Name, row.GetInt64(i));
                break;
            case ExportKind.Truth:
                json.WriteBoolean(Name, row.GetInt64(i) != 0);
                break;
            case ExportKind.Time:
                json.WriteString(Name, TextOf(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(i))));
                break;
            case ExportKind.Word:
                json.WriteString(Name, _words[row.GetInt64(i)]);
                break;
            case ExportKind.Guid:
                json.WriteString(Name, Guid.Parse(row.GetString(i)));
                break;
            case ExportKind.Text:
                json.WriteString(Name, row.GetString(i));
                break;
            case ExportKind.Json:
                json.WritePropertyName(Name);
                json.WriteRawValue(row.GetString(i));
                break;
            default:
                json.WriteBase64String(Name, row.GetFieldValue<byte[]>(i));
                break;
        }
    }

    /// <summary>Reads a value of a row that is not trusted.</summary>
    /// <returns>The value as SQLite keeps it, null for null; or what is wrong with it, as the end of a sentence.</returns>
    public (object? Value, string? Fault) Read(JsonElement row)
    {
        if (!row.TryGetProperty(Name, out var written))
        {
            return (null, "is missing");
        }

        if (written.ValueKind == JsonValueKind.Null)
        {
            return (null, Property.IsNullable ? null : "is null");
        }

        try
        {
            return ValueOf(written) is { } value ? FaultOf(written, value) is { } fault ? (null, fault) : (value, null) : (null, $"is {Expected}");
        }
        catch (InvalidOperationException)
        {
            return (null, "has broken characters");
        }
        catch (JsonException)
        {
            return (null, "is of a shape that it cannot have");
        }
    }

    /// <summary>Whether a value, as the log keeps what the database had (<see cref="StoredValue"/>), is one that this column can have.</summary>
    public bool CanBeStored(JsonNode? stored) => StoredValue.TryRead(Property, stored, out var value) && value switch
    {
        // What the log has forgotten, or what is not there.
        null => true,
        long number => Kind switch
        {
            ExportKind.Truth => number is 0 or 1,
            ExportKind.Time => number >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && number <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(),
            ExportKind.Word => _words.ContainsKey(number),
            _ => number >= Least && number <= Most,
        },
        string text => Kind switch
        {
            ExportKind.Guid => Guid.TryParseExact(text, "D", out _),
            ExportKind.Json => ExportShapes.IsSound(Property, text),
            _ => text.Length >= Least && text.Length <= Most,
        },
        byte[] bytes => bytes.Length >= Least && bytes.Length <= Most,
        _ => false,
    };

    /// <summary>A moment as an export has it.</summary>
    public static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The moment that an export says; null if it says none.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParseExact(
            text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private string Expected => Kind switch
    {
        ExportKind.Integer => $"no whole number from {Least} to {Most}",
        ExportKind.Truth => "neither true nor false",
        ExportKind.Time => "no moment such as 2026-01-31T12:00:00.000Z",
        ExportKind.Word => $"none of {string.Join(", ", Words)}",
        ExportKind.Guid => "no GUID",
        ExportKind.Bytes => $"not base64 of at most {Most} bytes",
        _ => "no text",
    };

    private object? ValueOf(JsonElement written) => Kind switch
    {
        ExportKind.Integer => written.ValueKind == JsonValueKind.Number && written.TryGetInt64(out var number) && number >= Least && number <= Most ? number : null,
        ExportKind.Truth => written.ValueKind switch { JsonValueKind.True => 1L, JsonValueKind.False => 0L, _ => null },
        ExportKind.Json => written.GetRawText(),
        _ when written.ValueKind != JsonValueKind.String => null,
        ExportKind.Time => TimeOf(written.GetString())?.ToUnixTimeMilliseconds(),
        ExportKind.Word => _values.TryGetValue(written.GetString()!, out var value) ? value : null,
        // As EF Core keeps it.
        ExportKind.Guid => Guid.TryParseExact(written.GetString(), "D", out var id) ? id.ToString().ToUpperInvariant() : null,
        ExportKind.Text => written.GetString(),
        _ => written.TryGetBytesFromBase64(out var bytes) && bytes.Length <= Most ? bytes : null,
    };

    private string? FaultOf(JsonElement written, object value) => Kind switch
    {
        ExportKind.Text when ((string)value).Length > Most => $"has {((string)value).Length} characters, more than {Most}",
        ExportKind.Text when ((string)value).Length < Least => "is empty",
        ExportKind.Json => ExportShapes.FaultOf(Property, written),
        _ => null,
    };

    private void AddWords(Type type)
    {
        foreach (Enum value in Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(number => (Enum)Enum.ToObject(type, number)))
        {
            var number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            if (value is not CommentState state)
            {
                Add(ApiWord.Of(value), number);
            }
            else if (state != CommentState.InDeletedThread)
            {
                Add(ApiWord.Of(state), number);
                Add(ApiWord.Of(state) + InDeletedThread, number | (long)CommentState.InDeletedThread);
            }
        }
    }

    private void Add(string word, long value) => (_values[word], _words[value]) = (value, word);

    private static ExportKind KindOf(IProperty property, Type type) =>
        type == typeof(bool) ? ExportKind.Truth
        : type == typeof(DateTimeOffset) ? ExportKind.Time
        : type == typeof(Guid) ? ExportKind.Guid
        : type == typeof(byte[]) ? ExportKind.Bytes
        : type.IsEnum ? ExportKind.Word
        : type.IsPrimitive ? ExportKind.Integer
        : ExportShapes.IsJson(property) ? ExportKind.Json
        : type == typeof(string) ? ExportKind.Text
        : throw new NotSupportedException($"An export cannot keep {property}.");
}
