using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Embed.Tests;

/// <summary>A log provider that keeps all it is told: messages, the values in them, exceptions and scopes.</summary>
[ProviderAlias(Alias)]
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    /// <summary>What configuration calls it.</summary>
    public const string Alias = "Capture";

    private readonly ConcurrentQueue<(string Category, LogLevel Level, string Text)> _entries = new();
    private IExternalScopeProvider? _scopes;

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<(string Category, LogLevel Level, string Text)> Entries => _entries;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static string Describe(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values
        ? $"{state} {string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))}"
        : $"{state}";

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<string> parts = [formatter(state, exception), Describe(state), $"{exception}"];
            capture._scopes?.ForEachScope((scope, into) => into.Add(Describe(scope)), parts);
            capture._entries.Enqueue((category, logLevel, string.Join('\n', parts)));
        }
    }
}
