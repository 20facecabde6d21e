using System.Text.Json;

namespace Embed.Server.Transfer.Formats;

/// <summary>Where in a JSON text its rows are.</summary>
internal sealed class JsonShape
{
    private readonly HashSet<string> _rows;
    private readonly HashSet<string> _above = new(StringComparer.Ordinal) { "" };
    private readonly string[]? _containers;

    /// <param name="rows">Paths of rows: <c>comments[]</c>, <c>data.Comment[]</c>, <c>[]</c> for a list that is the whole text.</param>
    /// <param name="containers">
    /// Where given, each JSON text of a file is a row by itself, as in JSON Lines, unless its first property is one of these, or a later
    /// one of these has rows in it. So is what stands where rows are and where rows are below.
    /// </param>
    public JsonShape(string[] rows, string[]? containers = null)
    {
        _rows = rows.ToHashSet(StringComparer.Ordinal);
        _containers = containers;
        foreach (var row in rows)
        {
            for (var end = 1; end < row.Length; end++)
            {
                if (row[end] is '.' or '[')
                {
                    _above.Add(row[..end]);
                }
            }
        }
    }

    /// <summary>Largest row, in bytes.</summary>
    public int MaxRowBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// Paths of objects that have rows in them and of which the end matters: it comes as a row of that path, without an element.
    /// </summary>
    public string[] Groups { get; init; } = [];

    /// <summary>Those of the containers that rows have, too: they say something only where they come first.</summary>
    public string[] OfRowsToo { get; init; } = [];

    /// <summary>Whether the end of objects at a path is told.</summary>
    public bool IsGroup(string path) => Groups.Contains(path);

    /// <summary>Whether the values at a path are rows.</summary>
    public bool IsRow(string path) => _rows.Contains(path);

    /// <summary>Whether rows may lie below a path.</summary>
    public bool IsAbove(string path) => _above.Contains(path);

    /// <summary>Whether an object there may be a row or have rows in it, as its first property says.</summary>
    public bool IsEither(string path) => _containers is not null && (path.Length == 0 || (IsRow(path) && IsAbove(path)));

    /// <summary>Whether an object has rows in it instead of being one, because of a property.</summary>
    /// <param name="path">The object's.</param>
    /// <param name="property">The property's name.</param>
    /// <param name="isFirst">Whether the object begins with it.</param>
    /// <param name="isListOrObject">What its value is.</param>
    public bool IsContainer(string path, string property, bool isFirst, bool isListOrObject) => _containers!.Contains(property)
        && (isFirst || (isListOrObject && !OfRowsToo.Contains(property) && LeadsToRows(path.Length == 0 ? property : $"{path}.{property}")));

    private bool LeadsToRows(string path) => IsRow(path) || IsAbove(path);
}

/// <summary>A row of a JSON text.</summary>
/// <param name="Path">Its path, as in <see cref="JsonShape"/>; empty for a whole text.</param>
/// <param name="Place">Where it stands, for people: <c>row 7 of comments</c>.</param>
/// <param name="Element">What it is, until the next row is asked for; null if it is longer than the shape allows, and at a group's end.</param>
/// <param name="Repair">What of its text had to be mended; null if nothing.</param>
internal sealed record JsonRow(string Path, string Place, JsonElement? Element, string? Repair);
