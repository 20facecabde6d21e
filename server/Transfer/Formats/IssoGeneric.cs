using System.Globalization;
using System.Text;
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
    public string Name => "isso-generic";

    public string Title => "Isso's generic JSON";

    public bool Recognises(ImportHead head) =>
        Beginning().IsMatch(head.Text) && Array.TrueForAll(["\"comments\"", "\"author\"", "\"created\"", "\"text\""],
            name => head.Text.Contains(name, StringComparison.Ordinal));

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        using var file = Parse(source);
        if (file.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new ImportFileException("The file is no list of pages with comments.");
        }

        var told = new ToldLately();
        var row = 0;
        foreach (var (page, index) in file.RootElement.EnumerateArray().Select((page, index) => (page, index)))
        {
            var thread = SourceValues.Id(page.Value("id")) ?? "";
            if (thread.Length > 0)
            {
                sink.Add(new SourceThread(thread, $"page {index + 1}") { Address = page.Value("id"), Title = page.Value("title") });
            }

            foreach (var comment in page.Items("comments"))
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddComment(comment, thread, $"comment {++row}", source.Limits, sink, told);
            }
        }
    }

    private static JsonDocument Parse(ImportSource source)
    {
        using var stream = source.Open();
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > source.Limits.HeldFileBytes)
            {
                throw new ImportFileException(
                    $"The file is larger than {source.Limits.HeldFileBytes} bytes, the most that is read of this format. Split it.");
            }
        }

        try
        {
            return JsonText.Parse(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).TrimStart('\uFEFF'));
        }
        catch (JsonException fault)
        {
            throw new ImportFileException($"Line {fault.LineNumber + 1}: the file is damaged or incomplete. Get it anew.", fault);
        }
    }

    private static void AddComment(JsonElement row, string thread, string place, ImportLimits limits, IImportSink sink, ToldLately told)
    {
        var name = row.Value("author");
        var email = row.Value("email");
        var website = row.Value("website");
        var text = row.Value("text") ?? "";
        var created = row.Value("created");
        if (row.ValueKind != JsonValueKind.Object || text.Length > limits.ValueCharacters)
        {
            sink.Skip(place, "comment", text.Length > 0
                ? $"It is too long: it has {text.Length / 1_000_000.0:0.0} million characters."
                : "It is no JSON object.");
            return;
        }

        var person = SourceValues.Guest(name, email, website);
        if (person is not null && told.Add(person))
        {
            sink.Add(new SourcePerson(person, place) { Name = name, Email = email, Website = website });
        }

        var isMade = row.Value("id") is null;
        var id = $"{thread}/{SourceValues.Id(row.Value("id")) ?? $"made-{SourceValues.Hash(person, created, text)}"}";
        var postedAt = TimeOf(created);
        sink.Add(new SourceComment(id, thread, place)
        {
            Key = $"{id}@{created}",
            PersonId = person,
            Text = text,
            Markup = SourceMarkup.Markdown,
            PostedAt = postedAt,
            NetworkAddress = row.Value("remote_addr") is { } address and not "0.0.0.0" ? address : null,
            Repairs =
            [
                .. isMade ? (string[])[SourceValues.MadeId] : [],
                .. postedAt is null ? (string[])[SourceValues.BadTime(created)] : [],
                .. SourceValues.HasLostCharacters(text, name) ? (string[])[SourceValues.LostCharacters] : [],
            ],
        });
    }

    /// <summary>Isso asks for SQL's way; scripts also write seconds since 1970.</summary>
    private static DateTimeOffset? TimeOf(string? created) =>
        double.TryParse(created, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? SourceTime.Of(seconds).Time
            : SourceValues.Time(created);

    [GeneratedRegex(@"^\s*\[\s*\{", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();
}
