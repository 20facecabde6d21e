using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Embed.Server.Hosting;

/// <summary>
/// Keeps secrets out of the log whatever its configuration says: some parts of the framework print what passes through them.
/// Filter rules cannot do it, because a rule of the configuration for one provider or a longer category beats any of ours.
/// Requests that we make are logged as they are: .NET leaves out queries and the values of headers.
/// </summary>
internal static class LogCaps
{
    /// <summary>Categories by prefix, and the least level that is passed on from them.</summary>
    private static readonly (string Category, LogLevel Least)[] Caps =
    [
        // Addresses of requests with their query: a provider's code and state, our tickets, secrets of mailed links. Proxies log
        // requests, and can be told to leave queries out; routing still logs which endpoint was asked for.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning),
        // Where redirects lead: a sign-in without a popup goes back with its code.
        ("Microsoft.AspNetCore.Http.Result", LogLevel.Warning),
        // Requests to and answers of providers, and each token it makes or reads, states among them.
        ("OpenIddict", LogLevel.Warning),
        // Arguments of every call that browsers send over a circuit: the session token, drafts.
        ("Microsoft.AspNetCore.SignalR", LogLevel.Information),
    ];

    /// <summary>Puts the caps before every log provider, also those added later.</summary>
    public static void AddLogCaps(this IServiceCollection services)
    {
        services.AddSingleton<LoggerFactory>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(
            provider => new CappedFactory(provider.GetRequiredService<LoggerFactory>())));
    }

    private static LogLevel LeastOf(string category) =>
        Caps.Where(cap => category.StartsWith(cap.Category, StringComparison.Ordinal)).Select(cap => cap.Least).DefaultIfEmpty(LogLevel.Trace).Max();

    private sealed class CappedFactory(LoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => LeastOf(categoryName) is > LogLevel.Trace and var least
            ? new CappedLogger(inner.CreateLogger(categoryName), least)
            : inner.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose() => inner.Dispose();
    }

    private sealed class CappedLogger(ILogger inner, LogLevel least) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= least)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
