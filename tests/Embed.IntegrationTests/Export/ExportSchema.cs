using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Transfer.Export;

namespace Embed.IntegrationTests.Export;

/// <summary>The JSON Schema (draft 2020-12) of an export, from what exports are made of.</summary>
internal static class ExportSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as docs/export.schema.json has it.</summary>
    public static string Write(IReadOnlyList<ExportTable> tables)
    {
        var properties = new JsonObject
        {
            ["format"] = new JsonObject { ["const"] = ExportModel.Format },
            ["version"] = new JsonObject { ["const"] = ExportModel.Version },
            ["site"] = new JsonObject { ["type"] = Types("string", isNullable: true), ["pattern"] = "^[a-z0-9-]{1,64}$" },
            ["gitHub"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
            ["lastIds"] = ObjectOf(tables.Where(table => table.IsNumbered).Select(table => (table.Name, Integer(0, ExportLimits.MaxId)))),
        };
        foreach (var table in tables)
        {
            properties[table.Name] = new JsonObject { ["type"] = "array", ["items"] = ObjectOf(table.Columns.Select(column => (column.Name, Of(column)))) };
        }

        var schema = ObjectOf(properties.ToList().Select(property => (property.Key, (JsonObject)property.Value!.DeepClone())));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Export of Embed, version 1");
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject ObjectOf(IEnumerable<(string Name, JsonObject Schema)> properties)
    {
        var all = properties.ToList();
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. all.Select(property => JsonValue.Create(property.Name))]),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(all.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Schema))),
        };
    }

    private static JsonObject Of(ExportColumn column)
    {
        var isNullable = column.Property.IsNullable;
        var schema = column.Kind switch
        {
            ExportKind.Integer => Integer(column.Least, column.Most),
            ExportKind.Truth => new JsonObject { ["type"] = "boolean" },
            ExportKind.Time => new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$" },
            ExportKind.Word => new JsonObject { ["enum"] = new JsonArray([.. column.Words.Select(word => JsonValue.Create(word))]) },
            ExportKind.Guid => new JsonObject { ["type"] = "string", ["format"] = "uuid" },
            ExportKind.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
            ExportKind.Json when ExportShapes.IsList(column.Property) => new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = column.Property.ClrType == typeof(List<string>) ? "string" : "object" },
            },
            ExportKind.Json => new JsonObject { ["type"] = "object" },
            _ => Text(column),
        };
        if (isNullable && schema["enum"] is JsonArray words)
        {
            words.Add(null);
        }
        else if (isNullable)
        {
            schema["type"] = Types((string)schema["type"]!, isNullable);
        }

        return schema;
    }

    private static JsonObject Text(ExportColumn column)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (column.Least > 0)
        {
            schema["minLength"] = column.Least;
        }

        schema["maxLength"] = column.Most;
        return schema;
    }

    private static JsonObject Integer(long least, long most)
    {
        var schema = new JsonObject { ["type"] = "integer" };
        if (least != long.MinValue)
        {
            (schema["minimum"], schema["maximum"]) = (least, most);
        }

        return schema;
    }

    private static JsonNode Types(string type, bool isNullable) => isNullable ? new JsonArray(type, "null") : type;
}
