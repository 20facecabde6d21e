using System.Text.RegularExpressions;
using Embed.Tests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>
/// Every address of the server and who gets what there. An address that is not in the table fails, and so does a row
/// without an address: whoever adds one decides here who may use it.
/// </summary>
public sealed partial class SurfaceTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    // Stands for whatever the request's comment, page and site are; see SendAsync.
    private const string Page = "?page={page}";

    /// <summary>
    /// One row for each verb and address: the status for anonymous, commenter, moderator and administrator, each with a
    /// token of the site and our own origin's cookie where they have one; then the query and body of the request made.
    /// The comment is somebody else's, published. A trusted commenter gets what commenters get, an owner what moderators get: what
    /// they have besides is in how comments are judged, and in the pages of the circuit (<c>AdminRoleTests</c>).
    /// </summary>
    private static readonly Row[] Table =
    [
        new("GET /embed.js", 200, 200, 200, 200),
        new("GET /embed.{hash}.js", 200, 200, 200, 200),
        new("GET /embed-read.{hash}.js", 200, 200, 200, 200),
        new("GET /embed-live.{hash}.js", 200, 200, 200, 200),
        new("GET /embed-lists.{hash}.js", 200, 200, 200, 200),
        new("GET /embed.{hash}.css", 200, 200, 200, 200),

        new("GET /api/v1/sites/{site}/thread.html", 200, 200, 200, 200, Page),
        new("GET /api/v1/sites/{site}/thread", 200, 200, 200, 200, Page),
        new("GET /api/v1/sites/{site}/thread/events", 200, 200, 200, 200, Page),
        new("GET /api/v1/events", 200, 200, 200, 200, "?site={site}&page={page}"),
        new("GET /api/v1/sites/{site}/counts", 200, 200, 200, 200, Page),
        new("GET /api/v1/sites/{site}/recent", 200, 200, 200, 200),
        new("GET /api/v1/sites/{site}/comments.atom", 200, 200, 200, 200),
        new("GET /api/v1/sites/{site}/thread.atom", 200, 200, 200, 200, Page),
        // There is none of this name; PictureServingTests has those there are.
        new("GET /pictures/{hash}", 404, 404, 404, 404),
        new("HEAD /pictures/{hash}", 404, 404, 404, 404),
        new("GET /c/{commentId:long}", 302, 302, 302, 302),

        new("POST /api/v1/sites/{site}/comments", 401, 201, 201, 201, Body: """{"page":"{page}","body":"Text","draftId":"{new}"}"""),
        new("PATCH /api/v1/sites/{site}/thread", 401, 403, 204, 204, Page, """{"isClosed":true}"""),
        new("GET /api/v1/sites/{site}/moderation/search", 401, 403, 200, 200, "?q=Text"),
        new("GET /api/v1/comments/{commentId:long}", 401, 403, 403, 403),
        new("PATCH /api/v1/comments/{commentId:long}", 401, 403, 403, 403, Body: """{"body":"Text"}"""),
        new("DELETE /api/v1/comments/{commentId:long}", 401, 403, 204, 204),
        new("PUT /api/v1/comments/{commentId:long}/vote", 401, 204, 204, 204, Body: """{"value":1}"""),
        new("PUT /api/v1/comments/{commentId:long}/flag", 401, 204, 204, 204, Body: """{"reason":"spam"}"""),
        new("DELETE /api/v1/comments/{commentId:long}/flag", 401, 204, 204, 204),
        new("PUT /api/v1/comments/{commentId:long}/verdict", 401, 404, 204, 204, Body: """{"publish":true}"""),
        new("GET /api/v1/sites/{site}/moderation/queue", 401, 403, 200, 200),
        new("POST /api/v1/sites/{site}/moderation/acts", 401, 403, 200, 200, Body: """{"act":"approve","comments":[{"id":1,"revision":0}]}"""),
        new("POST /api/v1/sites/{site}/moderation/undo", 401, 403, 200, 200, Body: """{"entries":[]}"""),
        new("POST /api/v1/sites/{site}/moderation/threads/acts", 401, 403, 200, 200, Body: """{"act":"change","threads":[1],"title":"Bread"}"""),
        new("PUT /api/v1/sites/{site}/commenters/{commenterId:long}/ban", 401, 403, 204, 204, Body: """{"days":1}"""),
        new("DELETE /api/v1/sites/{site}/commenters/{commenterId:long}/ban", 401, 403, 204, 204),
        new("GET /api/v1/sites/{site}/moderation/log", 401, 403, 200, 200),
        new("POST /api/v1/sites/{site}/session", 400, 400, 400, 400, Body: """{"code":"x","verifier":"x"}"""),
        new("POST /api/v1/sites/{site}/session/guest", 403, 403, 403, 403, Body: """{"name":"Ada"}"""),
        new("POST /api/v1/sites/{site}/session/sso", 400, 400, 400, 400, Body: """{"token":"x"}"""),
        // For those whom the site alone knows: AccountEntryTests.
        new("POST /api/v1/sites/{site}/session/handover", 401, 403, 403, 403),
        new("DELETE /api/v1/sites/{site}/session", 401, 204, 204, 204),

        // Pages for people: without a flow under way, a provider's answer or a form's token there is nothing to do.
        new("GET /signin", 200, 200, 200, 200),
        new("POST /signin", 303, 303, 303, 303),
        new("GET /signin/finish", 400, 400, 400, 400),
        new("GET /signin/denied", 403, 403, 403, 403),
        new("GET /signin/callback/{provider}", 404, 404, 404, 404),
        new("POST /signin/callback/{provider}", 404, 404, 404, 404),
        new("POST /signin/continue", 400, 400, 400, 400),
        new("POST /signin/{provider}", 400, 400, 400, 400),
        new("POST /signin/mail", 400, 400, 400, 400),
        new("GET /signin/mail/code", 404, 404, 404, 404),
        new("POST /signin/mail/code", 400, 400, 400, 400),
        new("GET /signin/mail/link", 200, 200, 200, 200),
        new("POST /signin/mail/link", 400, 400, 400, 400),
        new("POST /signin/mail/name", 400, 400, 400, 400),
        new("POST /signin/mail/confirm", 400, 400, 400, 400),
        new("GET /signin/mail/opened", 200, 200, 200, 200),
        new("POST /signout", 400, 400, 400, 400),

        new("GET /", 200, 200, 200, 200),
        new("GET /favicon.ico", 204, 204, 204, 204),
        new("GET /t/{site}", 200, 200, 200, 200, Page),
        new("POST /t/{site}", 400, 400, 400, 400, Page),

        // Everybody's own, so that nobody sees more than others; without a form's token nothing is done.
        new("GET /me/", 303, 200, 200, 200),
        new("GET /me/comments", 303, 200, 200, 200),
        new("GET /me/export", 303, 200, 200, 200),
        new("GET /me/link", 303, 400, 400, 400),
        new("GET /me/delete", 303, 200, 200, 200),
        new("POST /me/name", 303, 400, 400, 400),
        new("POST /me/picture", 303, 400, 400, 400),
        new("POST /me/link", 303, 400, 400, 400),
        new("POST /me/accounts/{accountId:long}/unlink", 303, 400, 400, 400),
        new("POST /me/sessions/{sessionId:long}/revoke", 303, 400, 400, 400),
        new("POST /me/sessions/revoke", 303, 400, 400, 400),
        new("POST /me/delete", 303, 400, 400, 400),
        new("POST /me/keep", 303, 400, 400, 400),

        // For who comes from a site's page; without its code or a form's token nothing is done.
        new("GET /me/enter/", 200, 200, 200, 200),
        new("POST /me/enter/", 400, 400, 400, 400),
        new("POST /me/enter/confirm", 400, 400, 400, 400),

        // For whoever has a secret, be they who they may. There is an administrator, so nothing to set up: SetupTests, InvitationTests.
        new("GET /setup/", 404, 404, 404, 404),
        new("POST /setup/", 400, 400, 400, 400),
        new("GET /setup/confirm", 404, 404, 404, 404),
        new("POST /setup/confirm", 400, 400, 400, 400),
        new("GET /invitation/", 200, 200, 200, 200),
        new("POST /invitation/", 400, 400, 400, 400),
        new("GET /invitation/accept", 404, 404, 404, 404),
        new("POST /invitation/accept", 400, 400, 400, 400),

        // Others are sent to sign in, or told that their account has no role. Who may do what on the pages: AdminSessionTests, and each act's.
        new("GET /admin/{**path}", 302, 302, 200, 200),
        new("GET /admin/log/export", 302, 302, 200, 200),
        new("GET /admin/sites/{key}/log/export", 302, 302, 200, 200),
        // Of administrators alone; without a page's token nothing is taken in, and there is no such import: ImportEndpointTests.
        new("POST /admin/imports/upload", 302, 302, 400, 400),
        new("GET /admin/imports/{id:long}/report", 302, 302, 403, 404),
        // Without the form's token; with it for administrators alone (ExportEndpointTests).
        new("POST /admin/export", 302, 302, 400, 400),

        // Blazor's own. Only WebSockets work; the gate before them is tested in OriginTests.
        new("* /_blazor", 400, 400, 400, 400),
        new("* /_blazor/negotiate", 405, 405, 405, 405),
        new("* /_blazor/disconnect/", 405, 405, 405, 405),
        new("* /_blazor/initializers/", 200, 200, 200, 200),

        new("GET /openapi/{documentName}.json", 200, 200, 200, 200),
        new("* /health/live", 200, 200, 200, 200),
        new("* /health/ready", 200, 200, 200, 200),
    ];

    public static TheoryData<string> Addresses => [.. Table.Select(row => row.Address)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_address_is_in_the_table_and_every_row_has_its_address()
    {
        var mapped = application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => VerbsOf(endpoint).Select(verb => $"{verb} {Hash().Replace(PathOf(endpoint), ".{hash}.")}"))
            .ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(mapped);
        Assert.Empty(mapped.Except(Table.Select(row => row.Address), StringComparer.Ordinal));
        Assert.Empty(Table.Select(row => row.Address).Except(mapped, StringComparer.Ordinal));
        Assert.Distinct(Table.Select(row => row.Address), StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Everybody_gets_what_is_theirs(string address)
    {
        var row = Table.Single(candidate => candidate.Address == address);

        var anonymous = await StatusAsync(row, null);
        var commenter = await StatusAsync(row, Role.Commenter);
        var trusted = await StatusAsync(row, Role.Trusted);
        var moderator = await StatusAsync(row, Role.Moderator);
        var owner = await StatusAsync(row, Role.Owner);
        var administrator = await StatusAsync(row, Role.Administrator);

        Assert.Equal(
            (row.Anonymous, row.Commenter, row.Commenter, row.Moderator, row.Moderator, row.Administrator),
            (anonymous, commenter, trusted, moderator, owner, administrator));
    }

    /// <summary>The route of an endpoint, with a leading slash.</summary>
    internal static string PathOf(RouteEndpoint endpoint) => "/" + (endpoint.RoutePattern.RawText ?? "").TrimStart('/');

    /// <summary>The verbs of an endpoint; <c>*</c> for all. Preflights are CORS's business.</summary>
    internal static IEnumerable<string> VerbsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } verbs
            ? verbs.Where(verb => verb != HttpMethod.Options.Method)
            : ["*"];

    private async Task<int> StatusAsync(Row row, Role? role)
    {
        using var author = await Person.SignInAsync(application, "Author");
        var page = EmbedApplication.NewPage();
        var comment = await author.PostAsync(page, "Text");
        using var person = role is null ? Person.Anonymous(application) : await Person.SignInAsync(application, "Ada", role.Value);
        if (role is not null)
        {
            person.Http.DefaultRequestHeaders.Add("Cookie", await OwnOrigin.CookieAsync(application, person.Id));
        }

        var (verb, path) = (row.Address.Split(' ')[0], row.Address.Split(' ')[1] + row.Query);
        using var request = new HttpRequestMessage(verb == "*" ? HttpMethod.Get : new HttpMethod(verb), Fill(path, page, comment, author.Id));
        request.Content = row.Body is null ? null : new StringContent(Fill(row.Body, page, comment, author.Id), System.Text.Encoding.UTF8, "application/json");
        using var answer = await person.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return (int)answer.StatusCode;
    }

    private string Fill(string text, string page, long comment, long author)
    {
        var hashed = application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(PathOf)
            .FirstOrDefault(path => Hash().Replace(path, ".{hash}.") == text);
        return (hashed ?? text)
            .Replace("{site}", EmbedApplication.Site, StringComparison.Ordinal)
            .Replace("{key}", EmbedApplication.Site, StringComparison.Ordinal)
            .Replace("{page}", page, StringComparison.Ordinal)
            .Replace("{commentId:long}", $"{comment}", StringComparison.Ordinal)
            .Replace("{commenterId:long}", $"{author}", StringComparison.Ordinal)
            .Replace("{accountId:long}", "1", StringComparison.Ordinal)
            .Replace("{id:long}", "1", StringComparison.Ordinal)
            .Replace("{sessionId:long}", "1", StringComparison.Ordinal)
            .Replace("{**path}", "sites", StringComparison.Ordinal)
            .Replace("{provider}", "github", StringComparison.Ordinal)
            .Replace("{documentName}", "v1", StringComparison.Ordinal)
            .Replace("{new}", $"{Guid.NewGuid()}", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\.[0-9A-Za-z_-]{8,}\.", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Hash();

    /// <summary>An address and its four statuses, with the request that shows them.</summary>
    private sealed record Row(
        string Address, int Anonymous, int Commenter, int Moderator, int Administrator, string? Query = null, string? Body = null);
}
