using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Utterances: issues and their comments as GitHub's REST API answers with them. Read is a list, lists in a list or on end as
/// <c>gh api --paginate</c> writes them, <c>issues</c> and <c>comments</c>, and issues with their comments in them.
/// </summary>
internal sealed partial class UtterancesJson : JsonFormat
{
    public override string Name => "utterances";

    public override string Title => "Utterances (GitHub issues)";

    protected override JsonShape Shape { get; } = new(
        ["[]", "[][]", "issues[]", "comments[]", "items[]", "[].items[]"], ["issues", "comments", "items", "total_count", "incomplete_results"])
    {
        MaxRowBytes = 32 * 1024 * 1024,
    };

    protected override bool Recognises(JsonHead head) => head.Has("user", "created_at") && (head.Has("comments_url") || head.Has("issue_url") || head.Has("html_url", "login"));

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        if (row.Has("issue_url") || !row.Has("title"))
        {
            ReadComment(row, IssueOf(row.Text("issue_url") ?? row.Text("html_url")), target);
            return;
        }

        if (row.Has("pull_request"))
        {
            target.Skip(row.Place, $"pull request {row.Text("number")}", "Pull requests are no pages' threads.");
            return;
        }

        // Utterances lets nobody comment where the issue is locked; a closed one it treats like others.
        var thread = IssueOf(row.Text("url") ?? row.Text("html_url")) is { Length: > 0 } issue ? issue : row.Text("number") ?? "";
        target.Add(GitHubText.Thread(thread, row) with { CreatedAt = row.Time("created_at") });
        foreach (var (number, comment) in row.List("comments").Index())
        {
            ReadComment(new JsonFields(comment, $"{row.Place}, comment {number + 1}"), thread, target);
        }
    }

    private static void ReadComment(JsonFields row, string thread, JsonTarget target)
    {
        var body = row.Text("body");
        var postedAt = row.Time("created_at");
        var changedAt = row.Time("updated_at");
        var reactions = row.Child("reactions");
        target.Add(
            row,
            row.Text("id"),
            new SourceComment("", thread, row.Place)
            {
                PersonId = GitHubText.AddAuthor(row.Child("user"), target),
                Text = body ?? row.Text("body_html") ?? "",
                Markup = body is null && row.Has("body_html") ? SourceMarkup.Html : SourceMarkup.Markdown,
                PostedAt = postedAt,
                EditedAt = changedAt > postedAt ? changedAt : null,
                UpVotes = reactions.Count("+1"),
                DownVotes = reactions.Count("-1"),
            },
            // GitHub counts the comments of all repositories together.
            comment => comment with { Key = comment.Id });
    }

    // An address in the API or on the web: what tells issues apart is owner, repository and number.
    private static string IssueOf(string? address) =>
        address is not null && IssuePattern().Match(address) is { Success: true } match ? $"{match.Groups["repository"].Value.ToLowerInvariant()}#{match.Groups["number"].Value}" : "";

    [GeneratedRegex("""/(?<repository>[A-Za-z0-9-]{1,100}/[A-Za-z0-9._-]{1,100})/issues/(?<number>[0-9]{1,18})([#?].*)?$""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex IssuePattern();
}
