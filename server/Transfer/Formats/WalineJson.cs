using System.Text.RegularExpressions;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Waline's export, and what LeanCloud exports of Waline and its predecessor Valine: a list, <c>results</c>, or a row on each line.
/// </summary>
internal sealed partial class WalineJson : JsonFormat
{
    private const string Users = "data.Users[]";

    // The server's own answer has the file in it.
    private const string AnswerUsers = "data.data.Users[]";

    public override string Name => "waline";

    public override string Title => "Waline, Valine";

    protected override JsonShape Shape { get; } = new(
        ["data.Comment[]", Users, "data.data.Comment[]", AnswerUsers, "results[]", "[]"], ["type", "version", "time", "tables", "data", "results", "errno", "errmsg"]);

    protected override bool Recognises(JsonHead head) =>
        (head.Has("type", "tables") && head.Text.Contains("\"waline\"", StringComparison.Ordinal))
        || (head.Has("comment", "nick") && head.Has("url") && (head.Has("insertedAt") || head.Has("objectId")));

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        if (path is Users or AnswerUsers)
        {
            ReadUser(row, target);
        }
        else
        {
            ReadComment(row, target);
        }
    }

    private static void ReadUser(JsonFields row, JsonTarget target)
    {
        if (row.Text("objectId") is { } id)
        {
            target.Add(new SourcePerson(UserId(id), row.Place)
            {
                Name = row.Text("display_name"),
                Email = row.Text("email"),
                Website = row.Text("url"),
                // Waline keeps the login name there, not the number.
                GitHubLogin = row.Text("github"),
            });
        }
        else
        {
            target.Skip(row.Place, "user", "It has no id, so that no comment can be theirs.");
        }
    }

    private static void ReadComment(JsonFields row, JsonTarget target)
    {
        if (!row.Has("comment") && !row.Has("url"))
        {
            target.Skip(row.Place, "row", "It is no comment: it has neither comment nor url.");
            return;
        }

        var page = row.Text("url") ?? "";
        target.Add(PageTerm.Thread(page, row.Place, page));
        var text = row.Text("comment") ?? "";
        target.Add(row, row.Text("objectId") ?? row.Text("_id") ?? row.Text("id"), new SourceComment("", page, row.Place)
        {
            ParentId = Reference(row, "pid") ?? Reference(row, "rid"),
            PersonId = PersonOf(row, target),
            Text = text,
            // Valine kept HTML; Waline keeps Markdown, but also what came from Valine.
            Markup = HtmlPattern().IsMatch(text) ? SourceMarkup.Html : SourceMarkup.Markdown,
            PostedAt = row.Time("insertedAt") ?? row.Time("createdAt"),
            State = StateOf(row),
            UpVotes = row.Count("like"),
            IsPinned = row.Is("sticky"),
            NetworkAddress = row.Text("ip"),
        });
    }

    private static string? PersonOf(JsonFields row, JsonTarget target)
    {
        var (name, email, website) = (row.Text("nick"), row.Text("mail"), row.Text("link"));
        if (row.Text("user_id") is not { } user)
        {
            return target.AddGuest(row, name, email, website);
        }

        // The list of users says more, but comes last, and not in every file.
        target.AddLater(new SourcePerson(UserId(user), row.Place) { Name = name, Email = email, Website = website });
        return UserId(user);
    }

    private static CommentState StateOf(JsonFields row)
    {
        switch (row.Text("status"))
        {
            case "spam":
                return CommentState.Spam;
            case "waiting":
                return CommentState.Pending;
            case null or "approved":
                // Valine knows only this.
                return row.Is("isSpam") ? CommentState.Spam : CommentState.Published;
            default:
                row.Repairs.Add("Its state is none of Waline's; it waits in the queue.");
                return CommentState.Pending;
        }
    }

    private static string? Reference(JsonFields row, string name) => row.Text(name) is { } id && id != "0" ? id : null;

    private static string UserId(string id) => "user:" + id;

    [GeneratedRegex("""^\s*<(p|div|blockquote|pre|ul|ol|h[1-6]|img|a|span|br|code|em|strong)\b[^>]*>.*>\s*$""",
        RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex HtmlPattern();
}
