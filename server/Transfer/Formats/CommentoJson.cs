using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Commento's and Commento++'s export, version 1: <c>comments</c> and <c>commenters</c>. Comentario's version 1 is the same with
/// other names for some fields.
/// </summary>
internal sealed class CommentoJson : JsonFormat
{
    // What a comment without an account has for its commenter; in Comentario it is zeros.
    private const string Anonymous = "anonymous";

    /// <summary>What both call whoever wrote without an account and without a name.</summary>
    internal const string AnonymousName = "Anonymous";

    // What stands where somebody has no mail address, link or picture.
    private const string Undefined = "undefined";

    // What takes the place of a deleted comment's text, and of a deleted commenter's name.
    private const string Deleted = "[deleted]";

    public override string Name => "commento";

    public override string Title => "Commento, Commento++";

    protected override JsonShape Shape { get; } = new(["comments[]", "commenters[]"]);

    protected override bool Recognises(JsonHead head) => head.Has("commentHex") || head.Has("commenterHex");

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        if (path == "comments[]")
        {
            ReadComment(row, target);
        }
        else
        {
            ReadPerson(row, target);
        }
    }

    private static void ReadComment(JsonFields row, JsonTarget target)
    {
        var thread = ThreadOf(row);
        target.Add(thread);
        var markdown = row.Text("markdown");
        var state = row.Is("deleted") || markdown == Deleted ? CommentState.Deleted : StateOf(row);
        var score = (int)Math.Clamp(row.Number("score") ?? 0, -int.MaxValue, int.MaxValue);
        target.Add(row, row.Text("commentHex"), new SourceComment("", thread.Id, row.Place)
        {
            ParentId = row.Text("parentHex") is { } parent && parent != "root" ? parent : null,
            PersonId = state == CommentState.Deleted ? null : PersonOf(row, target),
            // Exports have no HTML, but other programs write this format, too.
            Text = markdown ?? row.Text("html") ?? "",
            Markup = markdown is null && row.Has("html") ? SourceMarkup.Html : SourceMarkup.Markdown,
            PostedAt = row.Time("creationDate"),
            State = state,
            UpVotes = Math.Max(0, score),
            DownVotes = Math.Max(0, -score),
        });
    }

    // Commento++ lists those who gave a name as commenters of the provider "anon".
    private static string? PersonOf(JsonFields row, JsonTarget target) =>
        row.Text("commenterHex") is not { } person ? null
        : person == Anonymous || person.All(digit => digit == '0') ? target.AddGuest(row, AnonymousName, null, null)
        : person;

    private static SourceThread ThreadOf(JsonFields row)
    {
        var path = row.Text("path") ?? row.Text("url") ?? "";
        var host = row.Text("domain") ?? row.Text("host");
        var address = path.Contains("://", StringComparison.Ordinal) ? path
            : (host is null ? "" : $"https://{host.TrimEnd('/')}") + "/" + path.TrimStart('/');
        return new SourceThread(address, row.Place) { Address = address };
    }

    private static CommentState StateOf(JsonFields row)
    {
        switch (row.Text("state"))
        {
            case "approved":
                return CommentState.Published;
            case "unapproved":
                return CommentState.Pending;
            case "flagged":
                // By Commento's spam filter.
                return CommentState.Spam;
            default:
                row.Repairs.Add("Its state is none of Commento's; it waits in the queue.");
                return CommentState.Pending;
        }
    }

    private static void ReadPerson(JsonFields row, JsonTarget target)
    {
        if (row.Text("commenterHex") is not { } id)
        {
            target.Skip(row.Place, "commenter", "It has no id, so that no comment can be theirs.");
            return;
        }

        // Those who signed in with GitHub have what GitHub said, and cannot change it.
        var isGitHub = row.Text("provider") == "github";
        var link = Known(row, "link") ?? Known(row, "websiteUrl");
        target.Add(new SourcePerson(id, row.Place)
        {
            Name = row.Text("name") is { } name && name != Deleted ? name : null,
            Email = Known(row, "email"),
            Website = link,
            GitHubId = isGitHub ? GitHubIds.OfPicture(row.Text("photo")) : null,
            GitHubLogin = isGitHub ? GitHubIds.LoginOf(link) : null,
        });
    }

    private static string? Known(JsonFields row, string name) => row.Text(name) is { } text && text != Undefined ? text : null;
}
