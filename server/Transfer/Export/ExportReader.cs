using System.Text.Json;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Export;

/// <summary>A value of an export's head, or a row of one of its lists.</summary>
/// <param name="Part">The property of the file that it is, or is in.</param>
/// <param name="Number">Which row of the list, from 1; 0 for what is no list, and for a list itself, before its first row.</param>
/// <param name="Value">The value, until the next one is read; null where a list begins.</param>
internal sealed record ExportRow(string Part, long Number, JsonElement? Value);

/// <summary>Reads a JSON object of lists, row by row: of the file a window and one row are in memory. Nothing in it is trusted.</summary>
internal sealed class ExportReader
{
    /// <summary>Largest row, in bytes: an entry of the log has all rows that one act changed.</summary>
    public const int MaxRowBytes = 64 * 1024 * 1024;

    private const int WindowBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly CancellationToken _cancellationToken;
    private byte[] _window = new byte[WindowBytes];
    private int _start;
    private int _end;
    private long _before;
    private bool _isAtEnd;
    private JsonReaderState _state;
    private string _place = "its beginning";

    private ExportReader(Stream stream, CancellationToken cancellationToken) => (_stream, _cancellationToken) = (stream, cancellationToken);

    /// <summary>The head's values and the rows, in the order of the file.</summary>
    /// <exception cref="ImportFileException">It is no such JSON, broken or cut off. What came before has been given.</exception>
    public static IEnumerable<ExportRow> Read(Stream stream, CancellationToken cancellationToken) => new ExportReader(stream, cancellationToken).Parts();

    private IEnumerable<ExportRow> Parts()
    {
        SkipMark();
        if (Token(out _) != JsonTokenType.StartObject)
        {
            throw new ImportFileException("The file is no JSON object: it is no export of this server.");
        }

        while (Token(out var part) == JsonTokenType.PropertyName)
        {
            _place = part!;
            using (var value = ValueOrList())
            {
                yield return new ExportRow(part!, 0, value?.RootElement);
                if (value is not null)
                {
                    continue;
                }
            }

            for (var number = 1L; ; number++)
            {
                _place = $"row {number} of {part}";
                using var row = Element();
                if (row is null)
                {
                    break;
                }

                yield return new ExportRow(part!, number, row.RootElement);
            }
        }

        // Whatever comes behind the end is none.
        Token(out _);
    }

    private void SkipMark()
    {
        Fill();
        if (_window.AsSpan(0, _end) is [0xEF, 0xBB, 0xBF, ..])
        {
            _start = 3;
        }
    }

    /// <summary>The next token; <see cref="JsonTokenType.None"/> at the end.</summary>
    private JsonTokenType Token(out string? text)
    {
        while (true)
        {
            if (TryToken(out var type, out text) || _isAtEnd)
            {
                return type;
            }

            Fill();
        }
    }

    private bool TryToken(out JsonTokenType type, out string? text)
    {
        (type, text) = (JsonTokenType.None, null);
        try
        {
            var reader = new Utf8JsonReader(_window.AsSpan(_start, _end - _start), _isAtEnd, _state);
            if (!reader.Read())
            {
                Take(ref reader);
                return false;
            }

            type = reader.TokenType;
            text = type == JsonTokenType.PropertyName ? reader.GetString() : null;
            Take(ref reader);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Broken(fault);
        }
    }

    /// <summary>The value of a property; null for a list, which is begun.</summary>
    private JsonDocument? ValueOrList() => Value(JsonTokenType.StartArray);

    /// <summary>The next element of a list; null at its end.</summary>
    private JsonDocument? Element() => Value(JsonTokenType.EndArray);

    private JsonDocument? Value(JsonTokenType orNull)
    {
        while (true)
        {
            if (TryValue(orNull, out var value))
            {
                return value;
            }

            Fill();
        }
    }

    private bool TryValue(JsonTokenType orNull, out JsonDocument? value)
    {
        value = null;
        try
        {
            var reader = new Utf8JsonReader(_window.AsSpan(_start, _end - _start), _isAtEnd, _state);
            if (!reader.Read())
            {
                return _isAtEnd ? throw Broken(null) : false;
            }

            if (reader.TokenType != orNull && !JsonDocument.TryParseValue(ref reader, out value))
            {
                return _isAtEnd ? throw Broken(null) : false;
            }

            Take(ref reader);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Broken(fault);
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (_start > 0)
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            _before += _start;
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _window.Length)
        {
            if (_window.Length >= MaxRowBytes)
            {
                throw new ImportFileException($"The file has more than {MaxRowBytes / 1024 / 1024} MB at {_place}: no export has.");
            }

            Array.Resize(ref _window, _window.Length * 2);
        }

        try
        {
            // All that there is room for: a row that is not whole yet is looked at from its beginning.
            var count = _stream.ReadAtLeast(_window.AsSpan(_end), _window.Length - _end, throwOnEndOfStream: false);
            _end += count;
            _isAtEnd = count == 0;
        }
        catch (ImportFileException fault) when (fault.IsOfArchive)
        {
            throw _before + _start == 0 ? fault : fault.After(_place);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new ImportFileException($"The file cannot be unpacked any further than {_place}: it is damaged. Copy it again, or make the export anew.", fault);
        }
    }

    private ImportFileException Broken(Exception? fault) => new(
        _before + _start == 0 && !_isAtEnd
            ? "The file is no JSON: it is no export of this server. What other systems export is imported into a site."
            : _isAtEnd
            ? $"The file ends too early or is broken at {_place}, behind byte {_before + _start}. Copy it again, or make the export anew."
            : $"The file is broken JSON at {_place}, behind byte {_before + _start}. Copy it again, or make the export anew.",
        fault);
}
