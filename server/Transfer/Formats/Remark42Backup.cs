using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Embed.Server.Markup;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Remark42: its backup, JSON lines, usually packed with gzip. The first line tells of users and pages, each other is a comment. Ids
/// are random (UUID), so unique everywhere.
/// See https://github.com/umputun/remark42/blob/master/backend/app/migrator/native.go.
/// </summary>
internal sealed partial class Remark42Backup : IImportFormat
{
    /// <summary>Before the SHA-1 of somebody's login name at GitHub (https://github.com/go-pkgz/auth, provider/providers.go).</summary>
    private const string GitHubPrefix = "github_";

    // Whatever the list has besides, the sum is still a number.
    private const int MostBeyond = int.MaxValue / 2;

    public string Name => "remark42";

    public string Title => "Remark42 backup";

    public bool Recognises(ImportHead head) => Beginning().IsMatch(head.Text);

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        using var lines = new LineReader(source.Open(), source.Limits.LineBytes);
        var readOnly = lines.Read() ? ReadOnlyPages(lines) : [];
        var told = new ToldLately();
        while (ReadLine(lines))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (lines.Line is null)
            {
                sink.Skip(PlaceOf(lines), "comment", $"It is too long: its line has {lines.Length / 1_000_000.0:0.0} MB.");
            }
            else if (!string.IsNullOrWhiteSpace(lines.Line))
            {
                ReadComment(lines, source.Limits, sink, readOnly, told);
            }
        }
    }

    private static string PlaceOf(LineReader lines) => $"line {lines.Number}";

    private static bool ReadLine(LineReader lines)
    {
        try
        {
            return lines.Read();
        }
        catch (ImportFileException fault) when (fault.IsOfArchive)
        {
            throw fault.After(PlaceOf(lines));
        }
    }

    /// <summary>The addresses of pages that take no more comments, from the first line.</summary>
    private static HashSet<string> ReadOnlyPages(LineReader lines)
    {
        try
        {
            using var meta = JsonText.Parse(lines.Line ?? throw new ImportFileException("Line 1: it is too long."));
            return meta.RootElement.Items("posts")
                .Where(post => post.IsTrue("read_only"))
                .Select(post => post.Value("url"))
                .OfType<string>()
                .ToHashSet(StringComparer.Ordinal);
        }
        catch (JsonException fault)
        {
            throw new ImportFileException("Line 1: it is not what a backup of Remark42 begins with.", fault);
        }
    }

    private static void ReadComment(LineReader lines, ImportLimits limits, IImportSink sink, HashSet<string> readOnly, ToldLately told)
    {
        try
        {
            using var row = JsonText.Parse(lines.Line!);
            if (row.RootElement.ValueKind != JsonValueKind.Object)
            {
                sink.Skip(PlaceOf(lines), "comment", "It is no JSON object.");
                return;
            }

            AddComment(row.RootElement, PlaceOf(lines), limits, sink, readOnly, told);
        }
        catch (JsonException fault) when (lines.IsUnended)
        {
            throw new ImportFileException(
                $"The file is incomplete: it ends within line {lines.Number}, after {lines.Number - 2} comments. Get it anew.", fault);
        }
        catch (JsonException)
        {
            sink.Skip(PlaceOf(lines), "comment", "It is no JSON.");
        }
    }

    private static void AddComment(
        JsonElement row, string place, ImportLimits limits, IImportSink sink, HashSet<string> readOnly, ToldLately told)
    {
        var page = row.Member("locator")?.Value("url") ?? "";
        var thread = SourceValues.Id(page) ?? "";
        var (text, markup) = TextOf(row);
        var isDeleted = row.IsTrue("delete");
        var person = isDeleted ? null : PersonOf(row.Member("user"), place);
        var id = SourceValues.Id(row.Value("id"));
        if (text?.Length > limits.ValueCharacters)
        {
            sink.Skip(place, $"comment {id ?? "without id"}", $"It is too long: it has {text.Length / 1_000_000.0:0.0} million characters.", id);
            return;
        }

        if (thread.Length > 0 && told.Add($"thread {thread}"))
        {
            sink.Add(new SourceThread(thread, place) { Address = page, Title = row.Value("title"), IsClosed = readOnly.Contains(page) });
        }

        if (person is not null && told.Add($"person {person.Id}"))
        {
            sink.Add(person);
        }

        var (up, down) = VotesOf(row);
        var comment = new SourceComment(id ?? $"made-{SourceValues.Hash(thread, person?.Id, row.Value("time"), text)}", thread, place)
        {
            ParentId = SourceValues.Id(row.Value("pid")),
            PersonId = person?.Id,
            Text = text ?? "",
            Markup = markup,
            State = isDeleted ? CommentState.Deleted : CommentState.Published,
            PostedAt = SourceValues.Time(row.Value("time")),
            EditedAt = SourceValues.Time(row.Member("edit")?.Value("time")),
            UpVotes = up,
            DownVotes = down,
            IsPinned = row.IsTrue("pin"),
            Repairs = [.. RepairsOf(row, id, text)],
        };
        sink.Add(isDeleted ? comment.Emptied() : comment);
    }

    private static SourcePerson? PersonOf(JsonElement? user, string place)
    {
        var name = WebUtility.HtmlDecode(user?.Value("name"));
        var id = SourceValues.Id(user?.Value("id")) ?? SourceValues.Guest(name, null);
        return id is null or "deleted"
            ? null
            : new SourcePerson(id, place)
            {
                Name = name,
                GitHubLoginHash = GitHubUser().IsMatch(id) ? id[GitHubPrefix.Length..].ToLowerInvariant() : null,
            };
    }

    /// <summary>
    /// The Markdown that was typed, or, where that lacks something, the HTML that was shown. Remark42 cleans both as if they were HTML: in
    /// the Markdown a tag stays a tag, also one in a piece of code, and is taken away where it is not allowed, an address in angle
    /// brackets with it; everything else is escaped.
    /// </summary>
    private static (string? Text, SourceMarkup Markup) TextOf(JsonElement row)
    {
        var (orig, html) = (row.Value("orig"), row.Value("text"));
        var markdown = WebUtility.HtmlDecode(orig);
        return markdown is not null && (html is null || (!orig!.Contains('<', StringComparison.Ordinal) && SaysAll(markdown, html)))
            ? (markdown, SourceMarkup.Markdown)
            : (html, SourceMarkup.Html);
    }

    // Marks of Markdown are neither letters nor digits, and what else is shown was typed, in the same order.
    private static bool SaysAll(string markdown, string html)
    {
        var at = -1;
        return WebUtility.HtmlDecode(ForeignElements.WithoutTags(html)).Where(char.IsLetterOrDigit)
            .All(letter => (at = markdown.IndexOf(letter, at + 1)) >= 0);
    }

    /// <summary>Who voted how; what the score has beyond that, of votes that came with an import, is their difference.</summary>
    private static (int Up, int Down) VotesOf(JsonElement row)
    {
        var votes = row.Member("votes") is { ValueKind: JsonValueKind.Object } all ? all.EnumerateObject().Select(vote => vote.Value.ValueKind).ToList() : [];
        var (up, down) = (votes.Count(kind => kind == JsonValueKind.True), votes.Count(kind => kind == JsonValueKind.False));
        var beyond = int.TryParse(row.Value("score"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var score)
            ? Math.Clamp((long)score - up + down, -MostBeyond, MostBeyond) : 0;
        return (up + (int)Math.Max(beyond, 0), down + (int)Math.Max(-beyond, 0));
    }

    private static IEnumerable<string> RepairsOf(JsonElement row, string? id, string? text)
    {
        if (id is null)
        {
            yield return SourceValues.MadeId;
        }

        if (SourceValues.Time(row.Value("time")) is null)
        {
            yield return SourceValues.BadTime(row.Value("time"));
        }

        if (SourceValues.HasLostCharacters(text))
        {
            yield return SourceValues.LostCharacters;
        }
    }

    [GeneratedRegex("""^\s*\{\s*"version"\s*:\s*[0-9]+\s*,\s*"users"\s*:""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();

    [GeneratedRegex("^github_[0-9a-fA-F]{40}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GitHubUser();
}
