using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>The system's Firefox, with what Mozilla ships as default against tracking. Playwright drives it over WebDriver BiDi.</summary>
public sealed class Firefox(BrowserFixture playwright) : IEngine, IAsyncLifetime
{
    // What Playwright and Firefox's own remote control switch off, put back to the shipped default. Total Cookie Protection
    // is not among it: FirefoxMainPathTests shows that. Reviewed for Playwright 1.64 and Firefox 153.
    private static readonly Dictionary<string, object> Shipped = new()
    {
        ["remote.prefs.recommended"] = false,
        // The popup blocker.
        ["dom.disable_open_during_load"] = true,
    };

    private IBrowser? _browser;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _browser = await LaunchAsync(Shipped);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _browser?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async Task<EngineReader> OpenAsync() => Reader(await BrowserPage.OpenAsync(_browser!, new()));

    /// <inheritdoc/>
    public async Task<EngineReader> OpenPermissiveAsync()
    {
        // 0: accept all cookies, as the setting “Custom, cookies: none blocked” does.
        var browser = await LaunchAsync(new Dictionary<string, object>(Shipped) { ["network.cookie.cookieBehavior"] = 0 });
        var page = await browser.NewPageAsync();
        return new(new PlaywrightWindow(page), browser);
    }

    private static EngineReader Reader(BrowserPage page) => new(new PlaywrightWindow(page.Page), page);

    private Task<IBrowser> LaunchAsync(Dictionary<string, object> preferences) => playwright.Playwright.Firefox.LaunchAsync(new()
    {
        // Firefox as it is, not Playwright's own build of it.
        Channel = "moz-firefox",
        ExecutablePath = Executables.Find("Firefox", "EMBED_FIREFOX", "firefox-esr", "firefox"),
        FirefoxUserPrefs = preferences,
    });
}
