using System.Text;
using System.Xml;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Reads an XML file row by row, holding no more than one row's wanted values. Nothing outside the file is read, no entities are
/// declared, and depth, names and values have limits.
/// </summary>
internal sealed class XmlSource : IDisposable
{
    private const int Deepest = 64;
    private const int MostNames = 20_000;

    /// <summary>Prefixes that exports use, for those that forget to declare them.</summary>
    private static readonly string[] KnownPrefixes = ["wp", "dc", "content", "excerpt", "wfw", "dsq", "xsi", "atom"];

    private readonly XmlReader _reader;
    private readonly string _name;
    private readonly ImportLimits _limits;
    private readonly CancellationToken _cancellationToken;
    private readonly char[] _chunk = new char[4096];
    private readonly StringBuilder _text = new();
    private long _rows;

    private XmlSource(XmlReader reader, string name, ImportLimits limits, CancellationToken cancellationToken)
    {
        _reader = reader;
        _name = name;
        _limits = limits;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The current element's name, without its prefix.</summary>
    public string Name => _reader.LocalName;

    /// <summary>Whether the current element has nothing in it, not even an end.</summary>
    public bool IsEmpty => _reader.IsEmptyElement;

    /// <summary>Where the current element stands.</summary>
    public string Place => $"{(_name.Length > 0 ? $"{_name}, " : "")}line {((IXmlLineInfo)_reader).LineNumber}";

    /// <summary>Opens a file whose first element has this name.</summary>
    public static XmlSource Open(ImportPart part, string root, ImportLimits limits, CancellationToken cancellationToken)
    {
        var names = new BoundedNameTable(MostNames);
        var namespaces = new XmlNamespaceManager(names);
        foreach (var prefix in KnownPrefixes)
        {
            namespaces.AddNamespace(prefix, prefix);
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.UnpackedBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true,
            NameTable = names,
        };
        var reader = XmlReader.Create(
            new XmlMender(XmlText.Open(part), root), settings, new XmlParserContext(names, namespaces, null, XmlSpace.Default));
        return new XmlSource(reader, part.Name, limits, cancellationToken);
    }

    /// <summary>Goes to the next element at a depth, past what is deeper; false when the one around it is over.</summary>
    /// <exception cref="ImportFileException">The file is damaged or incomplete.</exception>
    public bool MoveToElement(int depth)
    {
        while (Read())
        {
            if (_reader.NodeType == XmlNodeType.Element && _reader.Depth == depth)
            {
                return true;
            }

            if (_reader.NodeType == XmlNodeType.EndElement && _reader.Depth < depth)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads the current element.</summary>
    /// <exception cref="ImportFileException">The file is damaged or incomplete.</exception>
    public XmlRow ReadRow(XmlFields fields)
    {
        var row = NewRow(fields);
        AddAttributes(row, fields.Root);
        ReadWithin(row, fields.Root);
        _rows++;
        return row;
    }

    /// <summary>A row for the current element, whose values are read one by one.</summary>
    public XmlRow NewRow(XmlFields fields) => new(Place, fields);

    /// <summary>Reads the current element into the row of the one around it, if it is one of the fields.</summary>
    /// <exception cref="ImportFileException">The file is damaged or incomplete.</exception>
    public void ReadField(XmlRow row)
    {
        if (row.Fields.Root.Child(Name) is { } field)
        {
            ReadField(row, field);
        }
    }

    public void Dispose() => _reader.Dispose();

    private void ReadField(XmlRow row, XmlField field)
    {
        AddAttributes(row, field);
        if (field.Number >= 0)
        {
            ReadText(row, field.Number);
        }
        else if (field.HasChildren)
        {
            ReadWithin(row, field);
        }
    }

    private void ReadWithin(XmlRow row, XmlField around)
    {
        if (IsEmpty)
        {
            return;
        }

        var depth = _reader.Depth + 1;
        while (MoveToElement(depth))
        {
            if (around.Child(Name) is { } field)
            {
                ReadField(row, field);
            }
        }
    }

    private void AddAttributes(XmlRow row, XmlField field)
    {
        if (!field.HasAttributes)
        {
            return;
        }

        for (var isOne = _reader.MoveToFirstAttribute(); isOne; isOne = _reader.MoveToNextAttribute())
        {
            if (field.Attribute(_reader.LocalName) is var attribute and >= 0)
            {
                row.Add(attribute, _reader.Value);
            }
        }

        _reader.MoveToElement();
    }

    /// <summary>All text in the current element. What is beyond the limit is counted and not held.</summary>
    private void ReadText(XmlRow row, int field)
    {
        if (IsEmpty)
        {
            return;
        }

        var depth = _reader.Depth;
        _text.Clear();
        long length = 0;
        while (Read() && !(_reader.NodeType == XmlNodeType.EndElement && _reader.Depth == depth))
        {
            while (_reader.CanReadValueChunk && _reader.HasValue && ReadChunk() is var read and > 0)
            {
                length += read;
                if (length <= _limits.ValueCharacters)
                {
                    _text.Append(_chunk, 0, read);
                }
            }
        }

        if (length > _limits.ValueCharacters)
        {
            row.AddTooLong(field, length);
        }
        else
        {
            row.Add(field, _text.ToString());
        }
    }

    private int ReadChunk() => Guarded(static source => source._reader.ReadValueChunk(source._chunk, 0, source._chunk.Length));

    private bool Read()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var isMore = Guarded(static source => source._reader.Read());
        return _reader.Depth <= Deepest
            ? isMore
            : throw new ImportFileException($"{Sentence(Place)}: elements lie deeper in one another than {Deepest}, as in no export.");
    }

    private T Guarded<T>(Func<XmlSource, T> read)
    {
        try
        {
            return read(this);
        }
        catch (XmlException fault)
        {
            var where = _name.Length > 0 ? $"{_name}, line {fault.LineNumber}" : $"line {fault.LineNumber}";
            throw new ImportFileException(
                $"The file is damaged or incomplete: it cannot be read beyond {where}, after {_rows} rows. Get it anew. ({fault.Message})", fault);
        }
        catch (ImportFileException fault) when (fault.IsOfArchive)
        {
            throw fault.After($"{Place}, {_rows} rows");
        }
    }

    private static string Sentence(string place) => char.ToUpperInvariant(place[0]) + place[1..];

    /// <summary>Names are remembered for good, so there may not be any number of them.</summary>
    private sealed class BoundedNameTable(int most) : NameTable
    {
        private int _count;

        public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? Counted(base.Add(key, start, len));

        private string Counted(string name) => ++_count <= most
            ? name
            : throw new ImportFileException($"The file has more than {most} different names of elements, as no export has.");
    }
}
