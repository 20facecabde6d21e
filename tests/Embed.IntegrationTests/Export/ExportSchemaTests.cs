using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Transfer.Export;
using Embed.Tests;
using Json.Schema;

namespace Embed.IntegrationTests.Export;

/// <summary>docs/export.schema.json and docs/exporting.md say what an export is.</summary>
public sealed class ExportSchemaTests
{
    private const string Schema = "docs/export.schema.json";

    [Fact]
    public void The_schema_is_that_of_what_exports_are_made_of()
    {
        var wanted = ExportSchema.Write(ExportModelTests.Tables());
        var proposal = Path.Combine(Repository.Root, "artifacts", "export.schema.json");
        File.WriteAllText(proposal, wanted);

        Assert.True(
            wanted == (File.Exists(Path.Combine(Repository.Root, Schema)) ? Repository.Read(Schema) : ""),
            "An export has other columns than the schema says. Copy artifacts/export.schema.json to docs, say in docs/exporting.md what is new, and let the version step if a reader of the old shape would fail.");
    }

    [Fact]
    public async Task A_real_export_is_as_the_schema_says_and_one_changed_is_not()
    {
        await using var application = new EmbedApplication();
        await RandomServer.FillAsync(application, 8);
        await RandomValues.ScatterAsync(application, 8);
        var schema = JsonSchema.FromText(Repository.Read(Schema));
        var export = await application.ExportBytesAsync();

        var found = Evaluate(schema, export);

        Assert.True(found.IsValid, string.Join('\n', (found.Details ?? []).Where(detail => detail.Errors is not null).Take(10).Select(detail => $"{detail.InstanceLocation}: {string.Join(' ', detail.Errors!.Values)}")));
        var lists = (JsonObject)JsonNode.Parse(export)!;
        Assert.Equal("", string.Join('\n', ExportModelTests.Tables().SelectMany(table => Untried(table, lists[table.Name]!.AsArray()))));
        lists["comments"]![0]!["state"] = "gone";
        Assert.False(Evaluate(schema, Encoding.UTF8.GetBytes(lists.ToJsonString())).IsValid);
    }

    [Fact]
    public void The_document_names_every_list_and_every_column_of_it()
    {
        var rows = Repository.Read("docs/exporting.md").Split('\n');

        foreach (var table in ExportModelTests.Tables())
        {
            var row = Assert.Single(rows, row => row.StartsWith($"| `{table.Name}` |", StringComparison.Ordinal));
            Assert.All(table.Columns, column => Assert.Contains($"`{column.Name}`", row, StringComparison.Ordinal));
        }
    }

    // What is random is not thorough by itself: which columns of a table have not had all that there can be.
    private static IEnumerable<string> Untried(ExportTable table, JsonArray rows)
    {
        foreach (var column in table.Columns)
        {
            var values = rows.Select(row => row![column.Name]?.ToJsonString()).ToHashSet();
            var wanted = column.Kind switch
            {
                ExportKind.Word => [.. column.Words.Select(word => $"\"{word}\"")],
                ExportKind.Truth => ["true", "false"],
                _ => (string[])[],
            };
            if (!values.Any(value => value is not null) || (column.Property.IsNullable && !values.Contains(null)) || !values.IsSupersetOf(wanted))
            {
                yield return $"{table.Name}.{column.Name}: {string.Join(", ", wanted.Except(values))}{(values.Contains(null) ? "" : " null")}{(values.Any(value => value is not null) ? "" : " any")}";
            }
        }
    }

    private static EvaluationResults Evaluate(JsonSchema schema, byte[] export)
    {
        using var json = JsonDocument.Parse(export);
        return schema.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
    }
}
