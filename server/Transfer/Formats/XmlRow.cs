using System.Collections.Frozen;

namespace Embed.Server.Transfer.Formats;

/// <summary>Which values of an element are read: paths such as <c>message</c>, <c>author/name</c>, <c>@id</c>, <c>thread@id</c>.</summary>
internal sealed class XmlFields
{
    private readonly string[] _paths;
    private readonly FrozenDictionary<string, int> _numbers;

    public XmlFields(params string[] paths)
    {
        _paths = paths;
        _numbers = paths.Select((path, number) => (path, number)).ToFrozenDictionary(field => field.path, field => field.number, StringComparer.Ordinal);
        Root = new XmlField("", this);
    }

    /// <summary>How many there are.</summary>
    public int Count => _paths.Length;

    /// <summary>The element whose values they are.</summary>
    public XmlField Root { get; }

    public IEnumerable<string> Paths => _paths;

    /// <summary>A field's number, from 0; -1 if there is none of this path.</summary>
    public int NumberOf(string path) => _numbers.GetValueOrDefault(path, -1);

    /// <summary>The path of a field.</summary>
    public string PathOf(int number) => _paths[number];
}

/// <summary>An element in which there are fields, so that no path is put together for each element of a file.</summary>
internal sealed class XmlField
{
    private readonly (string Name, XmlField Field)[] _children;
    private readonly (string Name, int Number)[] _attributes;

    public XmlField(string path, XmlFields fields)
    {
        Number = fields.NumberOf(path);
        var within = path.Length == 0 ? "" : $"{path}/";
        _children = [.. fields.Paths
            .Where(other => other.StartsWith(within, StringComparison.Ordinal))
            .Select(other => other[within.Length..].Split('/', '@')[0])
            .Where(name => name.Length > 0)
            .Distinct()
            .Select(name => (name, new XmlField(within + name, fields)))];
        _attributes = [.. fields.Paths
            .Where(other => other.StartsWith($"{path}@", StringComparison.Ordinal))
            .Select(other => (other[(path.Length + 1)..], fields.NumberOf(other)))];
    }

    /// <summary>The number of the field that its text is; -1 if it is none.</summary>
    public int Number { get; }

    public bool HasAttributes => _attributes.Length > 0;

    public bool HasChildren => _children.Length > 0;

    /// <summary>An element directly in it; null if there are no fields in such.</summary>
    public XmlField? Child(string name)
    {
        foreach (var child in _children)
        {
            if (child.Name == name)
            {
                return child.Field;
            }
        }

        return null;
    }

    /// <summary>The number of the field that an attribute of it is; -1 if it is none.</summary>
    public int Attribute(string name)
    {
        foreach (var attribute in _attributes)
        {
            if (attribute.Name == name)
            {
                return attribute.Number;
            }
        }

        return -1;
    }
}

/// <summary>Values of one element of a file.</summary>
/// <param name="place">Where the element stands in the file, for people.</param>
/// <param name="fields">What is read of it.</param>
internal sealed class XmlRow(string place, XmlFields fields)
{
    private readonly string?[] _values = new string?[fields.Count];

    public string Place { get; } = place;

    public XmlFields Fields { get; } = fields;

    /// <summary>Why the row cannot be read, as a sentence: one of its values is too long. Null otherwise.</summary>
    public string? Fault { get; private set; }

    /// <summary>The value at a path, without blanks around it; null if it is missing or blank.</summary>
    public string? this[string path] => _values[Fields.NumberOf(path)];

    /// <summary>Takes a value; of several of one field the first that is not blank counts.</summary>
    public void Add(int field, string value) => _values[field] ??= SourceValues.Text(value);

    /// <summary>Notes that a value was too long to hold.</summary>
    public void AddTooLong(int field, long characters) =>
        Fault ??= $"It is too long: its {Fields.PathOf(field)} has {characters / 1_000_000.0:0.0} million characters.";
}
