using Embed.Tests;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.BrowserTests;

/// <summary>
/// The real server on a real port, under http://localhost. It can be stopped and started again on the same port and data,
/// as an operator does.
/// </summary>
public sealed class KestrelServer : IAsyncDisposable
{
    private readonly string _dataFolder = Directory.CreateTempSubdirectory("embed-test-").FullName;
    private readonly Dictionary<string, string?> _settings;
    private EmbedApplication? _application;
    private int _port;

    private KestrelServer(Dictionary<string, string?> settings) => _settings = settings;

    /// <summary>Origin under which browsers reach it.</summary>
    public string Origin => $"http://localhost:{_port}";

    /// <summary>The server's clock: it runs, because browsers compare it with theirs, and can be put forward.</summary>
    public ShiftedClock Clock { get; } = new();

    /// <summary>Holds up what a test wants to be slow.</summary>
    internal RequestGate Gate { get; } = new();

    /// <summary>Services of the server that runs now.</summary>
    public IServiceProvider Services => (_application ?? throw new InvalidOperationException("The server is stopped.")).Services;

    /// <summary>Starts a server with an empty database.</summary>
    /// <param name="settings">Settings by full key, such as <c>Embed:Sites:0:Origins:0</c>; null leaves out what tests usually have.</param>
    public static KestrelServer Start(IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var server = new KestrelServer(new(settings ?? [], StringComparer.OrdinalIgnoreCase));
        server.Start();
        return server;
    }

    /// <summary>Starts it again where it was stopped.</summary>
    public void Start()
    {
        var application = EmbedApplication.On(_dataFolder, Clock, Gate);
        foreach (var (key, value) in _settings)
        {
            if (value is null)
            {
                application.Settings.Remove(key);
                continue;
            }

            application.Settings[key] = value;
        }

        application.UseKestrel(_port);
        application.StartServer();
        _application = application;
        _port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>Stops it; connections end, data stay.</summary>
    public async Task StopAsync()
    {
        if (_application is { } application)
        {
            _application = null;
            await application.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_dataFolder, recursive: true);
    }
}

/// <summary>The real time, put forward by hand. Timers run in real time.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _shiftTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shiftTicks));

    /// <summary>Puts the clock forward.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _shiftTicks, by.Ticks);
}
