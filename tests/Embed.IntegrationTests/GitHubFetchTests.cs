using System.Globalization;
using System.Net;
using System.Text;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>Discussions and issues fetched over real sockets, as the product does it.</summary>
public sealed class GitHubFetchTests : IAsyncLifetime
{
    private readonly HastyClock _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), GitHubClient.Patience);
    private GitHubServer _github = null!;

    /// <summary>What goes wrong at first, and how long is waited for it, in seconds.</summary>
    public static TheoryData<string, int> Troubles => new()
    {
        { "unavailable", 1 }, { "in need of rest", 7 }, { "limited", 9 }, { "limited until", 31 }, { "broken off", 1 }, { "broken off early", 1 },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _github = await GitHubServer.StartAsync();

    public ValueTask DisposeAsync() => _github.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_pages_come_and_the_token_is_kept_and_logged_nowhere(bool isGiscus)
    {
        var log = new LogCapture();
        await using var application = new EmbedApplication();
        application.Settings["Logging:Console:LogLevel:Default"] = "None";
        application.Settings["Logging:LogLevel:Default"] = "Trace";
        application.Settings[$"Logging:{LogCapture.Alias}:LogLevel:Default"] = "Trace";
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var workshop = await ImportWorkshop.OpenAsync(application);
        var request = new StartGitHubImport.Request(
            EmbedApplication.Site, isGiscus, "ada/blog", _github.Api, isGiscus ? "announcements" : "", GitHubServer.Token, new ImportOptions());

        var started = await workshop.Handler<StartGitHubImport>().HandleAsync(workshop.Administrator, ActedVia.Admin, request, new Progress<int>(), Cancellation);

        Assert.Equal((null, null), (started.Refusal, started.Value?.Fault));
        var import = await workshop.EndAsync(started.Value!.ImportId!.Value);
        Assert.Equal((ImportState.Done, isGiscus ? "giscus" : "utterances"), (import.State, import.Format));
        Assert.Equal(isGiscus ? 201 : 131, ImportCounts.Of(import).Comments.Imported);
        await AssertAllAsync(application, isGiscus);
        Assert.All(_github.Asked, question => Assert.Equal($"Bearer {GitHubServer.Token}", question.Authorization));
        Assert.All(_github.Asked, question => Assert.DoesNotContain(GitHubServer.Token, question.Address, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Entries, entry => entry.Text.Contains(GitHubServer.Token, StringComparison.Ordinal));
        Assert.NotEmpty(log.Entries);
        Assert.DoesNotContain(await application.DumpAsync(), line => line.Contains(GitHubServer.Token, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task What_goes_wrong_in_passing_loses_nothing(string trouble, int seconds)
    {
        _github.First.Enqueue(http => MisbehaveAsync(http, trouble));
        using var handler = PublicHosts.CreateHandler();
        var file = new MemoryStream();

        await new GitHubDownload(handler, _clock).IssuesAsync(GitHubSource.Parse("ada/blog", _github.Api), null, GitHubServer.Token, file, null, Cancellation);

        Assert.Equal([seconds], _clock.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(131, Encoding.UTF8.GetString(file.ToArray()).Split("\"issue_url\"").Length - 1);
    }

    [Fact]
    public async Task A_server_that_breaks_off_each_time_is_given_up()
    {
        for (var i = 0; i < 5; i++)
        {
            _github.First.Enqueue(GitHubServer.BreakOffAsync);
        }

        await AssertFaultAsync(_github.Api, "GitHub did not answer, or not in time.");
        Assert.Equal([1, 2, 4, 8], _clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_is_down_is_said_to_be()
    {
        await _github.DisposeAsync();

        await AssertFaultAsync(_github.Api, "GitHub did not answer, or not in time.");
    }

    [Theory]
    [InlineData(HttpStatusCode.MovedPermanently)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    public async Task The_token_does_not_follow_to_another_server(HttpStatusCode status)
    {
        await using var other = await GitHubServer.StartAsync();
        _github.First.Enqueue(http =>
        {
            http.Response.StatusCode = (int)status;
            http.Response.Headers.Location = $"{other.Api}{http.Request.Path}";
            return Task.CompletedTask;
        });

        await AssertFaultAsync(_github.Api, "The repository has moved. Give its present name.");
        Assert.Empty(other.Asked);
        Assert.Single(_github.Asked);
    }

    [Theory]
    [InlineData("github_pat_OTHER", "GitHub refused the token: it is wrong or has run out.")]
    [InlineData(GitHubServer.Token, "GitHub knows no such repository, or the token may not read it.", "nobody/nothing")]
    public async Task A_refusal_is_said(string token, string message, string repository = "ada/blog") =>
        await AssertFaultAsync(_github.Api, message, token, repository);

    private static Task MisbehaveAsync(HttpContext http, string trouble)
    {
        var (status, headers) = trouble switch
        {
            "unavailable" => (HttpStatusCode.ServiceUnavailable, []),
            "in need of rest" => (HttpStatusCode.ServiceUnavailable, [("Retry-After", "7")]),
            "limited" => (HttpStatusCode.TooManyRequests, [("Retry-After", "9")]),
            "limited until" => (HttpStatusCode.Forbidden, [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1767225630")]),
            _ => (HttpStatusCode.OK, Array.Empty<(string Name, string Value)>()),
        };
        http.Response.StatusCode = (int)status;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers[name] = value;
        }

        if (trouble == "broken off early")
        {
            http.Abort();
        }

        return trouble == "broken off" ? GitHubServer.BreakOffAsync(http) : Task.CompletedTask;
    }

    private static async Task AssertAllAsync(EmbedApplication application, bool isGiscus)
    {
        await using var database = await application.OpenDatabaseAsync();
        var comments = await database.Comments.AsNoTracking().Include(c => c.Thread).ToListAsync(Cancellation);
        Assert.Equal(isGiscus ? 201 : 131, comments.Select(comment => comment.Body).Distinct().Count() + (isGiscus ? 0 : 1));
        var threads = comments.GroupBy(comment => comment.Thread!.PageAddress).ToDictionary(group => group.Key, group => group.Count());
        if (!isGiscus)
        {
            Assert.Equal(new Dictionary<string, int> { [Page("issue/1")] = 130, [Page("issue/104")] = 1 }, threads);
            return;
        }

        Assert.Equal(12, threads.Count);
        Assert.Equal(190, threads[Page("github/1")]);
        Assert.True(comments.First(comment => comment.Thread!.PageAddress == Page("github/2")).Thread!.IsClosed);
        var bodies = comments.ToDictionary(comment => comment.Id, comment => comment.Body);
        var replies = comments.Where(comment => comment.ParentId is not null).GroupBy(comment => bodies[comment.ParentId!.Value])
            .ToDictionary(group => group.Key, group => group.Select(reply => reply.Body).Order(StringComparer.Ordinal).ToList());
        Assert.Equal(["Text of 100", "Text of 132"], replies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Texts(100_000, 130), replies["Text of 100"]);
        Assert.Equal(Texts(132_000, 25), replies["Text of 132"]);
    }

    private static string Page(string path) => $"{EmbedApplication.Origin}/{path}";

    private static IEnumerable<string> Texts(int from, int count) =>
        Enumerable.Range(from, count).Select(id => string.Create(CultureInfo.InvariantCulture, $"Text of {id}")).Order(StringComparer.Ordinal);

    private async Task AssertFaultAsync(string api, string message, string token = GitHubServer.Token, string repository = "ada/blog")
    {
        using var handler = PublicHosts.CreateHandler();

        var fault = await Assert.ThrowsAsync<ImportFileException>(() => new GitHubDownload(handler, _clock)
            .IssuesAsync(GitHubSource.Parse(repository, api), null, token, Stream.Null, null, Cancellation));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, fault.ToString(), StringComparison.Ordinal);
    }
}
