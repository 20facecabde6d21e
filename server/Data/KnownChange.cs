using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Data;

/// <summary>A column with a value as SQLite keeps it.</summary>
internal readonly record struct Cell(IProperty Column, object? Value)
{
    /// <summary>The column's name, quoted for SQL.</summary>
    public string Name => $"\"{Column.GetColumnName()}\"";
}

/// <summary>
/// A change of the log whose table, key and columns this version has. Names come from the model from here on, never from what is
/// stored: whatever stands in a log, no SQL can be made of it.
/// </summary>
internal sealed class KnownChange
{
    private KnownChange(IEntityType type, IReadOnlyList<Cell> key, IReadOnlyList<Cell>? before, IReadOnlyList<Cell>? after) =>
        (Type, Key, Before, After) = (type, key, before, after);

    public IEntityType Type { get; }

    /// <summary>The table's name, quoted for SQL.</summary>
    public string Table => $"\"{Type.GetTableName()}\"";

    public IReadOnlyList<Cell> Key { get; }

    /// <summary>As it was; null for a row that was not there.</summary>
    public IReadOnlyList<Cell>? Before { get; }

    /// <summary>As it is since; null for a row that is gone.</summary>
    public IReadOnlyList<Cell>? After { get; }

    /// <summary>The counters of a row that is put back.</summary>
    public IEnumerable<Cell> Counters => Type.GetProperties().Where(LeftOut.IsCounter).Select(counter => new Cell(counter, 0L));

    /// <summary>Whether a secret was another before, which is kept nowhere.</summary>
    public bool HasSecret { get; private init; }

    /// <summary>Whether all is there that taking it back needs: no text is forgotten, no secret left out.</summary>
    public bool IsComplete => !HasSecret && (Before is null
        || (Before.All(cell => cell.Value is not null || cell.Column.IsNullable)
            && (After is not null || Type.GetProperties().All(column => LeftOut.IsCounter(column) || Before.Any(cell => cell.Column == column)))));

    /// <summary>Finds the names of a stored change in the model; null if one is not there.</summary>
    public static KnownChange? Of(IModel model, RowChange change)
    {
        if (change is not { Table: not null, Key: not null } || (change.Before is null && change.After is null)
            || model.GetEntityTypes().FirstOrDefault(type => type.GetTableName() == change.Table) is not { } type)
        {
            return null;
        }

        var (key, before, after) = (
            CellsOf(type, change.Key), CellsOf(type, change.Before, change.After is null), CellsOf(type, change.After, change.Before is null));
        var isWholeKey = key is not null && key.All(cell => cell.Value is not null)
            && type.FindPrimaryKey()!.Properties.ToHashSet().SetEquals(key.Select(cell => cell.Column));
        var hasTheSame = change.Before is null || change.After is null
            || (before is not null && after is not null && before.Select(cell => cell.Column).ToHashSet().SetEquals(after.Select(cell => cell.Column)));
        return isWholeKey && hasTheSame && (before is null) == (change.Before is null) && (after is null) == (change.After is null)
            ? new KnownChange(type, key!, before, after) { HasSecret = HasSecretIn(type, change.Before, change.After is null) || HasSecretIn(type, change.After, change.Before is null) }
            : null;
    }

    // Of a row that came or went it may say that there was none.
    private static bool HasSecretIn(IEntityType type, JsonObject? row, bool isWhole) => row is not null && type.GetProperties().Any(
        column => LeftOut.IsSecret(column) && row.TryGetPropertyValue(column.GetColumnName(), out var value) && !(isWhole && value is null));

    // Null for none, and where a name or value is not this version's.
    private static List<Cell>? CellsOf(IEntityType type, JsonObject? row, bool isWhole = true)
    {
        if (row is not { Count: > 0 })
        {
            return null;
        }

        var cells = new List<Cell>();
        foreach (var (name, written) in row)
        {
            if (type.GetProperties().FirstOrDefault(property => property.GetColumnName() == name) is not { } column
                || LeftOut.IsCounter(column) || !StoredValue.TryRead(column, written, out var value))
            {
                return null;
            }

            if (!LeftOut.IsSecret(column) || isWhole)
            {
                cells.Add(new Cell(column, value));
            }
        }

        return cells;
    }
}
