using System.Net;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// WordPress: the extended RSS (WXR 1.0 to 1.2) of Tools → Export, also in parts within one zip. Ids begin anew in each blog. The
/// same format is what Disqus takes in, with <c>dsq:thread_identifier</c>.
/// See https://github.com/WordPress/WordPress/blob/master/wp-admin/includes/export.php.
/// </summary>
internal sealed class WordPressXml : IImportFormat
{
    private static readonly XmlFields PostFields = new(
        "title", "link", "post_id", "post_date_gmt", "comment_status", "status", "post_password", "thread_identifier");

    private static readonly XmlFields CommentFields = new(
        "comment_id", "comment_author", "comment_author_email", "comment_author_url", "comment_author_IP", "comment_date",
        "comment_date_gmt", "comment_content", "comment_approved", "comment_type", "comment_parent", "comment_user_id");

    public string Name => "wordpress";

    public string Title => "WordPress WXR";

    public bool Recognises(ImportHead head) =>
        head.Text.Contains("<rss", StringComparison.Ordinal) && head.Text.Contains("://wordpress.org/export/1.", StringComparison.Ordinal);

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        var told = new ToldLately();
        foreach (var part in source.Parts())
        {
            using var xml = XmlSource.Open(part, "rss", source.Limits, cancellationToken);
            while (xml.MoveToElement(1))
            {
                if (xml.IsEmpty)
                {
                    continue;
                }

                while (xml.MoveToElement(2))
                {
                    if (xml.Name == "item" && !xml.IsEmpty)
                    {
                        ReadPost(xml, sink, told);
                    }
                }
            }
        }
    }

    /// <summary>A post's own values come before its comments; it is a thread once it has one.</summary>
    private static void ReadPost(XmlSource xml, IImportSink sink, ToldLately told)
    {
        var post = xml.NewRow(PostFields);
        string? thread = null;
        while (xml.MoveToElement(3))
        {
            if (xml.Name != "comment")
            {
                xml.ReadField(post);
                continue;
            }

            var row = xml.ReadRow(CommentFields);
            var id = SourceValues.Id(post["post_id"] ?? post["link"]) ?? post.Place;
            if (WhyNot(row, post) is { } reason)
            {
                sink.Skip(
                    row.Place, $"comment {row["comment_id"] ?? "without id"}", reason,
                    SourceValues.Id(row["comment_id"]) is { } comment ? IdWithin(id, comment) : null);
                continue;
            }

            if (thread is null)
            {
                thread = id;
                AddThread(thread, post, sink);
            }

            AddComment(thread, row, sink, told);
        }
    }

    private static void AddThread(string id, XmlRow post, IImportSink sink) => sink.Add(new SourceThread(id, post.Place)
    {
        Address = post["link"],
        ExplicitId = post["link"] is null ? SourceValues.Id(post["thread_identifier"]) : null,
        Title = WebUtility.HtmlDecode(post["title"]),
        IsClosed = post["comment_status"] == "closed",
        CreatedAt = SourceValues.Time(post["post_date_gmt"]),
    });

    /// <summary>Why a comment is none of ours; null if it is.</summary>
    private static string? WhyNot(XmlRow row, XmlRow post) =>
        row.Fault ?? post.Fault ?? row["comment_type"] switch
        {
            null or "comment" or "review" => post["status"] is "private" or "trash" or "draft" or "pending" or "auto-draft"
                ? $"Its post is not public ({post["status"]})."
                : post["post_password"] is not null ? "Its post is behind a password." : null,
            "pingback" or "trackback" => $"It is a {row["comment_type"]}: a notice by a machine that some page links here.",
            _ => $"It is no comment, but of the type {SourceValues.Quote(row["comment_type"])}.",
        };

    private static void AddComment(string thread, XmlRow row, IImportSink sink, ToldLately told)
    {
        var person = PersonOf(row);
        if (person is not null && told.Add(person.Id))
        {
            sink.Add(person);
        }

        var utc = SourceValues.Time(row["comment_date_gmt"]);
        var postedAt = utc ?? SourceValues.Time(row["comment_date"]);
        var written = (utc is null ? row["comment_date"] : row["comment_date_gmt"]) ?? row["comment_date_gmt"];
        var id = SourceValues.Id(row["comment_id"]) ?? $"made-{SourceValues.Hash(person?.Id, written, row["comment_content"])}";
        sink.Add(new SourceComment(IdWithin(thread, id), thread, row.Place)
        {
            Key = $"{id}@{written}",
            ParentId = SourceValues.Id(row["comment_parent"]) is { } parent and not "0" ? IdWithin(thread, parent) : null,
            PersonId = person?.Id,
            Text = row["comment_content"] ?? "",
            Markup = SourceMarkup.HtmlWithLineBreaks,
            State = StateOf(row["comment_approved"]),
            PostedAt = postedAt,
            NetworkAddress = row["comment_author_IP"],
            Repairs = [.. RepairsOf(row, utc, postedAt)],
        });
    }

    /// <summary>Answers are of the same post, so ids need to be unique only there; exports put together by hand repeat them.</summary>
    private static string IdWithin(string thread, string id) => $"{thread}/{id}";

    /// <summary>The blog's own people by number and the name they then had; everybody else by what they typed.</summary>
    private static SourcePerson? PersonOf(XmlRow row)
    {
        var name = WebUtility.HtmlDecode(row["comment_author"]);
        var id = row["comment_user_id"] is { } number and not "0"
            ? $"user-{SourceValues.Hash(number, name)}"
            : SourceValues.Guest(name, row["comment_author_email"], row["comment_author_url"]);
        return id is null
            ? null
            : new SourcePerson(id, row.Place)
            {
                Name = name,
                Email = row["comment_author_email"],
                Website = WebUtility.HtmlDecode(row["comment_author_url"]),
            };
    }

    private static CommentState StateOf(string? approved) => approved switch
    {
        "1" or "approve" or "approved" => CommentState.Published,
        "spam" => CommentState.Spam,
        "trash" or "post-trashed" => CommentState.Rejected,
        _ => CommentState.Pending,
    };

    private static IEnumerable<string> RepairsOf(XmlRow row, DateTimeOffset? utc, DateTimeOffset? postedAt)
    {
        if (row["comment_id"] is null)
        {
            yield return SourceValues.MadeId;
        }

        if (postedAt is null)
        {
            yield return SourceValues.BadTime(row["comment_date_gmt"] ?? row["comment_date"]);
        }
        else if (utc is null)
        {
            yield return "It has its time only as the blog's clock showed it, which was taken for UTC.";
        }

        if (row["comment_approved"] is var approved and not ("0" or "hold" or "pending") && StateOf(approved) == CommentState.Pending)
        {
            yield return $"It is not clear whether it was approved: {(approved is null ? "it does not say" : SourceValues.Quote(approved))}. It waits for a moderator.";
        }

        if (SourceValues.HasLostCharacters(row["comment_content"], row["comment_author"]))
        {
            yield return SourceValues.LostCharacters;
        }
    }
}
