using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Export;

/// <summary>Reads rows of an export that is not trusted, as they are written to the database.</summary>
internal sealed class TakenRows(ExportModel model)
{
    private const int MaxQuoted = 60;

    // What is drawn as it is stored.
    private static readonly (Type Type, string Column)[] Html =
        [(typeof(Comment), nameof(Comment.BodyHtml)), (typeof(CommentThread), nameof(CommentThread.NoteHtml))];

    /// <summary>Texts whose HTML was not what this server makes.</summary>
    public long Cleaned { get; private set; }

    /// <summary>The values of a row, in the order of its table's columns.</summary>
    /// <exception cref="ImportFileException">It is no such row.</exception>
    public object?[] Read(ExportTable table, long number, JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw Fault(table, number, "is no object");
        }

        var values = new object?[table.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var column = table.Columns[i];
            var (value, fault) = column.Read(row);
            values[i] = fault is null ? value : throw Fault(table, number, $"is none that can be: its {column.Name} {fault}");
        }

        CheckNames(table, number, row);
        Clean(table, number, values);
        return TakenRules.FaultOf(table, values) is { } wrong ? throw Fault(table, number, wrong) : values;
    }

    /// <summary>What a file says, short enough to be told.</summary>
    public static string Quote(string text) => text.Length > MaxQuoted ? $"“{text[..MaxQuoted]}…”" : $"“{text}”";

    // Of a name that is there twice one value would be lost, of one that is not known all of it.
    private static void CheckNames(ExportTable table, long number, JsonElement row)
    {
        Span<bool> seen = stackalloc bool[table.Columns.Count];
        foreach (var property in row.EnumerateObject())
        {
            var i = 0;
            while (i < seen.Length && !property.NameEquals(table.Columns[i].Name))
            {
                i++;
            }

            if (i == seen.Length || seen[i])
            {
                throw Fault(table, number, $"has a column that is not known, or one twice: {Quote(property.Name)}");
            }

            seen[i] = true;
        }
    }

    private void Clean(ExportTable table, long number, object?[] values)
    {
        foreach (var (type, name) in Html)
        {
            if (table.Type.ClrType == type)
            {
                var i = table.IndexOf(name);
                values[i] = Clean((string)values[i]!);
            }
        }

        // The log, and what imports changed.
        if (table.Type.ClrType == typeof(ModerationLogEntry) || table.Type.ClrType == typeof(ImportUpdate))
        {
            var i = table.IndexOf(nameof(ModerationLogEntry.Changes));
            values[i] = CleanChanges((string)values[i]!) ?? throw Fault(table, number, "has a change that cannot have been");
        }
    }

    private string Clean(string html)
    {
        var clean = CommentBody.FromOtherServer(html).Value;
        Cleaned += clean == html ? 0 : 1;
        return clean;
    }

    /// <summary>What undoing would bring back must be as harmless as what is there. Null for what no act has changed.</summary>
    private string? CleanChanges(string written)
    {
        var (changes, isSame) = (RowChange.Read(written), true);
        foreach (var change in changes)
        {
            if (model.Tables.FirstOrDefault(table => table.Table == change.Table) is not { } table)
            {
                continue;
            }

            if (table.IsNumbered && !(change.Key["Id"] is JsonValue id && id.TryGetValue<long>(out _)))
            {
                return null;
            }

            foreach (var row in new[] { change.Before, change.After }.OfType<JsonObject>())
            {
                if (table.Columns.Any(column => row.TryGetPropertyValue(column.Property.GetColumnName(), out var stored) && !column.CanBeStored(stored)))
                {
                    return null;
                }

                foreach (var (_, name) in Html.Where(html => table.Type.ClrType == html.Type))
                {
                    if (row[name] is JsonValue value && value.TryGetValue<string>(out var html) && Clean(html) is var clean && clean != html)
                    {
                        (row[name], isSame) = (clean, false);
                    }
                }
            }
        }

        return isSame ? written : RowChange.Write(changes);
    }

    private static ImportFileException Fault(ExportTable table, long number, string what) =>
        new($"Row {number} of {table.Name} {what}.");
}
