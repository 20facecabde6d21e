using System.Text.Json;
using Microsoft.Playwright;
using static Embed.BrowserTests.PartitioningControl;

namespace Embed.BrowserTests;

/// <summary>
/// The control of every other test here: in their browser an ordinary third-party cookie is refused and storage is kept per
/// embedding site. The counter-control runs the same steps where both are allowed, to show that they can tell.
/// </summary>
public sealed class PartitioningControlTests(BrowserFixture browser) : IAsyncLifetime
{
    // Without these Chromium takes no cookie from a third party, whatever its settings.
    private const string CrossSite = "; SameSite=None; Secure";

    private PartitioningControl _control = null!;

    public async ValueTask InitializeAsync() => _control = await PartitioningControl.StartAsync(CrossSite);

    public ValueTask DisposeAsync() => _control.DisposeAsync();

    [Fact]
    public async Task Third_party_cookie_and_storage_are_kept_apart_in_the_browser_of_the_tests()
    {
        await using var reader = await browser.OpenAsync();

        Assert.Equal(Findings.Refused, await FindAsync(reader.Page));
    }

    [Fact]
    public async Task They_are_shared_in_a_browser_that_allows_it_so_the_control_can_fail()
    {
        await using var profile = await PermissiveProfileAsync(Chromium.Usual);

        Assert.Equal(Findings.Shared, await FindAsync(profile.Context.Pages[0]));
    }

    [Fact]
    public async Task Switches_of_the_tests_keep_them_apart_even_in_a_profile_that_allows_sharing()
    {
        await using var profile = await PermissiveProfileAsync(Chromium.Strict);

        Assert.Equal(Findings.Refused, await FindAsync(profile.Context.Pages[0]));
    }

    [Fact]
    public async Task Cookie_and_storage_work_on_their_own_site()
    {
        await using var reader = await browser.OpenAsync();

        Assert.Equal(("control=kept", "kept"), await _control.FindOwnAsync(new PlaywrightWindow(reader.Page)));
    }

    private Task<Findings> FindAsync(IPage page) => _control.FindAsync(new PlaywrightWindow(page));

    /// <summary>A profile on disk whose owner allows third-party cookies, which some distributions' browsers do not by default.</summary>
    private async Task<DiskProfile> PermissiveProfileAsync(IEnumerable<string> switches)
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "Default"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Default", "Preferences"),
            JsonSerializer.Serialize(new { profile = new { block_third_party_cookies = false, cookie_controls_mode = 0 } }),
            TestContext.Current.CancellationToken);
        var context = await browser.Playwright.Chromium.LaunchPersistentContextAsync(folder, new()
        {
            ExecutablePath = Chromium.Path(),
            Args = switches,
        });
        return new(folder, context);
    }

    private sealed record DiskProfile(string Folder, IBrowserContext Context) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Context.CloseAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
