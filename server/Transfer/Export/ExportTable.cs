using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Transfer.Export;

/// <summary>A table as an export has it: a list of objects, one for each row, in the order of its key.</summary>
internal sealed class ExportTable
{
    private readonly Dictionary<string, int> _places;

    public ExportTable(IEntityType type, string name, string ofSite)
    {
        (Type, Name, OfSite) = (type, name, ofSite);
        Columns = [.. type.GetProperties().Where(property => !ExportOmissions.Columns.ContainsKey((type.ClrType, property.Name)))
            .Select(property => new ExportColumn(property))];
        _places = Columns.Select((column, i) => (column.Property.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);
        Insert = $"INSERT INTO \"{Table}\" ({Names(Columns)}) VALUES ({string.Join(", ", Columns.Select((_, i) => $"@{i}"))})";
        Key = [.. type.FindPrimaryKey()!.Properties.Select(key => Columns.Single(column => column.Property == key))];
    }

    public IEntityType Type { get; }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>Its name in the database.</summary>
    public string Table => Type.GetTableName()!;

    /// <summary>Which of its rows belong to the site <c>@site</c>, as a condition of SQL.</summary>
    public string OfSite { get; }

    public IReadOnlyList<ExportColumn> Columns { get; }

    public IReadOnlyList<ExportColumn> Key { get; }

    /// <summary>Whether SQLite numbers its rows, and never gives a number twice.</summary>
    public bool IsNumbered => Key is [{ Name: "id", Kind: ExportKind.Integer }];

    /// <summary>The column of a property.</summary>
    public ExportColumn this[string property] => Columns[IndexOf(property)];

    /// <summary>Writes a row, whose values are in the order of <see cref="Columns"/>.</summary>
    public string Insert { get; }

    /// <summary>Which column is that of a property, from 0.</summary>
    public int IndexOf(string property) => _places[property];

    /// <summary>Reads all rows, or those of the site <c>@site</c>.</summary>
    public string Select(bool isOfSite) =>
        $"SELECT {Names(Columns)} FROM \"{Table}\" {(isOfSite ? $"WHERE {OfSite} " : "")}ORDER BY {Names(Key)}";

    private static string Names(IEnumerable<ExportColumn> columns) => string.Join(", ", columns.Select(column => column.SqlName));
}

/// <summary>A column that names a row of another table.</summary>
/// <param name="From">The table it is in.</param>
/// <param name="Column">The column.</param>
/// <param name="To">The table of the row it names, which has one key.</param>
/// <param name="MayBeGone">Whether that row may have gone: the log, and what was imported, remember it all the same.</param>
internal sealed record ExportReference(ExportTable From, ExportColumn Column, ExportTable To, bool MayBeGone);
