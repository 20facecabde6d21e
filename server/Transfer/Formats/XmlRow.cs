using System.Collections.Frozen;

namespace Embed.Server.Transfer.Formats;

/// <summary>Which values of an element are read: paths such as <c>message</c>, <c>author/name</c>, <c>@id</c>, <c>thread@id</c>.</summary>
internal sealed class XmlFields(params string[] paths)
{
    private readonly FrozenSet<string> _paths = paths.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenSet<string> _groups = paths.SelectMany(GroupsOf).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the value at a path is read.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Whether something within an element at a path is read.</summary>
    public bool HasWithin(string path) => _groups.Contains(path);

    private static IEnumerable<string> GroupsOf(string path) =>
        Enumerable.Range(0, path.Length).Where(i => path[i] == '/').Select(i => path[..i]);
}

/// <summary>Values of one element of a file.</summary>
/// <param name="place">Where the element stands in the file, for people.</param>
internal sealed class XmlRow(string place)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string Place { get; } = place;

    /// <summary>Why the row cannot be read, as a sentence: one of its values is too long. Null otherwise.</summary>
    public string? Fault { get; private set; }

    /// <summary>The value at a path, without blanks around it; null if it is missing or blank.</summary>
    public string? this[string path] => SourceValues.Text(_values.GetValueOrDefault(path));

    /// <summary>Takes a value; of several at one path the first that is not blank counts.</summary>
    public void Add(string path, string value)
    {
        if (this[path] is null)
        {
            _values[path] = value;
        }
    }

    /// <summary>Notes that a value was too long to hold.</summary>
    public void AddTooLong(string path, long characters) =>
        Fault ??= $"It is too long: its {path} has {characters / 1_000_000.0:0.0} million characters.";
}
