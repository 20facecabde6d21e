using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Fetches what <see cref="GiscusJson"/> and <see cref="UtterancesJson"/> read, and writes it as GitHub's answers on end.
/// </summary>
/// <param name="handler">
/// Carries the requests; of the product <see cref="Http.PublicHosts.CreateHandler"/>. Must not follow redirects. Not disposed of.
/// </param>
internal sealed class GitHubDownload(HttpMessageHandler handler, TimeProvider clock)
{
    /// <summary>Most that is written, in bytes.</summary>
    public const long MaxBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Longest name of a category or label, in characters.</summary>
    public const int MaxNameCharacters = 200;

    // GitHub counts at most 500,000 parts in an answer, and gives up after 10 seconds: 10 × 30 × 20 are well below.
    private const string Comment = """
        id databaseId createdAt lastEditedAt deletedAt isMinimized minimizedReason upvoteCount body
        author { __typename login url avatarUrl ... on User { databaseId name } }
        reactionGroups { content reactors { totalCount } }
        """;

    private const string Replies = "pageInfo { hasNextPage endCursor } nodes { replyTo { id } " + Comment + " }";
    private const string Comments = "pageInfo { hasNextPage endCursor } nodes { " + Comment + " replies(first: 20) { " + Replies + " } }";
    private const string Discussion = "id number title url locked createdAt body";

    private const string CategoriesQuery =
        "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { discussionCategories(first: 100) { nodes { id name slug } } } }";

    private const string DiscussionsQuery =
        "query($owner: String!, $name: String!, $category: ID, $after: String) { repository(owner: $owner, name: $name) { "
        + "discussions(first: 10, after: $after, categoryId: $category, orderBy: { field: CREATED_AT, direction: ASC }) { "
        + "pageInfo { hasNextPage endCursor } nodes { " + Discussion + " comments(first: 30) { " + Comments + " } } } } }";

    private const string CommentsQuery =
        "query($id: ID!, $after: String) { node(id: $id) { ... on Discussion { " + Discussion + " comments(first: 30, after: $after) { " + Comments + " } } } }";

    private const string RepliesQuery =
        "query($id: ID!, $after: String) { node(id: $id) { ... on DiscussionComment { id discussion { id } replies(first: 100, after: $after) { " + Replies + " } } } }";

    /// <summary>Writes all discussions of a category, with their comments and replies.</summary>
    /// <param name="category">Its name, its short name or its id; empty for all categories.</param>
    /// <param name="progress">Is told how many discussions have been written.</param>
    /// <exception cref="ImportFileException">They cannot be had. What came before has been written.</exception>
    public async Task DiscussionsAsync(
        GitHubSource source, string? category, string token, Stream to, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var client = new GitHubClient(handler, token, clock);
        var run = new Run(client, source, to);
        var id = await CategoryAsync(run, category?.Trim(), cancellationToken);
        var written = 0;
        for (Page? page = new(true, null); page is { HasNext: true };)
        {
            using var answer = await run.QueryAsync(
                DiscussionsQuery, new() { ["owner"] = source.Owner, ["name"] = source.Repository, ["category"] = id, ["after"] = page.Cursor }, cancellationToken);
            await run.WriteAsync(answer, cancellationToken);
            var discussions = RepositoryOf(answer).Child("discussions");
            foreach (var discussion in discussions.Nodes("nodes"))
            {
                await RestAsync(run, new JsonFields(discussion, ""), cancellationToken);
                progress?.Report(++written);
            }

            page = Page.Of(discussions);
        }
    }

    /// <summary>Writes all issues with a label, open and closed, and their comments.</summary>
    /// <param name="label">The label; empty for all issues.</param>
    /// <param name="progress">Is told how many issues have been written.</param>
    /// <exception cref="ImportFileException">They cannot be had. What came before has been written.</exception>
    public async Task IssuesAsync(
        GitHubSource source, string? label, string token, Stream to, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var client = new GitHubClient(handler, token, clock);
        var run = new Run(client, source, to);
        var issues = $"repos/{source.Owner}/{source.Repository}/issues";
        var only = string.IsNullOrWhiteSpace(label) ? "" : $"&labels={Uri.EscapeDataString(Checked(label.Trim()))}";
        var written = 0;
        for (var next = new Uri(source.Api, $"{issues}?state=all&sort=created&direction=asc&per_page=100{only}"); next is not null;)
        {
            var (page, after) = await run.GetAsync(next, cancellationToken);
            using (page)
            {
                await run.WriteAsync(page, cancellationToken);
                foreach (var issue in page.RootElement.EnumerateArray().Select(element => new JsonFields(element, "")))
                {
                    if (!issue.Has("pull_request") && issue.Number("comments") > 0 && issue.Number("number") is { } number)
                    {
                        await run.GetAllAsync(new Uri(source.Api, $"{issues}/{number}/comments?per_page=100"), cancellationToken);
                    }

                    progress?.Report(++written);
                }
            }

            next = after;
        }
    }

    // Comments beyond those that came with their discussion, and replies beyond those that came with their comment.
    private static async Task RestAsync(Run run, JsonFields discussion, CancellationToken cancellationToken)
    {
        await RepliesAsync(run, discussion, cancellationToken);
        for (var page = Page.Of(discussion.Child("comments")); page is { HasNext: true };)
        {
            using var answer = await run.QueryAsync(CommentsQuery, new() { ["id"] = discussion.Text("id"), ["after"] = page.Cursor }, cancellationToken);
            await run.WriteAsync(answer, cancellationToken);
            var more = DataOf(answer).Child("node");
            await RepliesAsync(run, more, cancellationToken);
            page = Page.Of(more.Child("comments"));
        }
    }

    private static async Task RepliesAsync(Run run, JsonFields discussion, CancellationToken cancellationToken)
    {
        foreach (var comment in discussion.Nodes("comments").Select(node => new JsonFields(node, "")))
        {
            for (var page = Page.Of(comment.Child("replies")); page is { HasNext: true };)
            {
                using var answer = await run.QueryAsync(RepliesQuery, new() { ["id"] = comment.Text("id"), ["after"] = page.Cursor }, cancellationToken);
                await run.WriteAsync(answer, cancellationToken);
                page = Page.Of(DataOf(answer).Child("node").Child("replies"));
            }
        }
    }

    private static async Task<string?> CategoryAsync(Run run, string? wanted, CancellationToken cancellationToken)
    {
        using var answer = await run.QueryAsync(
            CategoriesQuery, new() { ["owner"] = run.Source.Owner, ["name"] = run.Source.Repository }, cancellationToken);
        var repository = RepositoryOf(answer);
        if (string.IsNullOrEmpty(wanted))
        {
            return null;
        }

        var categories = repository.Nodes("discussionCategories").Select(node => new JsonFields(node, "")).ToList();
        bool Is(JsonFields category, string name) => string.Equals(category.Text(name), Checked(wanted), StringComparison.OrdinalIgnoreCase);
        return categories.FirstOrDefault(category => category.Text("id") == wanted || Is(category, "name") || Is(category, "slug"))?.Text("id")
            ?? throw new ImportFileException(GitHubClient.Quote(
                $"The repository has no category of that name. It has {string.Join(", ", categories.Select(category => category.Text("name")))}."));
    }

    private static JsonFields DataOf(JsonDocument answer) => new JsonFields(answer.RootElement, "").Child("data");

    private static JsonFields RepositoryOf(JsonDocument answer) => DataOf(answer).Has("repository") ? DataOf(answer).Child("repository")
        : throw new ImportFileException("GitHub knows no such repository, or the token may not read it.");

    private static string Checked(string name) => name.Length <= MaxNameCharacters ? name
        : throw new ImportFileException($"A category or label has at most {MaxNameCharacters} characters.");

    private sealed record Page(bool HasNext, string? Cursor)
    {
        // A page that has a next one and does not say where would be asked for again and again.
        public static Page Of(JsonFields connection) =>
            connection.Child("pageInfo") is var info && info.Text("endCursor") is { } cursor ? new(info.Is("hasNextPage"), cursor) : new(false, null);
    }

    /// <summary>One download: asks, and counts what it writes.</summary>
    private sealed class Run(GitHubClient client, GitHubSource source, Stream to)
    {
        private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
        private long _written;

        public GitHubSource Source { get; } = source;

        public async Task<JsonDocument> QueryAsync(string query, Dictionary<string, string?> variables, CancellationToken cancellationToken)
        {
            CheckNew(query + JsonSerializer.Serialize(variables));
            var (json, _) = await client.AskAsync(
                () => new HttpRequestMessage(HttpMethod.Post, Source.GraphQL) { Content = JsonContent.Create(new { query, variables }) }, cancellationToken);
            var errors = new JsonFields(json.RootElement, "").List("errors").ToList();
            return errors.Count == 0 ? json
                : throw new ImportFileException($"GitHub says: {GitHubClient.Quote(new JsonFields(errors[0], "").Text("message"))}");
        }

        public async Task<(JsonDocument Page, Uri? Next)> GetAsync(Uri address, CancellationToken cancellationToken)
        {
            CheckNew(address.AbsoluteUri);
            var (json, next) = await client.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);
            return json.RootElement.ValueKind != JsonValueKind.Array
                ? throw new ImportFileException("What answered is not GitHub's API: it sent no list. Look whether the API's address is right.")
                : next is null || Source.IsApi(next) ? (json, next)
                : throw new ImportFileException("GitHub names another server for the next page. The token is not sent there.");
        }

        public async Task GetAllAsync(Uri address, CancellationToken cancellationToken)
        {
            for (var next = address; next is not null;)
            {
                var (page, after) = await GetAsync(next, cancellationToken);
                using (page)
                {
                    await WriteAsync(page, cancellationToken);
                }

                next = after;
            }
        }

        public async Task WriteAsync(JsonDocument answer, CancellationToken cancellationToken)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(answer.RootElement);
            if ((_written += bytes.Length + 1) > MaxBytes)
            {
                throw new ImportFileException($"There is more than {MaxBytes / (1024 * 1024 * 1024)} GB of it.");
            }

            await to.WriteAsync(bytes, cancellationToken);
            await to.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }

        // A server that leads in a circle would fill the disk.
        private void CheckNew(string question)
        {
            if (!_asked.Add(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(question)).AsSpan(0, 16))))
            {
                throw new ImportFileException("GitHub gives the same page for its next one. Try again later.");
            }
        }
    }
}
