using System.Globalization;
using System.Net;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Isso: its SQLite database. Ids begin anew in each. Only the tables <c>threads</c> and <c>comments</c> are read, never
/// <c>preferences</c>, where the key of its sessions is.
/// See https://github.com/isso-comments/isso/blob/master/isso/db/comments.py.
/// </summary>
internal sealed class IssoDatabase : IImportFormat
{
    /// <summary>What <c>mode</c> says.</summary>
    private const string IsPending = "2";

    private const string IsDeleted = "4";

    private static readonly string[] CommentColumns =
    [
        "tid", "id", "parent", "created", "modified", "mode", "text", "author", "email", "website", "remote_addr", "likes", "dislikes",
    ];

    public string Name => "isso";

    public string Title => "Isso database";

    /// <summary>The first page of a database has the sources of its tables in it.</summary>
    public bool Recognises(ImportHead head) =>
        head.Bytes.Span.StartsWith("SQLite format 3\0"u8)
        && Array.TrueForAll(["threads", "comments", "tid", "dislikes"], name => head.Text.Contains(name, StringComparison.Ordinal));

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        using var file = source.AsFile();
        using var database = new HostileDatabase(file.Path, source.Limits.ValueCharacters, cancellationToken);
        foreach (var row in database.Rows("threads", ["id", "uri", "title"]))
        {
            var id = SourceValues.Id(row["id"]);
            if ((row.Fault ?? (id is null ? "It has no id." : null)) is { } fault)
            {
                sink.Skip(row.Place, $"thread {id ?? "without id"}", fault);
                continue;
            }

            sink.Add(new SourceThread(id!, row.Place) { Address = row["uri"], Title = row["title"] });
        }

        var told = new ToldLately();
        foreach (var row in database.Rows("comments", CommentColumns))
        {
            AddComment(row, sink, told);
        }
    }

    private static void AddComment(DatabaseRow row, IImportSink sink, ToldLately told)
    {
        if (row.Fault is { } fault)
        {
            sink.Skip(row.Place, $"comment {row["id"] ?? "without id"}", fault, SourceValues.Id(row["id"]));
            return;
        }

        var isDeleted = row["mode"] == IsDeleted;
        var person = isDeleted ? null : PersonOf(row);
        if (person is not null && told.Add(person.Id))
        {
            sink.Add(person);
        }

        var postedAt = TimeOf(row["created"]);
        var id = SourceValues.Id(row["id"]) ?? $"made-{SourceValues.Hash(person?.Id, row["created"], row["text"])}";
        var time = postedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? row["created"];
        var comment = new SourceComment(id, SourceValues.Id(row["tid"]) ?? "", row.Place)
        {
            Key = $"{id}@{time}",
            ParentId = SourceValues.Id(row["parent"]),
            PersonId = person?.Id,
            Text = row["text"] ?? "",
            Markup = SourceMarkup.Markdown,
            State = isDeleted ? CommentState.Deleted : row["mode"] == IsPending ? CommentState.Pending : CommentState.Published,
            PostedAt = postedAt,
            EditedAt = TimeOf(row["modified"]),
            UpVotes = CountOf(row["likes"]),
            DownVotes = CountOf(row["dislikes"]),
            NetworkAddress = row["remote_addr"],
            Repairs =
            [
                .. row["id"] is null ? (string[])[SourceValues.MadeId] : [],
                .. postedAt is null ? (string[])[SourceValues.BadTime(row["created"])] : [],
                .. SourceValues.HasLostCharacters(row["text"], row["author"]) ? (string[])[SourceValues.LostCharacters] : [],
            ],
        };
        sink.Add(isDeleted ? comment.Emptied() : comment);
    }

    /// <summary>Isso keeps what somebody typed with HTML's characters escaped, once.</summary>
    private static SourcePerson? PersonOf(DatabaseRow row)
    {
        var name = WebUtility.HtmlDecode(row["author"]);
        var email = WebUtility.HtmlDecode(row["email"]);
        var website = WebUtility.HtmlDecode(row["website"]);
        return SourceValues.Guest(name, email, website) is { } id
            ? new SourcePerson(id, row.Place) { Name = name, Email = email, Website = website }
            : null;
    }

    private static DateTimeOffset? TimeOf(string? seconds) =>
        double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var since) ? SourceTime.Of(since).Time : null;

    private static int CountOf(string? number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
}
