using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Embed.Tests;

/// <summary>
/// An OpenID Connect issuer on a free port of loopback, with a page of accounts in place of a password: discovery, keys,
/// authorization code with PKCE, signed id tokens, userinfo. Its answers can be replaced, to see what comes of bad ones.
/// </summary>
internal sealed class StandInIssuer : IAsyncDisposable
{
    public const string ClientId = "test-client";
    public const string ClientSecret = "test-secret";
    public const string Discovery = "/realms/test/.well-known/openid-configuration";
    public const string Keys = "/keys";
    public const string Token = "/token";
    public const string UserInfo = "/userinfo";

    // Making one takes longer than all the rest of a start.
    private static readonly RsaSecurityKey UsualKey = NewKey();

    private static readonly string[] Carried = ["redirect_uri", "state", "nonce", "code_challenge"];

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, Grant> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    private sealed record Grant(string Subject, string RedirectUri, string Challenge, string? Nonce);

    private StandInIssuer(WebApplication app, TimeProvider clock) => (_app, _clock) = (app, clock);

    /// <summary>Its accounts: subject and name.</summary>
    public static IReadOnlyDictionary<string, string> Accounts { get; } = new Dictionary<string, string>
    {
        ["f3a1c0"] = "Marta Keller",
        ["0b77de"] = "Jonas Weidmann",
    };

    /// <summary>Where it listens.</summary>
    public Uri Origin { get; private set; } = null!;

    /// <summary>Its name. Not the whole host: many issuers share one.</summary>
    public string Issuer => $"{Origin.GetLeftPart(UriPartial.Authority)}/realms/test";

    /// <summary>What an address answers instead of the truth.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Instead { get; } = new(StringComparer.Ordinal);

    /// <summary>Every path that was asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Every code and token that was issued.</summary>
    public ConcurrentQueue<string> Issued { get; } = new();

    /// <summary>Changes the claims of an id token before it is signed.</summary>
    public Action<IDictionary<string, object>> Forge { get; set; } = _ => { };

    /// <summary>The key that id tokens are signed with.</summary>
    public RsaSecurityKey SigningKey { get; set; } = UsualKey;

    /// <summary>The key it says they are signed with.</summary>
    public RsaSecurityKey AnnouncedKey { get; set; } = null!;

    /// <summary>A key like its own.</summary>
    public static RsaSecurityKey NewKey(string id = "key-1") => new(RSA.Create(2048)) { KeyId = id };

    /// <summary>The settings that make a server use it under a name.</summary>
    public IReadOnlyDictionary<string, string?> Settings(string name) => new Dictionary<string, string?>
    {
        [$"Embed:SignIn:{name}:ClientId"] = ClientId,
        [$"Embed:SignIn:{name}:ClientSecret"] = ClientSecret,
        [$"Embed:SignIn:{name}:Issuer"] = Issuer,
    };

    /// <summary>Starts it by the clock of the server that will use it.</summary>
    public static async Task<StandInIssuer> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var issuer = new StandInIssuer(app, clock);
        issuer.AnnouncedKey = issuer.SigningKey;
        app.Use((http, next) =>
        {
            issuer.Asked.Enqueue(http.Request.Path);
            return issuer.Instead.TryGetValue(http.Request.Path, out var other) ? other(http) : next(http);
        });
        app.MapGet(Discovery, issuer.Describe);
        app.MapGet(Keys, () => Results.Json(new { keys = new[] { issuer.PublicKey() } }));
        app.MapGet("/authorize", Authorize);
        app.MapGet("/choose", issuer.Choose);
        app.MapPost(Token, issuer.ExchangeAsync);
        app.MapGet(UserInfo, issuer.CurrentUser);
        await app.StartAsync();
        issuer.Origin = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return issuer;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Describe() => Results.Text(
        $$"""
        {
          "issuer": "{{Issuer}}",
          "authorization_endpoint": "{{new Uri(Origin, "/authorize")}}",
          "token_endpoint": "{{new Uri(Origin, Token)}}",
          "userinfo_endpoint": "{{new Uri(Origin, UserInfo)}}",
          "jwks_uri": "{{new Uri(Origin, Keys)}}",
          "response_types_supported": ["code"],
          "response_modes_supported": ["query"],
          "grant_types_supported": ["authorization_code"],
          "subject_types_supported": ["public"],
          "id_token_signing_alg_values_supported": ["RS256"],
          "scopes_supported": ["openid", "profile"],
          "code_challenge_methods_supported": ["S256"],
          "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]
        }
        """,
        "application/json");

    private object PublicKey()
    {
        var key = AnnouncedKey.Rsa.ExportParameters(includePrivateParameters: false);
        return new
        {
            kty = "RSA",
            use = "sig",
            alg = "RS256",
            kid = AnnouncedKey.KeyId,
            n = Base64UrlEncoder.Encode(key.Modulus),
            e = Base64UrlEncoder.Encode(key.Exponent),
        };
    }

    private static IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256"
            || !query["scope"].ToString().Split(' ').Contains("openid"))
        {
            return Results.BadRequest("Not an authorization request of OpenID Connect with PKCE.");
        }

        var hidden = string.Concat(Carried.Select(name =>
            $"""<input type="hidden" name="{name}" value="{WebUtility.HtmlEncode(query[name])}">"""));
        var buttons = string.Concat(Accounts.Select(account =>
            $"""<button name="subject" value="{account.Key}">{WebUtility.HtmlEncode(account.Value)}</button>"""));
        return Results.Content(
            $"""<!DOCTYPE html><html lang="en"><title>Stand-in issuer</title><link rel="icon" href="data:,"><form action="/choose">{hidden}<input type="hidden" name="subject" value="">{buttons}</form></html>""",
            "text/html; charset=utf-8");
    }

    private IResult Choose(HttpRequest request)
    {
        var query = request.Query;
        var code = Guid.NewGuid().ToString("N");
        Issued.Enqueue(code);
        _codes[code] = new Grant(query["subject"].Last()!, query["redirect_uri"]!, query["code_challenge"]!, query["nonce"]);
        return Results.Redirect(query["redirect_uri"] + new QueryBuilder { { "code", code }, { "state", query["state"].ToString() } }.ToString());
    }

    private async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_codes.TryRemove(form["code"].ToString(), out var grant) || form["redirect_uri"] != grant.RedirectUri
            || !IsOurClient(request, form)
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge)
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
        }

        var token = Guid.NewGuid().ToString("N");
        _tokens[token] = grant.Subject;
        var idToken = IdToken(grant);
        Issued.Enqueue(token);
        Issued.Enqueue(idToken);
        return Results.Json(new { access_token = token, token_type = "Bearer", expires_in = 600, id_token = idToken });
    }

    private static bool IsOurClient(HttpRequest request, IFormCollection form) =>
        (form["client_id"] == ClientId && form["client_secret"] == ClientSecret)
        || request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{ClientSecret}"))}";

    private string IdToken(Grant grant)
    {
        var now = _clock.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = grant.Subject,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
        };
        if (grant.Nonce is { Length: > 0 } nonce)
        {
            claims["nonce"] = nonce;
        }

        Forge(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(SigningKey, SecurityAlgorithms.RsaSha256),
        });
    }

    private IResult CurrentUser(HttpRequest request) =>
        _tokens.TryGetValue(request.Headers.Authorization.ToString().Split(' ').Last(), out var subject)
            ? Results.Json(new { sub = subject, name = Accounts.GetValueOrDefault(subject), preferred_username = "somebody" })
            : Results.Unauthorized();
}
