using System.Security.Cryptography;
using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Pictures;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client;

namespace Embed.Server.Commenters;

/// <summary>Registers signing in: the providers, our own origin's cookie, and the keys that protect both.</summary>
internal static class SignInRegistration
{
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<SignInProviders>();
        services.AddSingleton<IValidateOptions<EmbedOptions>, SignInOptionsCheck>();
        services.AddSingleton<GitHubProviders>();
        services.AddSingleton<AccountLinks>();
        services.AddSingleton<OpenedFromPage>();
        services.AddSingleton<SignInFlows>();
        services.AddSingleton<SignInCodes>();
        services.AddSingleton<SessionHandover>();
        services.AddSingleton<CommenterSessions>();
        services.AddSingleton<Standings>();
        services.AddSingleton<ErasedAccounts>();
        services.AddSingleton<NameRules>();
        services.AddSingleton<RecordCommenter>();
        services.AddPictures();
        services.AddSingleton<AcceptAccount>();
        services.AddSingleton<SiteSecrets>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SiteKeys>(provider, PublicHosts.CreateHandler()));
        services.AddSingleton<CheckSiteToken>();
        services.AddSingleton<SpentTokens>();
        services.AddSingleton<SignInFromSite>();
        services.AddSingleton<CurrentCommenter>();
        services.AddSingleton<BeginGuest>();
        services.AddMailSignIn();
        services.AddSingleton<Administrators>();
        services.AddKeys();
        services.AddProviderClient();
        services.AddOwnCookie();
        services.AddRazorComponents();
        return services;
    }

    private static void AddPictures(this IServiceCollection services)
    {
        services.AddSingleton<PictureClient>();
        services.AddSingleton<StoredPictures>();
        services.AddSingleton<RecordPicture>();
        services.AddSingleton<FetchPictures>();
        services.AddHostedService(provider => provider.GetRequiredService<FetchPictures>());
    }

    /// <summary>
    /// Keys persist beside the database, so that a restart signs nobody out and breaks no sign-in under way, and servers on the
    /// same folder understand each other's cookies, forms and tickets.
    /// </summary>
    private static void AddKeys(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("Embed");
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>(
            (keys, folder, logging) => keys.XmlRepository = new FileSystemXmlRepository(
                DataFolder.Make(DataFolder.KeysOf(folder.Database)), logging));
    }

    private static void AddProviderClient(this IServiceCollection services)
    {
        services.AddOpenIddict().AddClient(client =>
        {
            client.AllowAuthorizationCodeFlow();
            // State travels whole in the address, data-protected and bound to a cookie; nothing about it is stored.
            client.DisableTokenStorage();
            // OpenIddict asks for both keys, but with data protection on neither is used: random ones will do.
            client.AddEncryptionKey(RandomKey()).AddSigningKey(RandomKey());
            // One address must exist even where no provider is configured.
            client.SetRedirectionEndpointUris(SignInProviders.CallbackPath);
            client.UseDataProtection();
            client.UseSystemNetHttp().SetProductInformation(typeof(SignInRegistration).Assembly);
            client.UseWebProviders();
            client.AddEventHandler(OptionalIssuer.Descriptor);
            client.AddEventHandler(IdTokenExpiry.Descriptor);
            // Plain http is judged by SignInFlows, which lets it pass on loopback only; OpenIddict has one switch for all.
            client.UseAspNetCore()
                .DisableTransportSecurityRequirement()
                .EnableRedirectionEndpointPassthrough()
                .EnableErrorPassthrough()
                .Configure(host => host.CookieBuilder = new CorrelationCookie());
        });
        ProviderHttp.Bound(services);
        services.AddOptions<OpenIddictClientOptions>().Configure<SignInProviders, IOptions<EmbedOptions>>(
            (client, providers, options) => client.Registrations.AddRange(providers.Registrations(options.Value)));
    }

    private static async Task<bool> IsModeratorAsync(AuthorizationHandlerContext context)
    {
        if (context.Resource is not HttpContext http || CurrentCommenter.Of(http) is not { } commenter)
        {
            return false;
        }

        // A server without a site has administrators, too.
        var standings = http.RequestServices.GetRequiredService<Standings>();
        var sites = await http.RequestServices.GetRequiredService<SiteDirectory>().AllAsync(http.RequestAborted);
        return await standings.IsAdministratorAsync(commenter, http.RequestAborted)
            || (await standings.ModeratedAsync(commenter, sites, http.RequestAborted)).Count > 0;
    }

    private static void AddOwnCookie(this IServiceCollection services)
    {
        services.AddAuthentication(CurrentCommenter.Scheme).AddCookie(CurrentCommenter.Scheme, cookie =>
        {
            cookie.Cookie.Name = "embed-account";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The session behind the cookie says when it ends; the cookie has only to outlast it.
            cookie.ExpireTimeSpan = CommenterSessions.LongestLife;
            cookie.SlidingExpiration = false;
            cookie.Events.OnValidatePrincipal = CurrentCommenter.ValidateAsync;
            cookie.LoginPath = "/signin";
            cookie.AccessDeniedPath = "/signin/denied";
            cookie.ReturnUrlParameter = "return";
        });
        services.AddAuthorizationBuilder().AddPolicy(
            Standings.Policy, policy => policy.RequireAuthenticatedUser().RequireAssertion(IsModeratorAsync));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "embed-form";
            // Lax, because Strict is not sent when a popup is opened from another site, and each popup would make the
            // forms of the one before it invalid. The token in the form is what protects.
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    private static SymmetricSecurityKey RandomKey() => new(RandomNumberGenerator.GetBytes(32));
}

/// <summary>
/// Binds a provider's answer to the browser that asked. Some providers answer with a form posted from their site, which only
/// a SameSite=None cookie survives, and None needs Secure; over http (loopback) browsers drop such a cookie, so it is Lax.
/// </summary>
internal sealed class CorrelationCookie : CookieBuilder
{
    public CorrelationCookie()
    {
        Name = "embed-signin";
        HttpOnly = true;
        IsEssential = true;
        SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }

    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.SameSite = context.Request.IsHttps ? SameSiteMode.None : SameSiteMode.Lax;
        return options;
    }
}
