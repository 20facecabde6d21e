using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.BrowserTests;

/// <summary>
/// What a test class shares: a server, two blogs that it serves, a stand-in GitHub, and people. Each test makes its own
/// pages, and with them threads. Limits are off.
/// </summary>
public class Blog : IAsyncLifetime
{
    /// <summary>Site of both blogs' usual pages.</summary>
    public const string Site = EmbedApplication.Site;

    /// <summary>A site whose comments carry outline numbers.</summary>
    public const string Numbered = "numbered";

    /// <summary>A site that holds every comment for a moderator.</summary>
    public const string Held = "held";

    /// <summary>The second blog's own site.</summary>
    public const string Second = "second";

    /// <summary>Account at the stand-in that moderates <see cref="Site"/> and <see cref="Held"/>.</summary>
    public const string Moderator = "Marta Keller";

    private readonly StandInServer _gitHub = new();
    private readonly ConcurrentDictionary<(string, string, string), string> _tokens = new();
    private readonly HttpClient _client = new();
    private int _pages;

    /// <summary>The first blog's site: pages at http://127.0.0.1.</summary>
    public HostSite Host { get; private set; } = null!;

    /// <summary>Another blog, on an origin of its own.</summary>
    public HostSite OtherHost { get; private set; } = null!;

    /// <summary>The comment server.</summary>
    public KestrelServer Server { get; private set; } = null!;

    /// <summary>Settings besides the usual.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        Host = await HostSite.StartAsync();
        OtherHost = await HostSite.StartAsync();
        Server = KestrelServer.Start(
        [
            .. _gitHub.Settings,
            .. SiteSettings(0, Site, "Test blog", Host.Origin), new("Embed:Sites:0:Moderators:0", "GitHub:1001"),
            .. SiteSettings(1, Numbered, "Numbered", Host.Origin), new("Embed:Sites:1:IsNumbered", "true"),
            .. SiteSettings(2, Held, "Held", Host.Origin), new("Embed:Sites:2:Moderators:0", "GitHub:1001"),
            .. SiteSettings(3, Second, "Second blog", OtherHost.Origin),
            new("Embed:Limits:PostsPerCommenter", "0"), new("Embed:Limits:VotesPerCommenter", "0"), new("Embed:Limits:WritesPerAddress", "0"),
            .. Settings,
        ]);
        await _gitHub.StartAsync(Server.Origin);
        await ChangeSiteAsync(Held, site => site.HoldsComments = true);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Server.DisposeAsync();
        await _gitHub.DisposeAsync();
        await OtherHost.DisposeAsync();
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A new page of the first blog with the snippet and an element; its address.</summary>
    /// <param name="site">The site's key.</param>
    /// <param name="attributes">Of the element.</param>
    /// <param name="before">HTML before the element.</param>
    /// <param name="after">HTML after the element.</param>
    /// <param name="head">More HTML for the head.</param>
    /// <param name="host">Another blog than the first.</param>
    public string NewPage(
        string site = Site, string attributes = "", string before = "", string after = "", string head = "", HostSite? host = null) =>
        (host ?? Host).Put(
            NewPath(), $"{before}<embed-comments {attributes}></embed-comments>{Snippet(site)}{after}", "A post", Style + head);

    /// <summary>An address path nobody has used yet.</summary>
    public string NewPath() => string.Create(CultureInfo.InvariantCulture, $"/post-{Interlocked.Increment(ref _pages)}.html");

    /// <summary>The script tag as customers copy it.</summary>
    public string Snippet(string site = Site, string more = "") => $"""<script async src="{Server.Origin}/embed.js" data-site="{site}" {more}></script>""";

    // A measure and a margin, as any blog has.
    internal const string Style = "<style>body { font: 17px/1.6 Georgia, serif; max-width: 40rem; margin: 1.5rem auto; padding: 0 1rem }</style>";

    /// <summary>A session token of somebody who signed in before on a page of this origin; the same each time.</summary>
    public async Task<string> TokenAsync(string person, string site, string origin)
    {
        if (_tokens.TryGetValue((person, site, origin), out var known))
        {
            return known;
        }

        var subject = person == Moderator ? "1001" : string.Create(CultureInfo.InvariantCulture, $"{person.Sum(c => c) + 500_000}");
        var commenter = await Server.Services.GetRequiredService<RecordCommenter>().HandleAsync(new ProvenAccount("GitHub", subject, person), Cancellation);
        var found = await Server.Services.GetRequiredService<SiteDirectory>().FindAsync(site, Cancellation);
        var (token, _) = await Server.Services.GetRequiredService<CommenterSessions>().CreateAsync(commenter.Id, new NewSession(found!.Id, origin, ""), Cancellation);
        return _tokens.GetOrAdd((person, site, origin), token);
    }

    /// <summary>Posts through the public API; the comment's id.</summary>
    public async Task<long> PostAsync(string page, string body, string by = "Jonas Weidmann", long? parent = null, string site = Site, string? thread = null)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{site}/comments", by, site, new { page, thread, title = "A post", parentId = parent, body, draftId = Guid.NewGuid() }, page);
        return (await answer.Content.ReadFromJsonAsync<Posted>(Cancellation))!.Id;
    }

    /// <summary>The same; null if the text says nothing and is refused as empty.</summary>
    public async Task<long?> TryPostAsync(string page, string body, string by)
    {
        using var answer = await AskAsync(
            HttpMethod.Post, $"/api/v1/sites/{Site}/comments", by, Site, new { page, title = "A post", body, draftId = Guid.NewGuid() }, page);
        if (answer.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            Assert.Contains("body-empty", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            return null;
        }

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Posted>(Cancellation))!.Id;
    }

    /// <summary>Edits through the public API.</summary>
    public async Task EditAsync(long comment, string body, string by = "Jonas Weidmann", string site = Site) =>
        (await SendAsync(HttpMethod.Patch, $"/api/v1/comments/{comment}", by, site, new { body })).Dispose();

    /// <summary>Deletes through the public API.</summary>
    public async Task DeleteAsync(long comment, string by = "Jonas Weidmann", string site = Site) =>
        (await SendAsync(HttpMethod.Delete, $"/api/v1/comments/{comment}", by, site)).Dispose();

    /// <summary>Closes the page's thread as the moderator.</summary>
    public async Task CloseAsync(string page, string site = Site) =>
        (await SendAsync(
            HttpMethod.Patch, $"/api/v1/sites/{site}/thread?page={Uri.EscapeDataString(page)}", Moderator, site, new { isClosed = true }, page)).Dispose();

    /// <summary>Reports a comment through the public API.</summary>
    public async Task FlagAsync(long comment, string reason, string note, string by, string site = Site) =>
        (await SendAsync(HttpMethod.Put, $"/api/v1/comments/{comment}/flag", by, site, new { reason, note })).Dispose();

    /// <summary>Puts the author of a comment under a shadow ban at their site.</summary>
    public async Task ShadowAsync(long comment)
    {
        await using var database = await Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        var known = await database.Comments.SingleAsync(c => c.Id == comment, Cancellation);
        database.Bans.Add(new Ban { CommenterId = known.CommenterId, SiteId = known.SiteId, IsShadow = true, CreatedAt = TimeProvider.System.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
    }

    /// <summary>Publishes or rejects a pending comment as the moderator.</summary>
    public async Task JudgeAsync(long comment, bool publish, string site = Held) =>
        (await SendAsync(HttpMethod.Put, $"/api/v1/comments/{comment}/verdict", Moderator, site, new { publish })).Dispose();

    /// <summary>One's own comment's Markdown, through the public API.</summary>
    public async Task<string> SourceAsync(long comment, string by, string site = Site)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/v1/comments/{comment}", by, site);
        return (await answer.Content.ReadFromJsonAsync<Source>(Cancellation))!.Body;
    }

    /// <summary>The number of published comments of a page, as everybody sees it.</summary>
    public async Task<int> CountAsync(string page, string site = Site)
    {
        var counts = await _client.GetFromJsonAsync<PageCounts>(
            new Uri($"{Server.Origin}/api/v1/sites/{site}/counts?page={Uri.EscapeDataString(page)}"), Cancellation);
        return counts!.Counts.SingleOrDefault()?.Count ?? 0;
    }

    /// <summary>Makes everything that writes to the database wait until the result is disposed.</summary>
    public async Task<IAsyncDisposable> BlockWritesAsync()
    {
        var database = await Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        await database.Database.BeginTransactionAsync(Cancellation);
        return database;
    }

    /// <summary>Changes a site's settings in the database.</summary>
    internal async Task ChangeSiteAsync(string key, Action<Site> change)
    {
        await using var database = await Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        var site = await database.Sites.SingleAsync(s => s.Key == key, Cancellation);
        change(site);
        site.Revision++;
        await database.SaveChangesAsync(Cancellation);
        Server.Services.GetRequiredService<SiteDirectory>().Forget();
    }

    private sealed record Posted(long Id);

    private sealed record Source(string Body);

    private sealed record PageCounts(List<PageCount> Counts);

    private sealed record PageCount(int Count);

    private static KeyValuePair<string, string?>[] SiteSettings(int index, string key, string name, string origin) =>
    [
        new($"Embed:Sites:{index}:Key", key), new($"Embed:Sites:{index}:Name", name), new($"Embed:Sites:{index}:Origins:0", origin),
    ];

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string by, string site, object? body = null, string? page = null)
    {
        var answer = await AskAsync(method, path, by, site, body, page);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
        return answer;
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string by, string site, object? body, string? page)
    {
        using var request = new HttpRequestMessage(method, Server.Origin + path);
        var origin = page is null ? (site == Second ? OtherHost : Host).Origin : new Uri(page).GetLeftPart(UriPartial.Authority);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(by, site, origin));
        request.Headers.Add("Origin", origin);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType());
        return await _client.SendAsync(request, Cancellation);
    }
}
