using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>What a reader's browser is like.</summary>
/// <param name="Width">Of the window, in CSS pixels.</param>
/// <param name="Height">Of the window, in CSS pixels.</param>
/// <param name="ColorScheme">What the reader prefers.</param>
/// <param name="HasScript">Whether JavaScript runs.</param>
/// <param name="Locale">Language (BCP 47).</param>
/// <param name="TimeZone">Time zone (IANA); that of the machine if not said.</param>
public sealed record BrowserPageOptions(
    int Width = 1280, int Height = 800, ColorScheme ColorScheme = ColorScheme.Light, bool HasScript = true, string Locale = "en-GB",
    string? TimeZone = null);

/// <summary>
/// A reader: a profile of their own with a page in it. Script errors, console errors and failed requests, in pop-ups too,
/// fail the test when it is disposed, unless the test said before that they would come.
/// </summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly List<string> _expected = [];

    private BrowserPage(IBrowserContext context) => Context = context;

    /// <summary>The profile: cookies, storage, pop-ups.</summary>
    public IBrowserContext Context { get; }

    /// <summary>The page.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>What went wrong so far and was not expected.</summary>
    public IReadOnlyList<string> Faults =>
        [.. _faults.Where(fault => !_expected.Exists(part => fault.Contains(part, StringComparison.Ordinal)))];

    /// <summary>Opens an empty page in a fresh profile of <paramref name="browser"/>.</summary>
    public static async Task<BrowserPage> OpenAsync(IBrowser browser, BrowserPageOptions options)
    {
        ArgumentNullException.ThrowIfNull(browser);
        ArgumentNullException.ThrowIfNull(options);
        var reader = new BrowserPage(await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = options.Width, Height = options.Height },
            ColorScheme = options.ColorScheme,
            JavaScriptEnabled = options.HasScript,
            Locale = options.Locale,
            TimezoneId = options.TimeZone,
        }));
        reader.Watch();
        reader.Page = await reader.Context.NewPageAsync();
        return reader;
    }

    /// <summary>
    /// Declares that a fault whose description contains <paramref name="part"/> is no failure: a status such as
    /// <c>403 GET http://…</c>, a console text, a part of an address.
    /// </summary>
    public void Expect(string part) => _expected.Add(part);

    /// <summary>Waits for a fault whose description contains <paramref name="part"/>, at most 10 s.</summary>
    public async Task WaitForFaultAsync(string part)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!_faults.Any(fault => fault.Contains(part, StringComparison.Ordinal)))
        {
            Assert.False(timeout.IsCancellationRequested, $"No fault with “{part}” came; there were: {string.Join("; ", _faults)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Closes the profile.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">Something went wrong in the browser that the test did not expect.</exception>
    public async ValueTask DisposeAsync()
    {
        // Taken before closing, which aborts what is under way and is no fault of the page.
        var faults = Faults;
        await Context.CloseAsync();
        Assert.True(faults.Count == 0, $"In the browser:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
    }

    private void Watch()
    {
        Context.WebError += (_, error) => _faults.Enqueue($"script error: {error.Error}");
        Context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _faults.Enqueue($"console error: {message.Text} ({message.Location})");
            }
        };
        Context.RequestFailed += (_, request) =>
        {
            // An event stream has no other end than being aborted: by its page, or because that is left.
            if (request is not { ResourceType: "eventsource", Failure: "net::ERR_ABORTED" })
            {
                _faults.Enqueue($"{request.Failure} {request.Method} {request.Url}");
            }
        };
        Context.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _faults.Enqueue($"{response.Status} {response.Request.Method} {response.Url}");
            }
        };
    }
}
