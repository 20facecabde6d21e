using Embed.BrowserTests;
using Microsoft.Playwright;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(BrowserFixture))]
// Pages of one browser that run at once take each other's time on small machines, and waits would have to be longer.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Embed.BrowserTests;

/// <summary>One Chromium for all tests; every <see cref="BrowserPage"/> has a profile of its own in it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IBrowser? _browser;

    /// <summary>Playwright, for tests that start a browser otherwise.</summary>
    public IPlaywright Playwright { get; private set; } = null!;

    /// <summary>Opens an empty page in a fresh profile.</summary>
    public Task<BrowserPage> OpenAsync(BrowserPageOptions? options = null) => BrowserPage.OpenAsync(_browser!, options ?? new());

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(Playwright);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        Playwright?.Dispose();
    }
}
