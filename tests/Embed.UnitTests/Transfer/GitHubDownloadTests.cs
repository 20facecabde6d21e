using System.Globalization;
using System.Net;
using System.Text;
using Embed.Server.Transfer.Formats;
using Embed.Tests;

namespace Embed.UnitTests.Transfer;

/// <summary>Discussions and issues fetched from GitHub's API, page by page.</summary>
public sealed class GitHubDownloadTests
{
    private const string Token = "github_pat_11SECRET";

    private static readonly GitHubSource Source = GitHubSource.Parse("Ada/blog", null);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HastyClock _clock = new(Now, GitHubClient.Patience);

    public static TheoryData<HttpStatusCode, string, string> Refusals => new()
    {
        { HttpStatusCode.Unauthorized, "{}", "GitHub refused the token: it is wrong or has run out." },
        { HttpStatusCode.Forbidden, "{}", "GitHub refused: the token may not read this repository." },
        { HttpStatusCode.NotFound, "{}", "GitHub knows no such repository, or the token may not read it." },
        { HttpStatusCode.Gone, "{}", "The repository's issues are switched off." },
        { HttpStatusCode.MovedPermanently, "{}", "The repository has moved. Give its present name." },
        { HttpStatusCode.BadGateway, "{}", "GitHub answered with 502." },
        { HttpStatusCode.UnprocessableEntity, "{}", "GitHub answered with 422." },
        { HttpStatusCode.OK, "<html>", "What answered is not GitHub's API: it sent no JSON." },
        { HttpStatusCode.OK, "{}", "What answered is not GitHub's API: it sent no list." },
    };

    [Fact]
    public async Task All_pages_of_discussions_comments_and_replies_come()
    {
        var github = new StandInGitHub(AnswerDiscussions);
        var told = new List<int>();
        var file = new MemoryStream();

        await new GitHubDownload(github, _clock).DiscussionsAsync(Source, "announcements", Token, file, new Told(told), TestContext.Current.CancellationToken);

        var rows = RecordedRows.Of(new GiscusJson(), file.ToArray());
        Assert.Equal(["/rye", "/oat"], rows.Threads.Select(thread => thread.Address));
        Assert.Equal(
            ["c1 of D1 to ", "r1 of D1 to c1", "r2 of D1 to c1", "r3 of D1 to c1", "c2 of D1 to ", "r4 of D1 to c2", "r5 of D1 to c2", "c3 of D2 to "],
            rows.Comments.Select(comment => $"{comment.Id} of {comment.ThreadId} to {comment.ParentId}"));
        Assert.Empty(rows.Skipped);
        Assert.Equal([1, 2], told);
        Assert.All(github.Asked.Where(question => question.Query.Contains("discussions(", StringComparison.Ordinal)), question => Assert.Equal("CAT", question.Variable("category")));
        Assert.All(github.Asked, question => Assert.Equal("/graphql", question.Address));
        AssertTokenInHeaderOnly(github, file);
    }

    [Fact]
    public async Task All_pages_of_issues_and_their_comments_come()
    {
        var github = new StandInGitHub(question => question.Address switch
        {
            "/repos/Ada/blog/issues?state=all&sort=created&direction=asc&per_page=100&labels=comment%20%26%20more" => StandInGitHub.Of(
                "[" + Issue(1, comments: 2) + "," + Issue(2, comments: 0) + "]", HttpStatusCode.OK, ("Link", "<https://api.github.com/repositories/1/issues?after=x>; rel=\"next\", <https://api.github.com/>; rel=\"last\"")),
            "/repositories/1/issues?after=x" => StandInGitHub.Of("[" + Issue(3, comments: 1) + """,{"number":4,"title":"Fix","comments":9,"pull_request":{}}]"""),
            "/repos/Ada/blog/issues/1/comments?per_page=100" => StandInGitHub.Of(
                "[" + Comment(11, issue: 1) + "]", HttpStatusCode.OK, ("Link", "<https://api.github.com/repos/Ada/blog/issues/1/comments?page=2>; rel=\"next\"")),
            "/repos/Ada/blog/issues/1/comments?page=2" => StandInGitHub.Of("[" + Comment(12, issue: 1) + "]"),
            "/repos/Ada/blog/issues/3/comments?per_page=100" => StandInGitHub.Of("[" + Comment(31, issue: 3) + "]"),
            _ => StandInGitHub.Of("unexpected " + question.Address, HttpStatusCode.NotFound),
        });
        var file = new MemoryStream();

        await new GitHubDownload(github, _clock).IssuesAsync(Source, " comment & more ", Token, file, null, TestContext.Current.CancellationToken);

        var rows = RecordedRows.Of(new UtterancesJson(), file.ToArray());
        Assert.Equal(["ada/blog#1", "ada/blog#2", "ada/blog#3"], rows.Threads.Select(thread => thread.Id));
        Assert.Equal(["11 of ada/blog#1", "12 of ada/blog#1", "31 of ada/blog#3"], rows.Comments.Select(comment => $"{comment.Id} of {comment.ThreadId}"));
        AssertTokenInHeaderOnly(github, file);
    }

    [Theory]
    [InlineData("Retry-After", "7", "", "", 7)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 00:00:09 GMT", "", "", 9)]
    [InlineData("x-ratelimit-remaining", "0", "x-ratelimit-reset", "1767225630", 31)]
    public async Task It_waits_as_long_as_GitHub_says(string header, string value, string other, string otherValue, int seconds)
    {
        var github = new StandInGitHub(question => question.Number == 0
            ? StandInGitHub.Of("{}", HttpStatusCode.Forbidden, (header, value), (other.Length > 0 ? other : "x-none", otherValue)) : StandInGitHub.Of("[]"));

        await DownloadIssuesAsync(github);

        Assert.Equal([TimeSpan.FromSeconds(seconds)], _clock.Waits);
        Assert.Equal(2, github.Asked.Count);
    }

    [Theory]
    // The limits of GraphQL come as answers like others: docs.github.com, "Rate limits for the GraphQL API".
    [InlineData(HttpStatusCode.OK, """{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]}""", 31)]
    [InlineData(HttpStatusCode.OK, """{"data":null,"errors":[{"message":"You have exceeded a secondary rate limit."}]}""", 31)]
    [InlineData(HttpStatusCode.Forbidden, """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""", 31)]
    public async Task A_limit_that_only_the_answer_says_is_waited_for(HttpStatusCode status, string body, int seconds)
    {
        var github = new StandInGitHub(question => question.Number switch
        {
            0 => StandInGitHub.Of(body, status, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1767225630")),
            // Without the headers: a minute, and longer each time.
            1 or 2 => StandInGitHub.Of(body, status),
            _ => AnswerDiscussions(question),
        });
        var file = new MemoryStream();

        await new GitHubDownload(github, _clock).DiscussionsAsync(Source, "announcements", Token, file, null, TestContext.Current.CancellationToken);

        Assert.Equal([seconds, 120, 240], _clock.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(8, RecordedRows.Of(new GiscusJson(), file.ToArray()).Comments.Count);
    }

    [Fact]
    public async Task What_went_wrong_within_GraphQL_is_asked_again_and_given_up_in_the_end()
    {
        const string Wrong = """{"errors":[{"message":"Something went wrong while executing your query. Please include `1:2` when reporting this issue."}]}""";
        var github = new StandInGitHub(question => question.Number < 2 ? StandInGitHub.Of(Wrong) : AnswerDiscussions(question));

        await new GitHubDownload(github, _clock).DiscussionsAsync(Source, "announcements", Token, Stream.Null, null, TestContext.Current.CancellationToken);

        Assert.Equal([1, 2], _clock.Waits.Select(wait => wait.TotalSeconds));
        var fault = await Assert.ThrowsAsync<ImportFileException>(() => new GitHubDownload(new StandInGitHub(_ => StandInGitHub.Of(Wrong)), _clock)
            .DiscussionsAsync(Source, null, Token, Stream.Null, null, TestContext.Current.CancellationToken));
        Assert.Equal("GitHub cannot answer at present. Try again later.", fault.Message);
    }

    [Fact]
    public async Task It_does_not_wait_for_hours()
    {
        var github = new StandInGitHub(_ => StandInGitHub.Of("{}", HttpStatusCode.TooManyRequests, ("Retry-After", "3000")));

        var fault = await Assert.ThrowsAsync<ImportFileException>(() => DownloadIssuesAsync(github));

        Assert.StartsWith("GitHub wants us to wait too long", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, _clock.Waits.Count);
    }

    [Fact]
    public async Task It_tries_what_failed_again_and_gives_up_in_the_end()
    {
        var github = new StandInGitHub(question => question.Number < 2 ? StandInGitHub.Of("", HttpStatusCode.BadGateway)
            : question.Number == 2 ? throw new HttpRequestException("broken") : StandInGitHub.Of("[]"));

        await DownloadIssuesAsync(github);
        Assert.Equal([1, 2, 4], _clock.Waits.Select(wait => wait.TotalSeconds));

        var dead = new StandInGitHub(_ => throw new HttpRequestException("broken"));
        var fault = await Assert.ThrowsAsync<ImportFileException>(() => DownloadIssuesAsync(dead));
        Assert.StartsWith("GitHub did not answer, or not in time.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(5, dead.Asked.Count);
    }

    [Fact]
    public async Task It_gives_up_on_a_server_that_never_answers()
    {
        var github = new StandInGitHub(_ => new HttpResponseMessage { Content = new StreamContent(new Never()) });
        // Patience ends as soon as it begins.
        var clock = new HastyClock(Now, TimeSpan.MaxValue);

        var fault = await Assert.ThrowsAsync<ImportFileException>(() =>
            new GitHubDownload(github, clock).IssuesAsync(Source, null, Token, Stream.Null, null, TestContext.Current.CancellationToken));

        Assert.StartsWith("GitHub did not answer, or not in time.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_when_nobody_wants_it_any_more()
    {
        using var stop = new CancellationTokenSource();
        var github = new StandInGitHub(_ =>
        {
            stop.Cancel();
            return StandInGitHub.Of("{}", HttpStatusCode.BadGateway);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new GitHubDownload(github, _clock).IssuesAsync(Source, null, Token, Stream.Null, null, stop.Token));

        Assert.Single(github.Asked);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_told_without_the_token(HttpStatusCode status, string body, string message)
    {
        var fault = await Assert.ThrowsAsync<ImportFileException>(() => DownloadIssuesAsync(new StandInGitHub(_ => StandInGitHub.Of(body, status))));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","message":"Could not resolve to a Repository."}]}""", "GitHub says: Could not resolve to a Repository.")]
    [InlineData("""{"data":{"repository":null}}""", "GitHub knows no such repository, or the token may not read it.")]
    [InlineData("""{"data":{"repository":{"discussionCategories":{"nodes":[{"id":"a","name":"General","slug":"general"},{"id":"b","name":"Ideas"}]}}}}""", "The repository has no category of that name. It has General, Ideas.")]
    public async Task What_GraphQL_refuses_is_told(string answer, string message)
    {
        var fault = await Assert.ThrowsAsync<ImportFileException>(() => new GitHubDownload(new StandInGitHub(_ => StandInGitHub.Of(answer)), _clock)
            .DiscussionsAsync(Source, "Announcements", Token, Stream.Null, null, TestContext.Current.CancellationToken));

        Assert.Equal(message, fault.Message);
    }

    [Theory]
    [InlineData("https://evil.example/issues", "GitHub names another server for the next page.")]
    [InlineData("http://api.github.com/issues", "GitHub names another server for the next page.")]
    [InlineData("https://api.github.com/repos/Ada/blog/issues?state=all&sort=created&direction=asc&per_page=100", "GitHub gives the same page for its next one.")]
    public async Task The_next_page_is_another_one_of_the_same_server(string next, string message)
    {
        var github = new StandInGitHub(_ => StandInGitHub.Of("[]", HttpStatusCode.OK, ("Link", $"<{next}>; rel=\"next\"")));

        var fault = await Assert.ThrowsAsync<ImportFileException>(() => DownloadIssuesAsync(github));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Single(github.Asked);
    }

    [Fact]
    public async Task An_answer_without_end_is_refused()
    {
        var github = new StandInGitHub(_ => new HttpResponseMessage { Content = new ByteArrayContent(new byte[GitHubClient.MaxAnswerBytes + 1]) });

        var fault = await Assert.ThrowsAsync<ImportFileException>(() => DownloadIssuesAsync(github));

        Assert.Equal("An answer of GitHub is longer than 32 MB.", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nHost: evil.example")]
    [InlineData("gehört")]
    public async Task What_can_be_no_token_is_not_sent(string token)
    {
        var github = new StandInGitHub(_ => StandInGitHub.Of("[]"));

        await Assert.ThrowsAsync<ImportFileException>(() =>
            new GitHubDownload(github, _clock).IssuesAsync(Source, null, token, Stream.Null, null, TestContext.Current.CancellationToken));

        Assert.Empty(github.Asked);
    }

    [Theory]
    [InlineData("ada/blog", null, "https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData(" Ada-L/my.blog_1 ", " https://api.github.com/ ", "https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("ada/blog", "https://git.example/api/v3", "https://git.example/api/v3/", "https://git.example/api/graphql")]
    [InlineData("ada/blog", "http://localhost:5000", "http://localhost:5000/", "http://localhost:5000/graphql")]
    [InlineData("ada/blog", "http://git.example", null, null)]
    [InlineData("ada/blog", "http://ci.git.internal:8080/api/v3", "http://ci.git.internal:8080/api/v3/", "http://ci.git.internal:8080/api/graphql")]
    [InlineData("ada/blog", "http://ci.git.internal:8080/api/v3?a", null, null)]
    [InlineData("ada/blog", "http://ada@ci.git.internal:8080/api/v3", null, null)]
    [InlineData("ada/blog", "http://ci.git.internal/api/v3", null, null)]
    [InlineData("ada/blog", "https://10.0.0.1", null, null)]
    [InlineData("ada/blog", "https://ada:secret@git.example", null, null)]
    [InlineData("ada/blog", "https://git.example/?a=b", null, null)]
    [InlineData("ada/blog", "git.example", null, null)]
    [InlineData("ada/..", null, null, null)]
    [InlineData("ada/blog/issues", null, null, null)]
    [InlineData("ada/blog?x=", null, null, null)]
    [InlineData("blog", null, null, null)]
    [InlineData("", null, null, null)]
    [InlineData(null, null, null, null)]
    public void A_repository_and_its_API_are_checked(string? repository, string? api, string? rest, string? graphQL)
    {
        var own = new Uri("http://ci.git.internal:8080/api/v3");
        if (rest is null)
        {
            Assert.Throws<ImportFileException>(() => GitHubSource.Parse(repository, api, own));
            return;
        }

        var source = GitHubSource.Parse(repository, api, own);
        Assert.Equal((rest, graphQL), (source.Api.AbsoluteUri, source.GraphQL.AbsoluteUri));
    }

    private static HttpResponseMessage AnswerDiscussions(StandInGitHub.Question question) => StandInGitHub.Of((question.Query, question.Variable("id"), question.Variable("after")) switch
    {
        var (query, _, _) when query.Contains("discussionCategories", StringComparison.Ordinal) =>
            """{"data":{"repository":{"discussionCategories":{"nodes":[{"id":"OTHER","name":"General"},{"id":"CAT","name":"Announcements"}]}}}}""",
        var (query, _, after) when query.Contains("discussions(", StringComparison.Ordinal) => after switch
        {
            null => """{"data":{"repository":{"discussions":{"pageInfo":{"hasNextPage":true,"endCursor":"d2"},"nodes":[{"id":"D1","title":"rye","comments":{"pageInfo":{"hasNextPage":true,"endCursor":"k2"},"nodes":["""
                + Part("c1", ""","replies":{"pageInfo":{"hasNextPage":true,"endCursor":"r2"},"nodes":[""" + Part("r1") + "]}") + "]}}]}}}}",
            "d2" => """{"data":{"repository":{"discussions":{"pageInfo":{"hasNextPage":false,"endCursor":"d3"},"nodes":[{"id":"D2","title":"oat","comments":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[""" + Part("c3") + "]}}]}}}}",
            _ => "unexpected",
        },
        (_, "D1", "k2") => """{"data":{"node":{"id":"D1","title":"rye","comments":{"pageInfo":{"hasNextPage":false},"nodes":["""
            + Part("c2", ""","replies":{"pageInfo":{"hasNextPage":true,"endCursor":"r5"},"nodes":[""" + Part("r4") + "]}") + "]}}}}",
        (_, "c1", "r2") => """{"data":{"node":{"id":"c1","discussion":{"id":"D1"},"replies":{"pageInfo":{"hasNextPage":true,"endCursor":"r3"},"nodes":[""" + Part("r2") + "]}}}}",
        (_, "c1", "r3") => """{"data":{"node":{"id":"c1","discussion":{"id":"D1"},"replies":{"pageInfo":{"hasNextPage":false,"endCursor":"x"},"nodes":[""" + Part("r3") + "]}}}}",
        (_, "c2", "r5") => """{"data":{"node":{"id":"c2","discussion":{"id":"D1"},"replies":{"pageInfo":{"hasNextPage":false,"endCursor":"x"},"nodes":[""" + Part("r5") + "]}}}}",
        _ => "unexpected",
    });

    private static string Part(string id, string more = "") => $$"""{"id":"{{id}}","createdAt":"2022-01-01T00:00:00Z","body":"x"{{more}}}""";

    private static string Issue(int number, int comments) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"url":"https://api.github.com/repos/Ada/blog/issues/{{number}}","number":{{number}},"title":"page-{{number}}","comments":{{comments}}}""");

    private static string Comment(int id, int issue) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"id":{{id}},"issue_url":"https://api.github.com/repos/Ada/blog/issues/{{issue}}","created_at":"2022-01-01T00:00:00Z","body":"x"}""");

    private static void AssertTokenInHeaderOnly(StandInGitHub github, MemoryStream file)
    {
        Assert.Equal(github.Asked.Count, github.Sent.Count(line => line == $"Authorization: Bearer {Token}"));
        Assert.Equal(github.Asked.Count, github.Sent.Count(line => line.Contains("SECRET", StringComparison.Ordinal)));
        Assert.DoesNotContain("SECRET", Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    private Task DownloadIssuesAsync(StandInGitHub github) =>
        new GitHubDownload(github, _clock).IssuesAsync(Source, null, Token, Stream.Null, null, TestContext.Current.CancellationToken);

    private sealed class Told(List<int> told) : IProgress<int>
    {
        public void Report(int value) => told.Add(value);
    }

    /// <summary>A body that never begins.</summary>
    private sealed class Never : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }
}
