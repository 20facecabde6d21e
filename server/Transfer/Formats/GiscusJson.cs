using System.Text.Json;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Giscus: discussions as GitHub's GraphQL API answers with them. Read is one answer, a list of answers, answers on end as
/// <c>gh api graphql --paginate</c> writes them, and discussions by themselves.
/// </summary>
internal sealed class GiscusJson : JsonFormat
{
    private static readonly string[] Answers =
    [
        "repository.discussions.nodes[]", "repository.discussions.edges[]", "repository.discussion", "search.nodes[]", "search.edges[]",
        "node", "nodes[]", "discussions.nodes[]", "discussions.edges[]", "discussions[]",
    ];

    public override string Name => "giscus";

    public override string Title => "Giscus (GitHub Discussions)";

    // A discussion has its comments in it, and they their replies.
    protected override JsonShape Shape { get; } = new(
        [.. Answers.SelectMany(path => new[] { path, $"data.{path}", $"[].{path}", $"[].data.{path}" }), "[]", "[][]"],
        ["data", "errors", "extensions", "repository", "search", "discussions", "nodes"])
    {
        OfRowsToo = ["repository"],
        MaxRowBytes = 32 * 1024 * 1024,
    };

    protected override bool Recognises(JsonHead head) =>
        (head.Has("title", "comments") || head.Has("discussion", "replies") || head.Has("author", "replies"))
        && (head.Has("createdAt") || head.Has("discussions") || head.Has("discussion"))
        && !head.Has("comments_url") && !head.Has("commentHex") && !head.Has("domainId") && !head.Has("slug");

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        var discussion = row.Has("node") ? row.Child("node") : row;
        discussion.Repairs.AddRange(row.Repairs.Except(discussion.Repairs));
        if (discussion.Has("replies") && !discussion.Has("comments"))
        {
            // More of the replies to a comment than fitted beside it.
            ReadComment(discussion, IdOf(discussion.Child("discussion")), null, target);
            return;
        }

        if (!discussion.Has("title"))
        {
            target.Skip(row.Place, "row", "It is no discussion: it has no title.");
            return;
        }

        var thread = IdOf(discussion);
        target.Add(GitHubText.Thread(thread, discussion) with { CreatedAt = discussion.Time("createdAt") });
        foreach (var (number, comment) in discussion.Nodes("comments").Index())
        {
            ReadComment(Part(discussion, comment, $"comment {number + 1}"), thread, null, target);
        }
    }

    private static void ReadComment(JsonFields row, string thread, string? parent, JsonTarget target)
    {
        var id = row.Text("id");
        // Without a time it only says whose replies follow.
        if (row.Has("createdAt") || row.Has("body") || row.Has("bodyHTML"))
        {
            var (text, markup) = TextOf(row);
            target.Add(
                row,
                id,
                new SourceComment("", thread, row.Place)
                {
                    ParentId = row.Child("replyTo").Text("id") ?? parent,
                    PersonId = GitHubText.AddAuthor(row.Child("author"), target),
                    Text = text,
                    Markup = markup,
                    PostedAt = row.Time("createdAt"),
                    EditedAt = row.Time("lastEditedAt"),
                    State = StateOf(row),
                    UpVotes = row.Count("upvoteCount") + Reactions(row, "THUMBS_UP"),
                    DownVotes = Reactions(row, "THUMBS_DOWN"),
                },
                // Node ids have two spellings. The number in them stays.
                comment => (row.Number("databaseId") ?? GitHubIds.Of(id)) is { } number ? comment with { Key = $"{number}" } : comment);
        }

        foreach (var (number, reply) in row.Nodes("replies").Index())
        {
            ReadComment(Part(row, reply, $"reply {number + 1}"), thread, id, target);
        }
    }

    private static JsonFields Part(JsonFields whole, JsonElement part, string name)
    {
        var fields = new JsonFields(part, $"{whole.Place}, {name}");
        if (whole.Repairs.FirstOrDefault(JsonMending.IsRepair) is { } repair && JsonMending.IsMended(part))
        {
            fields.Repairs.Add(repair);
        }

        return fields;
    }

    private static string IdOf(JsonFields discussion) => discussion.Text("id") ?? discussion.Text("number") ?? discussion.Text("title") ?? "";

    private static (string Text, SourceMarkup Markup) TextOf(JsonFields row) =>
        row.Text("body") is { } body ? (body, SourceMarkup.Markdown)
        : row.Text("bodyHTML") is { } html ? (html, SourceMarkup.Html)
        : (row.Text("bodyText") ?? "", SourceMarkup.PlainText);

    private static CommentState StateOf(JsonFields row)
    {
        if (row.Has("deletedAt"))
        {
            return CommentState.Deleted;
        }

        switch (row.Is("isMinimized") ? (row.Text("minimizedReason") ?? row.Text("classifier") ?? "").ToUpperInvariant() : "OUTDATED")
        {
            case "SPAM":
                return CommentState.Spam;
            // Folded, but not for what they say.
            case "OUTDATED" or "RESOLVED" or "DUPLICATE":
                return CommentState.Published;
            default:
                row.Repairs.Add("It was hidden at GitHub; it is rejected here, and a moderator can publish it.");
                return CommentState.Rejected;
        }
    }

    private static int Reactions(JsonFields row, string content)
    {
        var groups = row.List("reactionGroups").Select(group => new JsonFields(group, row.Place)).Where(group => group.Text("content") == content)
            .Sum(group => Math.Max(group.Child("users").Count("totalCount"), group.Child("reactors").Count("totalCount")));
        return groups > 0 ? groups : row.Nodes("reactions").Count(reaction => new JsonFields(reaction, row.Place).Text("content") == content);
    }
}
