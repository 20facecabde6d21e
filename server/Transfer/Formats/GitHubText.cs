using System.Text.RegularExpressions;
using Embed.Server.Commenters;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// What Giscus and Utterances have in common: a page's discussion or issue has a name for its title, and a first text that the two
/// wrote: a heading, what the page says of itself, and a link to it.
/// </summary>
internal static partial class GitHubText
{
    /// <summary>The thread of a discussion or issue.</summary>
    public static SourceThread Thread(string id, JsonFields row) =>
        PageTerm.Thread(id, row.Place, row.Text("title"), LinkOf(row.Text("body"))) with { IsClosed = row.Is("locked") };

    /// <summary>Names the author of something at GitHub.</summary>
    /// <param name="author">The author's fields; of an account that is gone there are none.</param>
    /// <returns>Their id; null if there is none.</returns>
    public static string? AddAuthor(JsonFields author, JsonTarget target)
    {
        var login = author.Text("login");
        var isUser = (author.Text("__typename") ?? author.Text("type")) is null or "User";
        var number = !isUser ? null
            : author.Number("databaseId") ?? GitHubIds.OfUser(author.Text("node_id") ?? author.Text("id")) ?? author.Number("id")
                ?? GitHubIds.OfPicture(author.Text("avatarUrl") ?? author.Text("avatar_url"));
        if (login is null && number is null)
        {
            return null;
        }

        var host = GitHubHost.Of(author.Text("html_url") ?? author.Text("url"));
        var id = (host is null ? "" : $"{host}:") + (number is null ? $"login:{login!.ToLowerInvariant()}" : $"{number}");
        target.Add(new SourcePerson(id, author.Place)
        {
            Name = author.Text("name") ?? login,
            GitHubHost = host,
            GitHubId = number,
            GitHubLogin = isUser ? login : null,
            Website = author.Text("websiteUrl") ?? author.Text("blog"),
            Email = author.Text("email"),
        });
        return id;
    }

    // The last line but comments, if it is an address, or a link that says its address.
    private static string? LinkOf(string? body)
    {
        var line = body?.Split('\n', StringSplitOptions.TrimEntries).LastOrDefault(line => line.Length > 0 && !line.StartsWith("<!--", StringComparison.Ordinal));
        return line is not null && LinkPattern().Match(line) is { Success: true } match ? match.Groups["address"].Value : null;
    }

    [GeneratedRegex("""^(\[(?<address>https?://[^\s\]]{1,2000})\]\(\k<address>\)|(?<address>https?://\S{1,2000}))$""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LinkPattern();
}
