using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;

namespace Embed.Demo;

/// <summary>
/// Speaks GitHub's OAuth endpoints as GitHub Enterprise Server has them (docs.github.com, "Authorizing OAuth apps" and "Get
/// the authenticated user"), with a list of accounts in place of a password. For demonstrations and tests on one machine.
/// </summary>
internal sealed class StandInGitHub(StandInClient client)
{
    // GitHub: ten minutes. Long enough to read the page, short enough to try out.
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    private readonly Tickets<Grant> _codes = new(CodeLifetime);
    private readonly Tickets<StandInAccount> _tokens = new(TimeSpan.FromHours(8));

    private sealed record Grant(StandInAccount Account, string RedirectUri, string? Challenge);

    /// <summary>Maps the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.Content(StandInPages.Home(), "text/html; charset=utf-8"));
        routes.MapGet("/login/oauth/authorize", Authorize);
        routes.MapGet("/login/oauth/choose", Choose);
        routes.MapPost("/login/oauth/access_token", ExchangeAsync);
        routes.MapGet("/user", CurrentUser);
        routes.MapGet("/api/v3/user", CurrentUser);
        routes.MapGet("/avatars/{id:long}", (long id) => Results.Bytes(StandInPicture.Of(id), "image/png"));
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        return Fault(query) is { } fault
            ? Results.Content(StandInPages.Fault(fault), "text/html; charset=utf-8", statusCode: StatusCodes.Status400BadRequest)
            : Results.Content(StandInPages.Chooser(query), "text/html; charset=utf-8");
    }

    // A GET, like the page's links: there is no session here whose rights another site could abuse.
    private IResult Choose(HttpRequest request)
    {
        var query = request.Query;
        if (Fault(query) is { } fault)
        {
            return Results.Content(StandInPages.Fault(fault), "text/html; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);
        }

        var answer = new QueryBuilder();
        if (query["cancel"].Count > 0)
        {
            answer.Add("error", "access_denied");
            answer.Add("error_description", "The user has denied your application access.");
        }
        else if (StandInAccount.Find(query["login"].ToString()) is { } account)
        {
            answer.Add("code", _codes.Issue(new Grant(account, query["redirect_uri"].ToString(), Optional(query, "code_challenge"))));
        }
        else
        {
            return Results.Content(
                StandInPages.Fault("A login name has 1 to 39 letters, digits and single hyphens."), "text/html; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);
        }

        answer.Add("state", query["state"].ToString());
        answer.Add("iss", $"{request.Scheme}://{request.Host}/login/oauth");
        return Results.Redirect(query["redirect_uri"] + answer.ToString());
    }

    /// <summary>Why an authorization request cannot be answered by a redirect; null if it can.</summary>
    private string? Fault(IQueryCollection query) =>
        query["client_id"] != client.Id ? "There is no OAuth app of this client_id."
        : !Uri.TryCreate(query["redirect_uri"], UriKind.Absolute, out var redirect)
            || redirect.Authority != client.Callback.Authority || !redirect.AbsolutePath.StartsWith(client.Callback.AbsolutePath, StringComparison.Ordinal)
            ? "The redirect_uri is not associated with this application."
        : Optional(query, "code_challenge") is not null && query["code_challenge_method"] != "S256" ? "Only S256 challenges are supported."
        : null;

    private async Task<IResult> ExchangeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(cancellationToken);
        var (id, secret) = Credentials(request, form);
        if (id != client.Id || secret != client.Secret)
        {
            return Answer(request, ("error", "incorrect_client_credentials"), ("error_description", "The client_id and/or client_secret passed are incorrect."));
        }

        var grant = _codes.Take(form["code"].ToString());
        var redirect = Optional(form, "redirect_uri");
        if (grant is null || (redirect is not null && redirect != grant.RedirectUri) || !Verifies(form["code_verifier"].ToString(), grant.Challenge))
        {
            return Answer(request, ("error", "bad_verification_code"), ("error_description", "The code passed is incorrect or expired."));
        }

        return Answer(request, ("access_token", _tokens.Issue(grant.Account)), ("token_type", "bearer"), ("scope", ""));
    }

    private IResult CurrentUser(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var account = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? _tokens.Find(header[7..]) : null;
        return account is null
            ? Results.Json(new { message = "Requires authentication" }, statusCode: StatusCodes.Status401Unauthorized)
            : Results.Json(new
            {
                id = account.Id,
                login = account.Login,
                name = account.Name,
                avatar_url = $"{request.Scheme}://{request.Host}/avatars/{account.Id}",
                html_url = $"{request.Scheme}://{request.Host}/{account.Login}",
                type = "User",
                created_at = account.MadeAt(TimeProvider.System.GetUtcNow()).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            });
    }

    // In the form, or as HTTP Basic, as RFC 6749, section 2.3.1, allows.
    private static (string Id, string Secret) Credentials(HttpRequest request, IFormCollection form)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return (form["client_id"].ToString(), form["client_secret"].ToString());
        }

        var bytes = new byte[header.Length];
        var pair = Convert.TryFromBase64String(header[6..], bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) : [];
        return pair is [var id, var secret] ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret)) : ("", "");
    }

    private static bool Verifies(string verifier, string? challenge) => challenge is null
        || Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_') == challenge;

    // JSON when asked for, else a form, as GitHub answers.
    private static IResult Answer(HttpRequest request, params (string Name, string Value)[] values) =>
        request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase)
            ? Results.Json(values.ToDictionary(value => value.Name, value => value.Value))
            : Results.Content(new QueryBuilder(values.Select(value => KeyValuePair.Create(value.Name, value.Value))).ToString().TrimStart('?'), "application/x-www-form-urlencoded");

    private static string? Optional(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values, string name) =>
        values.FirstOrDefault(value => value.Key == name).Value.ToString() is { Length: > 0 } text ? text : null;
}

/// <summary>The one OAuth app that is registered at the stand-in.</summary>
/// <param name="Id">Its client id.</param>
/// <param name="Secret">Its client secret.</param>
/// <param name="Callback">Its callback address; a redirect_uri must have its host and begin with its path, as at GitHub.</param>
internal sealed record StandInClient(string Id, string Secret, Uri Callback);
