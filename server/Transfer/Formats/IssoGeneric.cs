using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// The JSON that Isso calls generic: a list of pages, each with its comments; what scripts write for systems without an importer.
/// Ids begin anew on each page, and there are no answers to answers.
/// See https://isso-comments.de/docs/guides/quickstart/#migrating-existing-comments.
/// </summary>
internal sealed partial class IssoGeneric : IImportFormat
{
    private const string PagePath = "[]";
    private const string IdPath = "[].id";
    private const string TitlePath = "[].title";

    private static readonly JsonShape Shape = new([IdPath, TitlePath, "[].comments[]"]) { Groups = [PagePath] };

    public string Name => "isso-generic";

    public string Title => "Isso's generic JSON";

    public bool Recognises(ImportHead head) =>
        Beginning().IsMatch(head.Text) && Array.TrueForAll(["\"comments\"", "\"author\"", "\"created\"", "\"text\""],
            name => head.Text.Contains(name, StringComparison.Ordinal));

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        using var stream = source.Open();
        var (pages, told) = (0, new ToldLately());
        var page = new Page("page 1");
        foreach (var row in JsonRows.Read(stream, Shape, cancellationToken))
        {
            switch (row.Path)
            {
                case PagePath:
                    page.End(sink, told);
                    page = new Page(string.Create(CultureInfo.InvariantCulture, $"page {++pages + 1}"));
                    break;
                case IdPath:
                    page.Id = TextOf(row.Element);
                    break;
                case TitlePath:
                    page.Title = TextOf(row.Element);
                    break;
                default:
                    page.Add(row, source.Limits, sink, told);
                    break;
            }
        }

        if (pages == 0)
        {
            throw new ImportFileException("The file is no list of pages with comments.");
        }
    }

    private static string? TextOf(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? SourceValues.Text(text.GetString())
        : value is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null;

    /// <summary>Isso asks for SQL's way; scripts also write seconds since 1970.</summary>
    private static DateTimeOffset? TimeOf(string? created) =>
        double.TryParse(created, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? SourceTime.Of(seconds).Time
            : SourceValues.Time(created);

    [GeneratedRegex(@"^\s*\[\s*\{", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();

    /// <summary>A page while it is read. Its id, which is in what its comments are known by, may stand behind them: so long they wait.</summary>
    private sealed class Page(string place)
    {
        private readonly List<Row> _waiting = [];
        private long _waitingCharacters;
        private bool _hasBegun;

        public string? Id { get; set; }

        public string? Title { get; set; }

        private string Thread => SourceValues.Id(Id) ?? "";

        public void Add(JsonRow row, ImportLimits limits, IImportSink sink, ToldLately told)
        {
            if (Row.Fault(row, limits) is { } fault)
            {
                sink.Skip(row.Place, "comment", fault);
                return;
            }

            var comment = Row.Of(row);
            if (Id is not null)
            {
                Begin(sink);
                comment.AddTo(sink, Thread, told);
                return;
            }

            _waiting.Add(comment);
            _waitingCharacters += comment.Characters;
            if (_waitingCharacters > limits.WaitingCharacters)
            {
                throw new ImportFileException(
                    $"R{row.Place[1..]}: the page's id stands behind more than {limits.WaitingCharacters} characters of its comments. Put it before them.");
            }
        }

        public void End(IImportSink sink, ToldLately told)
        {
            Begin(sink, isWhole: true);
            _waiting.ForEach(comment => comment.AddTo(sink, Thread, told));
        }

        // Its title may come later, and so may a thread come behind its comments.
        private void Begin(IImportSink sink, bool isWhole = false)
        {
            if (!_hasBegun && Thread.Length > 0 && (isWhole || Title is not null))
            {
                sink.Add(new SourceThread(Thread, place) { Address = Id, Title = Title });
                _hasBegun = true;
            }
        }
    }

    /// <summary>What a comment says.</summary>
    private sealed record Row(string Place, string? Id, string? Name, string? Email, string? Website, string? Address, string? Created, string Text, string? Repair)
    {
        private const int CharactersOfTheRest = 200;

        public long Characters => Text.Length + CharactersOfTheRest;

        public static string? Fault(JsonRow row, ImportLimits limits) =>
            row.Element is not { } element ? $"It is longer than {Shape.MaxRowBytes / (1024 * 1024)} MB."
            : element.ValueKind != JsonValueKind.Object ? "It is no JSON object."
            : element.Value("text") is { } text && text.Length > limits.ValueCharacters
            ? $"It is too long: it has {text.Length / 1_000_000.0:0.0} million characters."
            : null;

        public static Row Of(JsonRow row)
        {
            var element = row.Element!.Value;
            return new Row(
                row.Place, element.Value("id"), element.Value("author"), element.Value("email"), element.Value("website"),
                element.Value("remote_addr") is { } address and not "0.0.0.0" ? address : null, element.Value("created"), element.Value("text") ?? "", row.Repair);
        }

        public void AddTo(IImportSink sink, string thread, ToldLately told)
        {
            var person = SourceValues.Guest(Name, Email, Website);
            if (person is not null && told.Add(person))
            {
                sink.Add(new SourcePerson(person, Place) { Name = Name, Email = Email, Website = Website });
            }

            var id = $"{thread}/{SourceValues.Id(Id) ?? $"made-{SourceValues.Hash(person, Created, Text)}"}";
            var postedAt = TimeOf(Created);
            sink.Add(new SourceComment(id, thread, Place)
            {
                Key = $"{id}@{Created}",
                PersonId = person,
                Text = Text,
                Markup = SourceMarkup.Markdown,
                PostedAt = postedAt,
                NetworkAddress = Address,
                Repairs =
                [
                    .. Id is null ? (string[])[SourceValues.MadeId] : [],
                    .. postedAt is null ? (string[])[SourceValues.BadTime(Created)] : [],
                    .. (Repair ?? (SourceValues.HasLostCharacters(Text, Name) ? SourceValues.LostCharacters : null)) is { } lost ? (string[])[lost] : [],
                ],
            });
        }
    }
}
