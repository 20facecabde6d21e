using System.Text;
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
    /// Where given, each JSON text of a file is a row by itself, as in JSON Lines, unless its first property is one of these. So is
    /// what stands where rows are and where rows are below.
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

    /// <summary>Whether the values at a path are rows.</summary>
    public bool IsRow(string path) => _rows.Contains(path);

    /// <summary>Whether rows may lie below a path.</summary>
    public bool IsAbove(string path) => _above.Contains(path);

    /// <summary>Whether an object there may be a row or have rows in it, as its first property says.</summary>
    public bool IsEither(string path) => _containers is not null && (path.Length == 0 || (IsRow(path) && IsAbove(path)));

    /// <summary>Whether an object that begins with this property has rows in it instead of being one.</summary>
    public bool IsContainer(string? firstProperty) => firstProperty is null || _containers!.Contains(firstProperty);
}

/// <summary>A row of a JSON text.</summary>
/// <param name="Path">Its path, as in <see cref="JsonShape"/>; empty for a whole text.</param>
/// <param name="Place">Where it stands, for people: <c>row 7 of comments</c>.</param>
/// <param name="Element">What it is, until the next row is asked for; null if it is longer than the shape allows.</param>
/// <param name="Repair">What of its text had to be mended; null if nothing.</param>
internal sealed record JsonRow(string Path, string Place, JsonElement? Element, string? Repair);

/// <summary>Reads the rows of a JSON text, or of several on end, in their order and with bounded memory, whatever the file's size.</summary>
internal sealed class JsonRows
{
    private const int MaxNameBytes = 256;

    // What GraphQL calls lists and their elements says nothing to people.
    private static readonly string[] Wrappers = ["nodes", "edges", "node", "data", ""];

    private readonly JsonShape _shape;
    private readonly JsonBytes _bytes;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private string _last = "the beginning";

    private JsonRows(Stream stream, JsonShape shape, CancellationToken cancellationToken)
    {
        _shape = shape;
        _bytes = new JsonBytes(stream, cancellationToken);
    }

    /// <summary>The rows.</summary>
    /// <exception cref="ImportFileException">It is no JSON, broken, truncated, or nested too deeply. What came before has been given.</exception>
    public static IEnumerable<JsonRow> Read(Stream stream, JsonShape shape, CancellationToken cancellationToken) =>
        new JsonRows(stream, shape, cancellationToken).Documents();

    private IEnumerable<JsonRow> Documents()
    {
        for (var isFirst = true; ; isFirst = false)
        {
            // JSON Lines, texts on end, and LeanCloud's lists without their brackets.
            _bytes.SkipSpace(also: isFirst ? ' ' : ',');
            switch (_bytes.Peek())
            {
                case -1 when isFirst:
                    throw new ImportFileException("The file is empty.");
                case -1:
                    yield break;
                case '#':
                    // LeanCloud's first line says what the others are.
                    _bytes.SkipLine();
                    continue;
                case '{' or '[':
                    foreach (var row in Value(""))
                    {
                        yield return row;
                    }

                    break;
                default:
                    throw Broken(isFirst ? "is not JSON" : "is no JSON any more");
            }
        }
    }

    private IEnumerable<JsonRow> RowOrContainer(string path)
    {
        _bytes.Keep(_shape.MaxRowBytes);
        _bytes.Take();
        _bytes.SkipSpace();
        string? name = null;
        if (_bytes.Peek() == '"')
        {
            var start = _bytes.Kept.Length;
            _bytes.Take();
            CheckEnd(_bytes.SkipString());
            name = _bytes.IsTooLong ? "" : NameOf(_bytes.Kept.Span[start..]);
        }

        if (_shape.IsContainer(name))
        {
            _bytes.StopKeeping();
            return Properties(path, name);
        }

        var place = PlaceOf(path);
        CheckEnd(_bytes.SkipValue(depth: 1));
        return Kept(path, place);
    }

    private IEnumerable<JsonRow> Value(string path)
    {
        var first = _bytes.Peek();
        if (first == '{' && _shape.IsEither(path))
        {
            return RowOrContainer(path);
        }

        // Pages of a list may be in a list themselves.
        if (_shape.IsRow(path) && !(first == '[' && _shape.IsRow(path + "[]")))
        {
            var place = PlaceOf(path);
            _bytes.Keep(_shape.MaxRowBytes);
            CheckEnd(_bytes.SkipValue());
            return Kept(path, place);
        }

        if (first is '{' or '[' && (_shape.IsAbove(path) || _shape.IsRow(path)))
        {
            _bytes.Take();
            return first == '{' ? Properties(path, null) : Elements(path + "[]");
        }

        CheckEnd(_bytes.SkipValue());
        return [];
    }

    private IEnumerable<JsonRow> Elements(string path)
    {
        while (true)
        {
            _bytes.SkipSpace();
            if (_bytes.Peek() == ']')
            {
                _bytes.Take();
                yield break;
            }

            CheckValue();
            foreach (var row in Value(path))
            {
                yield return row;
            }

            EndOfItem(']');
        }
    }

    private IEnumerable<JsonRow> Properties(string path, string? name)
    {
        while (true)
        {
            _bytes.SkipSpace();
            if (name is null && _bytes.Peek() == '}')
            {
                _bytes.Take();
                yield break;
            }

            name ??= Name();
            _bytes.SkipSpace();
            Expect(':');
            _bytes.SkipSpace();
            CheckValue();
            foreach (var row in Value(path.Length == 0 ? name : $"{path}.{name}"))
            {
                yield return row;
            }

            EndOfItem('}');
            name = null;
        }
    }

    private IEnumerable<JsonRow> Kept(string path, string place)
    {
        _bytes.StopKeeping();
        _last = place;
        if (_bytes.IsTooLong)
        {
            yield return new JsonRow(path, place, null, null);
            yield break;
        }

        var (bytes, repair) = JsonText.Mend(_bytes.Kept);
        using var document = Parse(bytes, place);
        yield return new JsonRow(path, place, document.RootElement, repair);
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> bytes, string place)
    {
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = JsonBytes.MaxDepth });
        }
        catch (JsonException fault)
        {
            throw new ImportFileException($"{Capital(place)} is broken JSON, before byte {_bytes.Position} of the file. Mend it there, or make the export anew.", fault);
        }
    }

    private string PlaceOf(string path)
    {
        var label = path.Split('.').Select(step => step.Replace("[]", "", StringComparison.Ordinal)).LastOrDefault(step => !Wrappers.Contains(step)) ?? "";
        var number = _counts[label] = _counts.GetValueOrDefault(label) + 1;
        return label.Length == 0 ? $"row {number}" : $"row {number} of {label}";
    }

    private string Name()
    {
        _bytes.Keep(MaxNameBytes);
        Expect('"');
        CheckEnd(_bytes.SkipString());
        _bytes.StopKeeping();
        return _bytes.IsTooLong ? "" : NameOf(_bytes.Kept.Span);
    }

    private string NameOf(ReadOnlySpan<byte> quoted)
    {
        try
        {
            return quoted.Contains((byte)'\\') ? JsonSerializer.Deserialize<string>(quoted)! : Encoding.UTF8.GetString(quoted[1..^1]);
        }
        catch (JsonException)
        {
            throw Broken("has a broken name");
        }
    }

    private void EndOfItem(char end)
    {
        _bytes.SkipSpace();
        if (_bytes.Peek() == ',')
        {
            _bytes.Take();
        }
        else if (_bytes.Peek() != end)
        {
            CheckEnd(_bytes.Peek() != -1);
            throw Broken("is broken JSON");
        }
    }

    private void Expect(char character)
    {
        CheckEnd(_bytes.Peek() != -1);
        if (_bytes.Peek() != character)
        {
            throw Broken("is broken JSON");
        }

        _bytes.Take();
    }

    private void CheckValue()
    {
        CheckEnd(_bytes.Peek() != -1);
        if (_bytes.Peek() is not ('"' or '{' or '[' or '-' or 't' or 'f' or 'n' or (>= '0' and <= '9')))
        {
            throw Broken("is broken JSON");
        }
    }

    private void CheckEnd(bool isWhole)
    {
        if (!isWhole)
        {
            throw new ImportFileException(
                $"The file ends too early, at byte {_bytes.Position} after {_last}: it was cut off. Copy or make the export anew.");
        }
    }

    private ImportFileException Broken(string how) => new($"The file {how} at byte {_bytes.Position}, after {_last}. Mend it there, or make the export anew.");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
