using System.Net;
using System.Security.Claims;
using Embed.Server.Commenters;
using Embed.Server.Hosting;
using Embed.Server.Http;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Who may write from where: the site's own pages only, whoever is signed in.</summary>
public sealed class OriginTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string None = "(none)";

    /// <summary>Every writing address, with a body that would be taken.</summary>
    private static readonly (string Name, HttpMethod Method, string Path, object? Body)[] Writes =
    [
        ("post", HttpMethod.Post, "/api/v1/sites/test/comments", new { page = EmbedApplication.Origin, body = "x", draftId = Guid.NewGuid() }),
        ("close", HttpMethod.Patch, "/api/v1/sites/test/thread?page=" + EmbedApplication.Origin, new { isClosed = true }),
        ("source", HttpMethod.Get, "/api/v1/comments/{id}", null),
        ("edit", HttpMethod.Patch, "/api/v1/comments/{id}", new { body = "y" }),
        ("delete", HttpMethod.Delete, "/api/v1/comments/{id}", null),
        ("vote", HttpMethod.Put, "/api/v1/comments/{id}/vote", new { value = 1 }),
        ("verdict", HttpMethod.Put, "/api/v1/comments/{id}/verdict", new { publish = true }),
    ];

    private static readonly string[] ForeignOrigins =
    [
        None,
        "null",
        "https://evil.example",
        "https://blog.example.evil.example",
        "https://evilblog.example",
        "https://blog.exampl",
        "https://blog.example:8443",
        "http://blog.example",
        "https://BLOG.example",
        "https://blog.example/",
        "https://blog.example, https://evil.example",
        "https://user@blog.example",
        EmbedApplication.OtherOrigin,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> WriteNames => [.. Writes.Select(write => write.Name)];

    public static TheoryData<string, string> WritesFromForeignOrigins
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var write in Writes)
            {
                foreach (var origin in ForeignOrigins)
                {
                    data.Add(write.Name, origin);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WritesFromForeignOrigins))]
    public async Task Refuses_even_a_moderator_elsewhere(string name, string origin)
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var page = EmbedApplication.NewPage();
        var id = await moderator.PostAsync(page, "Text");
        var version = (await application.ReadThreadAsync(page)).Version;
        From(moderator.Http, origin);

        // A page of another site of this server learns nothing about a comment that it names: it is as good as not there.
        var asked = SendAsync(moderator, name, id);
        await (origin == EmbedApplication.OtherOrigin && Writes.Single(write => write.Name == name).Path.Contains("{id}", StringComparison.Ordinal)
            ? asked.AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required")
            : asked.AssertRefusedAsync(HttpStatusCode.Forbidden, "origin-not-allowed"));

        Assert.Equal(version, (await application.ReadThreadAsync(page)).Version);
    }

    [Fact]
    public async Task Our_own_pages_may_write_for_every_site()
    {
        using var ada = await Person.SignInAsync(application, "Ada", origin: "http://localhost");

        await ada.PostAsync(EmbedApplication.NewPage(), "From the thread's own page");
    }

    [Fact]
    public async Task Each_origin_of_a_site_may_write()
    {
        await application.ChangeSiteAsync(site => site.Origins.Add("https://second.example"));
        using var ada = await Person.SignInAsync(application, "Ada", origin: "https://second.example");

        await ada.PostAsync(EmbedApplication.NewPage(), "From the second home");
        await ada.PostAsync(EmbedApplication.NewPage("https://second.example"), "About a page of it");
    }

    [Theory]
    [MemberData(nameof(WriteNames))]
    public async Task A_preflight_is_answered_for_the_sites_pages_and_never_with_credentials(string name)
    {
        using var answer = await PreflightAsync(name, EmbedApplication.Origin);

        Assert.Equal([EmbedApplication.Origin], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        var headers = string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers"));
        Assert.Contains("authorization", headers, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("content-type", headers, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(WriteNames))]
    public async Task A_preflight_from_elsewhere_gets_no_leave(string name)
    {
        foreach (var origin in new[] { "https://evil.example", "https://blog.example.evil.example", "http://blog.example", "null" })
        {
            using var answer = await PreflightAsync(name, origin);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"), origin);
        }
    }

    [Fact]
    public async Task A_preflight_for_one_site_gets_no_leave_from_anothers_pages()
    {
        using var answer = await PreflightAsync("post", EmbedApplication.OtherOrigin);

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_refusal_can_be_read_by_the_sites_page()
    {
        using var nobody = Person.Anonymous(application);

        using var answer = await SendAsync(nobody, "post", 1);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal([EmbedApplication.Origin], answer.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData(None, HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("https://blog.example.evil.example", HttpStatusCode.Forbidden)]
    public async Task A_live_connection_from_elsewhere_is_refused(string origin, HttpStatusCode status)
    {
        using var http = application.CreateClient();
        From(http, origin);

        await http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Cancellation).AssertRefusedAsync(status, "origin-not-allowed");
        await http.GetAsync("/_blazor", Cancellation).AssertRefusedAsync(status, "origin-not-allowed");
    }

    [Theory]
    [InlineData("http://localhost", true)]
    [InlineData(EmbedApplication.Origin, false)]
    [InlineData(EmbedApplication.OtherOrigin, false)]
    public async Task A_live_connection_has_our_cookies_session_on_our_own_pages_alone(string origin, bool hasSession)
    {
        var (ada, _) = await application.MakeSessionAsync();
        ClaimsPrincipal? seen = null;
        var gate = new LiveGate(
            http =>
            {
                seen = http.User;
                return Task.CompletedTask;
            },
            application.Services.GetRequiredService<SiteDirectory>(), application.Services.GetRequiredService<OpenConnections>());
        var connection = new DefaultHttpContext { RequestServices = application.Services, User = CurrentCommenter.PrincipalOf(ada.Id, "a token") };
        (connection.Request.Scheme, connection.Request.Host, connection.Request.Path) = ("http", new HostString("localhost"), "/_blazor");
        connection.Request.Headers.Origin = origin;

        await gate.InvokeAsync(connection);

        Assert.Equal(hasSession ? "a token" : null, CurrentCommenter.TokenOf(seen));
        Assert.Null(seen!.FindFirst(ClaimTypes.NameIdentifier));
    }

    private static void From(HttpClient http, string origin)
    {
        http.DefaultRequestHeaders.Remove("Origin");
        if (origin != None)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("Origin", origin);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(Person person, string name, long id)
    {
        var (_, method, path, body) = Writes.Single(write => write.Name == name);
        return person.SendAsync(method, path.Replace("{id}", $"{id}", StringComparison.Ordinal), body);
    }

    private async Task<HttpResponseMessage> PreflightAsync(string name, string origin)
    {
        var (_, method, path, _) = Writes.Single(write => write.Name == name);
        using var http = application.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, path.Replace("{id}", "1", StringComparison.Ordinal));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method.Method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return await http.SendAsync(request, Cancellation);
    }
}
