using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Disqus: the XML file it mails from Setup → Export. Threads come first, then posts; both have ids that are unique in all of Disqus.
/// See https://help.disqus.com/en/articles/1717164-comments-export.
/// </summary>
internal sealed class DisqusXml : IImportFormat
{
    /// <summary>Deleted threads that are remembered, to know their posts by.</summary>
    private const int MostDeletedThreads = 500_000;

    private static readonly string[] Flags = ["isDeleted", "isSpam", "isApproved"];

    private static readonly XmlFields ThreadFields =
        new("@id", "id", "link", "title", "createdAt", "isClosed", "isDeleted");

    private static readonly XmlFields PostFields = new(
        "@id", "message", "createdAt", "isDeleted", "isSpam", "isApproved", "author/email", "author/name", "author/isAnonymous",
        "author/username", "ipAddress", "thread@id", "parent@id");

    public string Name => "disqus";

    public string Title => "Disqus XML";

    public bool Recognises(ImportHead head) =>
        head.Text.Contains("<disqus", StringComparison.Ordinal) && head.Text.Contains("http://disqus.com", StringComparison.Ordinal);

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        var told = new ToldLately();
        foreach (var part in source.Parts())
        {
            using var xml = XmlSource.Open(part, "disqus", source.Limits, cancellationToken);
            while (xml.MoveToElement(1))
            {
                switch (xml.Name)
                {
                    case "thread":
                        AddThread(xml.ReadRow(ThreadFields), sink, deleted);
                        break;
                    case "post":
                        AddPost(xml.ReadRow(PostFields), sink, deleted, told);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private static void AddThread(XmlRow row, IImportSink sink, HashSet<string> deleted)
    {
        var id = SourceValues.Id(row["@id"]);
        var what = $"thread {id ?? "without id"}";
        if ((row.Fault ?? (id is null ? "It has no id, so no comment can be of it." : null)) is { } fault)
        {
            sink.Skip(row.Place, what, fault);
        }
        else if (SourceValues.Flag(row["isDeleted"]) == true)
        {
            if (deleted.Count == MostDeletedThreads)
            {
                throw new ImportFileException($"The file has more than {MostDeletedThreads} deleted threads, as no export has.");
            }

            deleted.Add(id!);
            sink.Skip(row.Place, what, "It was deleted at Disqus.");
        }
        else
        {
            sink.Add(new SourceThread(id!, row.Place)
            {
                Address = row["link"],
                ExplicitId = row["link"] is null ? SourceValues.Id(row["id"]) : null,
                Title = row["title"],
                IsClosed = SourceValues.Flag(row["isClosed"]) == true,
                CreatedAt = SourceValues.Time(row["createdAt"]),
            });
        }
    }

    private static void AddPost(XmlRow row, IImportSink sink, HashSet<string> deleted, ToldLately told)
    {
        var thread = SourceValues.Id(row["thread@id"]) ?? "";
        var id = SourceValues.Id(row["@id"]);
        if ((row.Fault ?? (deleted.Contains(thread) ? $"Its thread, {thread}, was deleted at Disqus." : null)) is { } fault)
        {
            sink.Skip(row.Place, $"comment {id ?? "without id"}", fault, id);
            return;
        }

        var state = StateOf(row);
        var person = state == CommentState.Deleted ? null : PersonOf(row);
        if (person is not null && told.Add(person.Id))
        {
            sink.Add(person);
        }

        var postedAt = SourceValues.Time(row["createdAt"]);
        id ??= $"made-{SourceValues.Hash(thread, person?.Id, row["createdAt"], row["message"])}";
        var comment = new SourceComment(id, thread, row.Place)
        {
            ParentId = SourceValues.Id(row["parent@id"]),
            PersonId = person?.Id,
            Text = row["message"] ?? "",
            Markup = SourceMarkup.Html,
            State = state,
            PostedAt = postedAt,
            NetworkAddress = row["ipAddress"],
            Repairs = RepairsOf(row, state, postedAt),
        };
        sink.Add(state == CommentState.Deleted ? comment.Emptied() : comment);
    }

    /// <summary>Somebody with an account by its name; a guest, who may have typed anything, by what they typed.</summary>
    private static SourcePerson? PersonOf(XmlRow row)
    {
        var isGuest = SourceValues.Flag(row["author/isAnonymous"]) == true || row["author/username"] is null;
        var id = isGuest ? SourceValues.Guest(row["author/name"], row["author/email"]) : SourceValues.Id(row["author/username"]);
        return id is null
            ? null
            : new SourcePerson(id, row.Place) { Name = row["author/name"] ?? row["author/username"], Email = row["author/email"] };
    }

    private static CommentState StateOf(XmlRow row) =>
        SourceValues.Flag(row["isDeleted"]) == true ? CommentState.Deleted
        : SourceValues.Flag(row["isSpam"]) == true ? CommentState.Spam
        : SourceValues.Flag(row["isApproved"]) == false || UnclearFlag(row) is not null ? CommentState.Pending
        : CommentState.Published;

    private static List<string> RepairsOf(XmlRow row, CommentState state, DateTimeOffset? postedAt)
    {
        List<string> repairs = [];
        if (row["@id"] is null)
        {
            repairs.Add(SourceValues.MadeId);
        }

        if (postedAt is null)
        {
            repairs.Add(SourceValues.BadTime(row["createdAt"]));
        }

        if (state == CommentState.Pending && UnclearFlag(row) is { } flag)
        {
            repairs.Add($"It is not clear whether it was published: {flag} is {SourceValues.Quote(row[flag])}. It waits for a moderator.");
        }

        if (SourceValues.HasLostCharacters(row["message"], row["author/name"]))
        {
            repairs.Add(SourceValues.LostCharacters);
        }

        return repairs;
    }

    /// <summary>The flag that says neither yes nor no, where it matters; null if there is none.</summary>
    private static string? UnclearFlag(XmlRow row) =>
        Array.Find(Flags, flag => row[flag] is not null && SourceValues.Flag(row[flag]) is null);
}
