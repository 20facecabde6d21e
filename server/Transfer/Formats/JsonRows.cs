using System.Text;
using System.Text.Json;

namespace Embed.Server.Transfer.Formats;

/// <summary>Reads the rows of a JSON text, or of several on end, in their order and with bounded memory, whatever the file's size.</summary>
internal sealed class JsonRows
{
    private const int MaxNameBytes = 256;

    // What GraphQL calls lists and their elements says nothing to people.
    private static readonly string[] Wrappers = ["nodes", "edges", "node", "data", ""];

    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, MaxDepth = JsonBytes.MaxDepth };

    private readonly JsonShape _shape;
    private readonly JsonBytes _bytes;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private string _last = "the beginning";

    private JsonRows(Stream stream, JsonShape shape, CancellationToken cancellationToken)
    {
        _shape = shape;
        _bytes = new JsonBytes(stream, () => _last, cancellationToken);
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

    // What decides may come late. Until then it is kept as a row. Its values are for whoever parses it, but nobody parses a container's:
    // so what stands between them is looked at here.
    private IEnumerable<JsonRow> RowOrContainer(string path)
    {
        _bytes.Keep(_shape.MaxRowBytes);
        _bytes.Take();
        _bytes.SkipSpace();
        if (_bytes.Peek() == '}')
        {
            return Properties(path, null);
        }

        var isTooLong = false;
        for (var isFirst = true; isFirst || _bytes.Peek() != '}'; isFirst = false)
        {
            var name = KeptName(ref isTooLong);
            _bytes.SkipSpace();
            Expect(':');
            _bytes.SkipSpace();
            if (_shape.IsContainer(path, name, isFirst, _bytes.Peek() is '{' or '['))
            {
                return Properties(path, name);
            }

            CheckValue();
            CheckEnd(_bytes.SkipValue());
            EndOfItem('}');
            _bytes.SkipSpace();
        }

        _bytes.Take();
        return Kept(path, PlaceOf(path), isTooLong);
    }

    private string KeptName(ref bool isRowTooLong)
    {
        isRowTooLong |= _bytes.IsTooLong;
        if (isRowTooLong)
        {
            return Name();
        }

        var start = _bytes.Kept.Length;
        Expect('"');
        CheckEnd(_bytes.SkipString());
        return _bytes.IsTooLong ? "" : NameOf(_bytes.Kept.Span[start..]);
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

    // With the name of the property whose value is next, if it was read already.
    private IEnumerable<JsonRow> Properties(string path, string? name)
    {
        _bytes.StopKeeping();
        while (true)
        {
            _bytes.SkipSpace();
            if (name is null && _bytes.Peek() == '}')
            {
                _bytes.Take();
                break;
            }

            if (name is null)
            {
                name = Name();
                _bytes.SkipSpace();
                Expect(':');
                _bytes.SkipSpace();
            }

            CheckValue();
            foreach (var row in Value(path.Length == 0 ? name : $"{path}.{name}"))
            {
                yield return row;
            }

            EndOfItem('}');
            name = null;
        }

        if (_shape.IsGroup(path))
        {
            yield return new JsonRow(path, PlaceOf(path), null, null);
        }
    }

    private IEnumerable<JsonRow> Kept(string path, string place, bool isTooLong = false)
    {
        _bytes.StopKeeping();
        _last = place;
        if (isTooLong || _bytes.IsTooLong)
        {
            yield return new JsonRow(path, place, null, null);
            yield break;
        }

        var (bytes, repair) = JsonMending.Mend(_bytes.Kept);
        using var document = Parse(bytes, place);
        yield return new JsonRow(path, place, document.RootElement, repair);
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> bytes, string place)
    {
        try
        {
            return JsonDocument.Parse(bytes, Options);
        }
        catch (JsonException fault)
        {
            throw new ImportFileException($"{char.ToUpperInvariant(place[0])}{place[1..]} is broken JSON, before byte {_bytes.Position} of the file. Mend it there, or make the export anew.", fault);
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
}
