using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Transfer.Export;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Our own export, into a site that is here: its comments with their places, states, times and counts. What it has of a site's settings,
/// its team and its log stays behind; to move all of it, an empty server takes it over (<see cref="TakeOver"/>).
/// </summary>
/// <param name="most">Most people, threads and pins of a file. What has to be remembered of 3,000,000 takes about 150 MB.</param>
internal sealed partial class EmbedFormat(int most = 3_000_000) : IImportFormat
{
    /// <summary>Its name.</summary>
    public const string FormatName = "embed";

    public string Name => FormatName;

    public string Title => "Embed";

    public bool Recognises(ImportHead head) => Beginning().IsMatch(head.Text);

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        using var stream = source.Open();
        var file = new ReadFile(sink, most);
        foreach (var row in ExportReader.Read(stream, cancellationToken))
        {
            if (row.Value is { } value)
            {
                file.Add(row, new ReadRow(value));
            }
        }
    }

    [GeneratedRegex("""^\s*\{\s*"format"\s*:\s*"embed-export"\s*,""", RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();

    /// <summary>Ids begin anew on each server: with the time beside it nothing of another has the same.</summary>
    private static string Known(long id, long at) => string.Create(CultureInfo.InvariantCulture, $"{id} {at}");

    /// <summary>The id and the time (Unix milliseconds) that what a comment or thread is known by is made of; null for another key.</summary>
    public static (long Id, long At)? PartsOf(string key) =>
        key.Split(' ') is [var id, var at] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? (number, milliseconds) : null;

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>A row whose columns may be anything.</summary>
    private readonly record struct ReadRow(JsonElement Row)
    {
        public string? Text(string name)
        {
            try
            {
                return Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                // Half a character, which no text of ours has.
                return null;
            }
        }

        public long? Number(string name) => Find(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

        public int Count(string name) => (int)Math.Clamp(Number(name) ?? 0, 0, int.MaxValue);

        public bool Is(string name) => Find(name) is { ValueKind: JsonValueKind.True };

        public DateTimeOffset? Time(string name) => ExportColumn.TimeOf(Text(name));

        /// <summary>A time in Unix milliseconds; 0 where there is none.</summary>
        public long Milliseconds(string name) => Time(name)?.ToUnixTimeMilliseconds() ?? 0;

        private JsonElement? Find(string name) => Row.ValueKind == JsonValueKind.Object && Row.TryGetProperty(name, out var value) ? value : null;
    }

    /// <summary>What was read so far of a file, as far as later rows need it.</summary>
    private sealed class ReadFile(IImportSink sink, int most)
    {
        private const long NotTaken = long.MinValue;

        private const int MostGitHubs = 100;

        // By their providers there, the hosts; and by people, their accounts.
        private readonly Dictionary<string, string> _gitHubs = new(StringComparer.Ordinal);
        private readonly Dictionary<long, (string Host, long Number)> _gitHub = [];
        // By their ids there, when they were made: what they are known by is made of both.
        private readonly Dictionary<long, long> _people = [];
        private readonly Dictionary<long, long> _threads = [];
        private readonly HashSet<long> _pinned = [];

        public void Add(ExportRow at, ReadRow row)
        {
            if (_gitHub.Count + _people.Count + _threads.Count + _pinned.Count > most)
            {
                throw new ImportFileException($"The file has more than {most:N0} people, threads and pins. Export fewer at once.");
            }

            var place = string.Create(CultureInfo.InvariantCulture, $"row {at.Number} of {at.Part}");
            switch (at.Part)
            {
                case "version":
                    TakenHead.CheckVersion(row.Row);
                    break;
                case "sites" when at.Number > 1:
                    throw new ImportFileException("The file has several sites. Export the one whose comments are wanted by itself.");
                case "sites" when row.Number("id") is { } id && row.Text("key") is { } key && row.Time("createdAt") is { } made:
                    sink.Add(new SourceSite(id, key, made.ToUnixTimeMilliseconds()));
                    break;
                case "gitHub" when row.Row.ValueKind == JsonValueKind.Object:
                    AddGitHubs(row);
                    break;
                case "accounts" when _gitHubs.TryGetValue(row.Text("provider") ?? "", out var host) && row.Number("commenterId") is { } whose
                    && long.TryParse(row.Text("subject"), NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                    _gitHub.TryAdd(whose, (host, number));
                    break;
                case "people" when row.Number("id") is { } id:
                    AddPerson(id, row, place);
                    break;
                case "threads" when row.Number("id") is { } id:
                    AddThread(id, row, place);
                    break;
                case "comments" when row.Number("id") is { } id:
                    AddComment(id, row, place);
                    break;
                case "people" or "threads" or "comments":
                    sink.Skip(place, "row", "It has no id.");
                    break;
            }
        }

        // Of accounts of which the file does not say this the number proves nothing.
        private void AddGitHubs(ReadRow row)
        {
            foreach (var provider in row.Row.EnumerateObject().Take(MostGitHubs))
            {
                if (row.Text(provider.Name) is { } host)
                {
                    _gitHubs.TryAdd(provider.Name, host);
                }
            }
        }

        private void AddPerson(long id, ReadRow row, string place)
        {
            // Who is gone has no name, and is nobody's author.
            var isSomebody = row.Text("kind") is not ("former" or "server");
            var made = isSomebody ? row.Milliseconds("createdAt") : NotTaken;
            if (_people.TryAdd(id, made) && isSomebody)
            {
                var person = new SourcePerson(Known(id, made), place) { Name = row.Text("name") };
                sink.Add(_gitHub.TryGetValue(id, out var account) ? person with { GitHubHost = account.Host, GitHubId = account.Number } : person);
            }
        }

        private void AddThread(long id, ReadRow row, string place)
        {
            var why = row.Text("deletedAt") is not null ? "It was deleted." : row.Number("aliasOfId") is not null ? "Its comments are in another thread." : null;
            var made = why is null ? row.Milliseconds("createdAt") : NotTaken;
            if (!_threads.TryAdd(id, made))
            {
                sink.Skip(place, $"thread {Text(id)}", "Another has its id.");
            }
            else if (why is not null)
            {
                sink.Skip(place, $"thread {Text(id)}", why);
            }
            else
            {
                if (row.Number("pinnedCommentId") is { } pinned)
                {
                    _pinned.Add(pinned);
                }

                sink.Add(new SourceThread(Known(id, made), place)
                {
                    Address = row.Text("pageAddress"),
                    ExplicitId = row.Text("key") is ['#', .. var given] ? given : null,
                    Title = row.Text("title"),
                    IsClosed = row.Is("isClosed"),
                    CreatedAt = row.Time("createdAt"),
                });
            }
        }

        private void AddComment(long id, ReadRow row, string place)
        {
            if (row.Number("threadId") is not { } thread || !_threads.TryGetValue(thread, out var threadMade))
            {
                sink.Skip(place, $"comment {Text(id)}", "Its thread is not in the file.", Text(id));
                return;
            }

            if (threadMade == NotTaken)
            {
                sink.Skip(place, $"comment {Text(id)}", "Its thread was deleted.", Text(id));
                return;
            }

            var author = row.Number("commenterId") ?? 0;
            var (text, markup) = TextOf(row.Text("body") ?? "", row.Text("bodyHtml") ?? "");
            sink.Add(new SourceComment(Text(id), Known(thread, threadMade), place)
            {
                Key = Known(id, row.Milliseconds("postedAt")),
                ParentId = row.Number("parentId") is { } parent ? Text(parent) : null,
                PersonId = _people.GetValueOrDefault(author, NotTaken) is var authorMade && authorMade != NotTaken ? Known(author, authorMade) : null,
                Text = text,
                Markup = markup,
                State = StateOf(row.Text("state")),
                PostedAt = row.Time("postedAt"),
                EditedAt = row.Time("editedAt"),
                UpVotes = row.Count("upVotes"),
                DownVotes = row.Count("downVotes"),
                IsPinned = _pinned.Contains(id),
            });
        }

        // What was imported there from HTML may say more than its Markdown.
        private static (string Text, SourceMarkup Markup) TextOf(string body, string html) =>
            html.Length == 0 || CommentBody.Render(body).Value?.Value == html ? (body, SourceMarkup.Markdown) : (html, SourceMarkup.Html);

        private static CommentState StateOf(string? word) => word switch
        {
            "published" => CommentState.Published,
            "pending" => CommentState.Pending,
            "spam" => CommentState.Spam,
            "deleted" => CommentState.Deleted,
            // Of who is under a shadow ban there, too: nobody but them has seen it.
            _ => CommentState.Rejected,
        };
    }
}
