using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>Comentario's export, version 3: <c>pages</c>, <c>comments</c> and <c>commenters</c>.</summary>
internal sealed class ComentarioJson : JsonFormat
{
    // Whoever comments without an account.
    private const string Anonymous = "00000000-0000-0000-0000-000000000000";

    public override string Name => "comentario";

    public override string Title => "Comentario";

    protected override JsonShape Shape { get; } = new(["pages[]", "comments[]", "commenters[]"]);

    protected override bool Recognises(JsonHead head) =>
        !head.Has("commentHex") && !head.Has("commenterHex")
        && (head.Has("domainId", "isReadonly") || head.Has("pageId", "userCreated") || head.Has("colourIndex", "isCommenter")
            || head.Has("version", "pages", "comments", "commenters"));

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        switch (path)
        {
            case "pages[]":
                ReadPage(row, target);
                break;
            case "comments[]":
                ReadComment(row, target);
                break;
            default:
                ReadPerson(row, target);
                break;
        }
    }

    private static void ReadPage(JsonFields row, JsonTarget target)
    {
        if (row.Text("id") is not { } id)
        {
            target.Skip(row.Place, "page", "It has no id, so that no comment can be of it.");
            return;
        }

        target.Add(new SourceThread(id, row.Place)
        {
            Address = row.Text("path") is { } path ? "/" + path.TrimStart('/') : null,
            Title = row.Text("title"),
            IsClosed = row.Is("isReadonly"),
            CreatedAt = row.Time("createdTime"),
        });
    }

    private static void ReadComment(JsonFields row, JsonTarget target)
    {
        var page = row.Text("pageId");
        // The comment's own address, without the part that leads to it: for a page that the file does not list.
        var address = row.Text("url")?.Split('#')[0];
        var thread = page ?? address ?? "";
        if (address is not null)
        {
            target.Add(new SourceThread(thread, row.Place) { Address = address });
        }

        var markdown = row.Text("markdown");
        var state = row.Is("isDeleted") ? CommentState.Deleted
            : row.Is("isPending") ? CommentState.Pending
            : row.Is("isApproved") ? CommentState.Published : CommentState.Rejected;
        var score = (int)Math.Clamp(row.Number("score") ?? 0, -int.MaxValue, int.MaxValue);
        target.Add(row, row.Text("id"), new SourceComment("", thread, row.Place)
        {
            ParentId = row.Text("parentId") is { } parent && parent != Anonymous ? parent : null,
            PersonId = state == CommentState.Deleted ? null : PersonOf(row, target),
            Text = markdown ?? row.Text("html") ?? "",
            Markup = markdown is null && row.Has("html") ? SourceMarkup.Html : SourceMarkup.Markdown,
            PostedAt = row.Time("createdTime"),
            EditedAt = row.Time("editedTime"),
            State = state,
            UpVotes = Math.Max(0, score),
            DownVotes = Math.Max(0, -score),
            IsPinned = row.Is("isSticky"),
            NetworkAddress = row.Text("authorIP"),
        });
    }

    // Of whose account was deleted there nothing is said.
    private static string? PersonOf(JsonFields row, JsonTarget target) =>
        row.Text("userCreated") is { } user && user != Anonymous ? user
        : target.AddGuest(row, row.Text("authorName") ?? (row.Has("userCreated") ? CommentoJson.AnonymousName : null), null, null);

    private static void ReadPerson(JsonFields row, JsonTarget target)
    {
        if (row.Text("id") is not { } id)
        {
            target.Skip(row.Place, "commenter", "It has no id, so that no comment can be theirs.");
            return;
        }

        var website = row.Text("websiteUrl");
        target.Add(new SourcePerson(id, row.Place)
        {
            Name = row.Text("name"),
            Email = row.Text("email"),
            Website = website,
            GitHubLogin = row.Text("federatedIdP") == "github" ? GitHubIds.LoginOf(website) : null,
        });
    }
}
