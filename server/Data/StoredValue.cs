using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Data;

/// <summary>A column's value as SQLite keeps it (an integer, a real number, a text or bytes), and as the log writes that.</summary>
internal static class StoredValue
{
    /// <summary>An entity's value, for the log.</summary>
    public static JsonValue? Write(IProperty property, object? value)
    {
        var converter = property.GetTypeMapping().Converter;
        return (value is null || converter is null ? value : converter.ConvertToProvider(value)) switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool truth => JsonValue.Create(truth ? 1L : 0L),
            double number => JsonValue.Create(number),
            Guid id => JsonValue.Create(id.ToString().ToUpperInvariant()),
            byte[] bytes => JsonValue.Create(Convert.ToHexString(bytes)),
            var number => JsonValue.Create(Convert.ToInt64(number, CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>What the log says, as SQLite keeps it.</summary>
    /// <returns>Whether it is of the column's kind; a log of another version may have another.</returns>
    public static bool TryRead(IProperty property, JsonNode? written, out object? value)
    {
        value = null;
        if (written is null)
        {
            return true;
        }

        var isNumber = written.GetValueKind() == JsonValueKind.Number;
        var text = written.GetValueKind() == JsonValueKind.String ? written.GetValue<string>() : null;
        value = KindOf(property) switch
        {
            Kind.Text => text,
            Kind.Bytes => text is null ? null : FromHex(text),
            Kind.Real => isNumber ? written.GetValue<double>() : null,
            _ => isNumber && written.AsValue().TryGetValue<long>(out var number) ? number : null,
        };
        return value is not null;
    }

    /// <summary>What the log says, as the entity has it; null also for what is not of the column's kind.</summary>
    public static object? Read(IProperty property, JsonNode? written)
    {
        if (!TryRead(property, written, out var stored) || stored is null)
        {
            return null;
        }

        var mapping = property.GetTypeMapping();
        var provided = mapping.Converter?.ProviderClrType ?? property.ClrType;
        provided = Nullable.GetUnderlyingType(provided) ?? provided;
        var value = provided == typeof(Guid) ? Guid.Parse((string)stored)
            : provided.IsInstanceOfType(stored) ? stored
            : provided.IsEnum ? Enum.ToObject(provided, stored) : Convert.ChangeType(stored, provided, CultureInfo.InvariantCulture);
        return mapping.Converter is { } converter ? converter.ConvertFromProvider(value) : value;
    }

    /// <summary>Whether two stored values are the same.</summary>
    public static bool Same(object? one, object? other) =>
        one is byte[] bytes && other is byte[] others ? bytes.AsSpan().SequenceEqual(others) : Equals(one, other);

    private enum Kind
    {
        Integer,
        Real,
        Text,
        Bytes,
    }

    private static Kind KindOf(IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(Guid) ? Kind.Text
            : type == typeof(byte[]) ? Kind.Bytes
            : type == typeof(double) ? Kind.Real
            : type.IsEnum || type.IsPrimitive ? Kind.Integer
            : throw new NotSupportedException($"The log cannot keep {property}.");
    }

    private static byte[]? FromHex(string text) =>
        text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
}
