using Embed.Server.Admin.Setup;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>Brings the database up to date, makes the configured sites, and says what is and what is not configured.</summary>
internal sealed partial class StartUp(
    IDbContextFactory<EmbedDbContext> databases, ConfiguredSites sites, IOptions<EmbedOptions> options,
    DataFolder folder, IServer server, IHostApplicationLifetime lifetime, BecomeAdministrator administrator, SetupCode setup,
    ILogger<StartUp> logger) : IHostedService
{
    // Whether people take part without a provider and without mail: a site's own, or guests.
    private bool _takesOthers;
    private string? _setupCode;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await databases.MigrateAsync(cancellationToken);
        await sites.MakeAsync(cancellationToken);
        await LookAsync(cancellationToken);
        _setupCode = await administrator.IsWantedAsync(cancellationToken) ? setup.Begin() : null;
        lifetime.ApplicationStarted.Register(Report);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        _takesOthers = await database.SingleSignOns.AnyAsync(cancellationToken)
            || await database.Sites.AnyAsync(site => site.AllowsGuests, cancellationToken);
        if (!await database.Sites.AnyAsync(cancellationToken))
        {
            Log.NoSites(logger);
        }
    }

    private void Report()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var own = options.Value.PublicAddress ?? addresses.FirstOrDefault() ?? "";
        Log.Listening(logger, string.Join(", ", addresses), folder.Database);
        if (options.Value.SignIn.Count == 0 && options.Value.Mail.Host is null && !_takesOthers)
        {
            Log.NoSignIn(logger);
        }

        foreach (var name in options.Value.SignIn.Keys.Order(StringComparer.OrdinalIgnoreCase))
        {
            Log.SignInWith(logger, name, $"{ForBrowsers(own)}/{SignInProviders.CallbackOf(name)}");
        }

        if (options.Value.Mail.Host is { } mail)
        {
            Log.SignInByMail(logger, mail);
        }

        if (_setupCode is { } code)
        {
            // The one secret that is printed on purpose: whoever reads this log runs the server. It is not kept.
            Log.NoAdministrator(logger, $"{ForBrowsers(own)}{SetupEndpoints.Path}#{code}");
            _setupCode = null;
        }

        if (Uri.TryCreate(own, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
        {
            Log.NoHttps(logger, own);
        }

        if (options.Value.TrustedProxies.Count == 0)
        {
            Log.NoProxies(logger);
        }
    }

    // A server that listens on every address of its machine says so by one that no browser can go to.
    private static string ForBrowsers(string address) => address.TrimEnd('/')
        .Replace("//[::]", "//localhost", StringComparison.Ordinal)
        .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        .Replace("//+", "//localhost", StringComparison.Ordinal)
        .Replace("//*", "//localhost", StringComparison.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Listening on {Addresses}; database {Database}")]
        public static partial void Listening(ILogger logger, string addresses, string database);

        [LoggerMessage(LogLevel.Information, "There is no site yet. Create one at /admin, or configure Embed:Sites:0:Key and Embed:Sites:0:Origins:0")]
        public static partial void NoSites(ILogger logger);

        [LoggerMessage(LogLevel.Information, "Signing in with {Provider}: register {Callback} there as the callback address")]
        public static partial void SignInWith(ILogger logger, string provider, string callback);

        [LoggerMessage(LogLevel.Information, "Signing in by mail through {Host}, on sites that allow it")]
        public static partial void SignInByMail(ILogger logger, string host);

        [LoggerMessage(LogLevel.Warning, "Nobody can sign in: no provider is configured. For GitHub set Embed:SignIn:GitHub:ClientId and Embed:SignIn:GitHub:ClientSecret")]
        public static partial void NoSignIn(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "There is no administrator. Open {Address} and sign in: whoever does so first is it. The address holds until then, or until the server stops")]
        public static partial void NoAdministrator(ILogger logger, string address);

        [LoggerMessage(LogLevel.Warning, "{Address} is not https. Outside this machine signing in will not work: browsers keep the keys it needs to secure pages. Put a TLS proxy in front and set Embed:PublicAddress and Embed:TrustedProxies")]
        public static partial void NoHttps(ILogger logger, string address);

        [LoggerMessage(LogLevel.Information, "No reverse proxy is trusted: X-Forwarded-… headers are ignored. Behind one set Embed:TrustedProxies")]
        public static partial void NoProxies(ILogger logger);
    }
}
