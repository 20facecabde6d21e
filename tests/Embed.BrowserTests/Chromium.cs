using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>Where the system's Chromium is, and how it is started so that it behaves like a reader's.</summary>
internal static class Chromium
{
    /// <summary>Environment variable with the path of the executable, tried first.</summary>
    public const string Override = "EMBED_CHROMIUM";

    // Playwright switches a list of features off, third-party storage partitioning among them. Chromium obeys the last
    // list it is given, which is this one: the same without it. Reviewed for Playwright 1.64.
    private static readonly string[] DisabledFeatures =
    [
        // What would differ between runs: deferred painting, prompts, offers, upgrades of http: addresses.
        "PaintHolding", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
        "Translate", "LensOverlay", "GlobalMediaControls", "AutoDeElevate",
        // What asks the network at its own accord.
        "MediaRouter", "DialMediaRouteProvider", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
        // Pages of the address bar's own and a process in reserve, made anew for every profile: as much work as opening it.
        "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
        // What breaks redirects of requests that Playwright intercepts.
        "BlockOriginHeaderModificationOnRedirect", "AvoidCorsURLLoaderRestartOnRedirect",
    ];

    /// <summary>Switches for the profile of a reader whose browser keeps sites apart.</summary>
    public static IEnumerable<string> Strict =>
    [
        .. Usual,
        $"--disable-features={string.Join(',', DisabledFeatures)}",
        // Third-party cookies are refused whatever the distribution's or the profile's default.
        "--test-third-party-cookie-phaseout",
    ];

    /// <summary>Switches that every start needs; the rest stays as Playwright sets it.</summary>
    public static IEnumerable<string> Usual =>
    [
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run",
        // Chromium refuses to run its sandbox as root, which is who runs tests in a container.
        .. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>(),
    ];

    /// <summary>Path of the executable.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Path() => Executables.Find("Chromium", Override, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    /// <summary>Starts a browser that keeps sites apart.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Path(),
        Args = Strict,
    });
}
