using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>
/// GitHub's API on a free port of loopback, with more of everything than fits into a page: 12 discussions, of which the first has 35
/// comments, with 130 replies to the first of them and 25 to the 33rd; 104 issues, of which the first has 130 comments. It gives as much
/// at once as it is asked for, and says where the next page is as GitHub does.
/// </summary>
internal sealed partial class GitHubServer : IAsyncDisposable
{
    public const string Token = "github_pat_SOCKET";

    private readonly WebApplication _app;

    private GitHubServer(WebApplication app) => _app = app;

    /// <summary>Its address, without a path.</summary>
    public string Api { get; private set; } = "";

    /// <summary>What it was asked: method, path and query, and who asked.</summary>
    public ConcurrentQueue<(string Address, string Authorization)> Asked { get; } = new();

    /// <summary>What it answers first, an answer each, before the truth.</summary>
    public ConcurrentQueue<RequestDelegate> First { get; } = new();

    private static IReadOnlyList<int> Discussions { get; } = [.. Enumerable.Range(1, 12)];

    public static async Task<GitHubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new GitHubServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Api = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Says that an answer is longer than it is, and breaks off.</summary>
    public static async Task BreakOffAsync(HttpContext http)
    {
        http.Response.ContentLength = 1_000;
        await http.Response.WriteAsync("[{\"number\":");
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Asked.Enqueue(($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", http.Request.Headers.Authorization.ToString()));
        if (First.TryDequeue(out var instead))
        {
            await instead(http);
            return;
        }

        if (http.Request.Headers.Authorization != $"Bearer {Token}")
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (http.Request.Path == "/graphql")
        {
            var question = (await JsonNode.ParseAsync(http.Request.Body))!;
            await http.Response.WriteAsJsonAsync(new JsonObject { ["data"] = Answer((string)question["query"]!, question["variables"]!) });
            return;
        }

        await RestAsync(http);
    }

    private static JsonObject Answer(string query, JsonNode variables)
    {
        var after = (string?)variables["after"];
        if (query.Contains("discussionCategories", StringComparison.Ordinal))
        {
            return Repository("discussionCategories", new JsonObject { ["nodes"] = new JsonArray(new JsonObject { ["id"] = "CAT", ["name"] = "Announcements" }) });
        }

        if (query.Contains("discussions(", StringComparison.Ordinal))
        {
            Assert.Equal("CAT", (string?)variables["category"]);
            return Repository("discussions", Page(query, "discussions", Discussions, after, number => Discussion(query, number, null)));
        }

        // More of a discussion's comments, or of the replies to a comment.
        var id = ((string)variables["id"]!).Split('-');
        var number = int.Parse(id[1], CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["node"] = id[0] == "D"
                ? Discussion(query, number, after)
                : new JsonObject
                {
                    ["id"] = (string)variables["id"]!,
                    ["discussion"] = new JsonObject { ["id"] = "D-1" },
                    ["replies"] = Replies(query, number, after),
                },
        };
    }

    private static JsonObject Repository(string part, JsonObject value) => new() { ["repository"] = new JsonObject { [part] = value } };

    private static JsonObject Discussion(string query, int number, string? after) => new()
    {
        ["id"] = $"D-{number}",
        ["title"] = $"github/{number}",
        ["locked"] = number == 2,
        ["createdAt"] = "2022-01-01T00:00:00Z",
        ["body"] = "",
        ["comments"] = Page(query, "comments", [.. Enumerable.Range(number * 100, number == 1 ? 35 : 1)], after, id => Comment(query, id)),
    };

    private static JsonObject Comment(string query, int id)
    {
        var comment = Part("C", id, null);
        comment["replies"] = Replies(query, id, null);
        return comment;
    }

    private static JsonObject Replies(string query, int id, string? after) => Page(
        query, "replies", [.. Enumerable.Range(id * 1_000, id switch { 100 => 130, 132 => 25, _ => 0 })], after, reply => Part("R", reply, $"C-{id}"));

    private static JsonObject Part(string kind, int id, string? parent) => new()
    {
        ["replyTo"] = parent is null ? null : new JsonObject { ["id"] = parent },
        ["id"] = $"{kind}-{id}",
        ["databaseId"] = id,
        ["createdAt"] = $"2022-01-02T{id / 60 % 24:00}:{id % 60:00}:00Z",
        ["body"] = $"Text of {id}",
        ["author"] = new JsonObject { ["__typename"] = "User", ["login"] = "octo-cat", ["url"] = "https://github.com/octo-cat", ["databaseId"] = 583231 },
    };

    private static JsonObject Page(string query, string name, IReadOnlyList<int> all, string? after, Func<int, JsonObject> nodeOf)
    {
        var asked = FirstPattern().Matches(query).First(match => match.Groups["name"].Value == name);
        var (begin, count) = (int.Parse(after ?? "0", CultureInfo.InvariantCulture), int.Parse(asked.Groups["count"].Value, CultureInfo.InvariantCulture));
        Assert.InRange(count, 1, 100);
        var end = Math.Min(begin + count, all.Count);
        return new JsonObject
        {
            ["pageInfo"] = new JsonObject { ["hasNextPage"] = end < all.Count, ["endCursor"] = end > begin ? $"{end}" : null },
            ["nodes"] = new JsonArray([.. all.Skip(begin).Take(count).Select(nodeOf)]),
        };
    }

    private async Task RestAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Split('/');
        var (page, size) = (Number(http, "page", 1), Number(http, "per_page", 30));
        var rows = path is ["", "repos", "ada", "blog", "issues"] ? Enumerable.Range(1, 104).Select(Issue).ToList()
            : path is ["", "repos", "ada", "blog", "issues", var issue, "comments"] ? [.. Enumerable.Range(0, CommentsOf(int.Parse(issue, CultureInfo.InvariantCulture))).Select(i => IssueComment(issue, i))]
            : null;
        if (rows is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (page * size < rows.Count)
        {
            http.Response.Headers.Link = $"<{Api}{http.Request.Path}?state={http.Request.Query["state"]}&per_page={size}&page={page + 1}>; rel=\"next\", <{Api}/>; rel=\"last\"";
        }

        await http.Response.WriteAsJsonAsync(rows.Skip((page - 1) * size).Take(size));
    }

    private static int Number(HttpContext http, string name, int otherwise) =>
        int.TryParse(http.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static int CommentsOf(int issue) => issue switch { 1 => 130, 104 => 1, _ => 0 };

    private object Issue(int number) => new
    {
        number,
        url = $"{Api}/repos/ada/blog/issues/{number}",
        title = $"issue/{number}",
        comments = CommentsOf(number),
        created_at = "2021-01-01T00:00:00Z",
        body = "",
    };

    private object IssueComment(string issue, int at) => new
    {
        id = int.Parse(issue, CultureInfo.InvariantCulture) * 1_000 + at,
        issue_url = $"{Api}/repos/ada/blog/issues/{issue}",
        user = new { login = "octo-cat", id = 583231, html_url = "https://github.com/octo-cat" },
        created_at = $"2021-01-02T{at / 60:00}:{at % 60:00}:00Z",
        updated_at = $"2021-01-02T{at / 60:00}:{at % 60:00}:00Z",
        body = $"Text of {at}",
    };

    [GeneratedRegex("""(?<name>[a-z]+)\(first: (?<count>[0-9]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FirstPattern();
}
