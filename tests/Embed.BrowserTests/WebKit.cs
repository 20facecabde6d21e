extern alias Demo;

using Demo::Embed.Demo;
using OpenQA.Selenium;
using OpenQA.Selenium.Remote;

namespace Embed.BrowserTests;

/// <summary>
/// The system's WebKitGTK in its own small browser, MiniBrowser, with what that does against tracking by default: third
/// parties get no cookies. WebKitWebDriver drives it, on a screen that nobody sees.
/// </summary>
public sealed class WebKit : IEngine, IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("embed-test-").FullName;
    private OwnedProcess? _screen;
    private OwnedProcess? _driver;
    private Uri _address = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // It chooses a display number that is free, and says which.
        _screen = OwnedProcess.Start(
            Executables.Find("Xvfb", "EMBED_XVFB", "Xvfb"), ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        var display = $":{await _screen.FirstLineAsync(Cancellation)}";
        _address = new Uri($"http://127.0.0.1:{FreePort.Find()}/");
        _driver = OwnedProcess.Start(
            Executables.Find("WebKitWebDriver", "EMBED_WEBKITDRIVER", "WebKitWebDriver"), [$"--port={_address.Port}"], Surroundings(display));
        await WaitForDriverAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Also after a start that failed halfway.
        if (_driver is not null)
        {
            // With it a browser that a failed test has left open.
            _driver.Kill();
            await _driver.DisposeAsync();
        }

        if (_screen is not null)
        {
            await _screen.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    /// <inheritdoc/>
    public Task<EngineReader> OpenAsync() => OpenAsync([]);

    /// <inheritdoc/>
    public Task<EngineReader> OpenPermissiveAsync() => OpenAsync(["--cookies-policy=always"]);

    private async Task<EngineReader> OpenAsync(IEnumerable<string> switches)
    {
        // Each session is a browser of its own, whose profile is in memory. Selenium waits for it on the thread.
        var driver = await Task.Run(() => new RemoteWebDriver(_address, new MiniBrowserOptions(switches)), Cancellation);
        return new(new WebKitWindow(driver, driver.CurrentWindowHandle), driver);
    }

    // A home of its own, so that neither the person's settings nor their session bus have a say, and nothing is left in it.
    private IEnumerable<KeyValuePair<string, string?>> Surroundings(string display) =>
    [
        new("DISPLAY", display), new("GDK_BACKEND", "x11"), new("WAYLAND_DISPLAY", null),
        new("HOME", _home), new("TMPDIR", _home),
        new("XDG_CACHE_HOME", null), new("XDG_CONFIG_HOME", null), new("XDG_DATA_HOME", null), new("XDG_RUNTIME_DIR", null),
        new("DBUS_SESSION_BUS_ADDRESS", "disabled:"), new("NO_AT_BRIDGE", "1"), new("MESA_SHADER_CACHE_DISABLE", "1"),
        // WebKit cannot run its sandbox as root, which is who runs tests in a container.
        .. Environment.UserName == "root" ? [new("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")] : Array.Empty<KeyValuePair<string, string?>>(),
    ];

    private async Task WaitForDriverAsync()
    {
        using var client = new HttpClient();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(_address, "status"), Cancellation);
                return;
            }
            catch (HttpRequestException) when (!_driver!.HasEnded && !timeout.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);
            }
            catch (HttpRequestException failure)
            {
                throw new InvalidOperationException($"WebKitWebDriver did not start: {_driver!.Said}", failure);
            }
        }
    }

    private sealed class MiniBrowserOptions : DriverOptions
    {
        public MiniBrowserOptions(IEnumerable<string> switches)
        {
            BrowserName = "MiniBrowser";
            AddAdditionalOption("webkitgtk:browserOptions", new Dictionary<string, object> { ["args"] = switches.Prepend("--automation").ToArray() });
        }

        public override void AddAdditionalOption(string optionName, object optionValue) => base.AddAdditionalOption(optionName, optionValue);

        public override ICapabilities ToCapabilities() => GenerateDesiredCapabilities(true);
    }
}
