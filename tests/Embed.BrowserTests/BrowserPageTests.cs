using Microsoft.Playwright;
using Xunit.Sdk;

namespace Embed.BrowserTests;

/// <summary>The control of the rule that a fault in the browser fails the test.</summary>
public sealed class BrowserPageTests(BrowserFixture browser) : IAsyncLifetime
{
    private HostSite _site = null!;

    public static TheoryData<string, string> Faults => new()
    {
        { "<script>throw new Error('thrown')</script>", "thrown" },
        { "<script>Promise.reject(new Error('rejected'))</script>", "rejected" },
        { "<script>console.error('reported')</script>", "reported" },
        { "<img src='/missing.png'>", "404 GET" },
        { "<script>fetch('http://localhost:1/')</script>", "net::ERR" },
        { "<script>open('/popup')</script>", "in the popup" },
    };

    public async ValueTask InitializeAsync()
    {
        _site = await HostSite.StartAsync();
        _site.Put("/popup", "<script>throw new Error('in the popup')</script>");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_that_the_test_did_not_expect_fails_it(string body, string description)
    {
        var reader = await VisitAsync(body, description);

        var failure = await Assert.ThrowsAnyAsync<XunitException>(async () => await reader.DisposeAsync());

        Assert.Contains(description, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expected_fault_fails_nothing()
    {
        var reader = await VisitAsync("<script>throw new Error('thrown')</script>", "thrown");

        reader.Expect("thrown");

        Assert.Empty(reader.Faults);
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task Page_is_seen_as_the_options_say()
    {
        await using var reader = await browser.OpenAsync(new(Width: 360, ColorScheme: ColorScheme.Dark, Locale: "de"));
        await reader.Page.GotoAsync(_site.Put("/options", ""));

        Assert.Equal(
            "360 true de",
            await reader.Page.EvaluateAsync<string>("`${innerWidth} ${matchMedia('(prefers-color-scheme: dark)').matches} ${navigator.language}`"));
    }

    [Fact]
    public async Task Page_without_script_shows_its_noscript()
    {
        await using var reader = await browser.OpenAsync(new(HasScript: false));
        await reader.Page.GotoAsync(_site.Put("/noscript", "<script>document.write('with')</script><noscript>without</noscript>"));

        // Playwright leaves noscript out of its own idea of text; what is drawn counts.
        await Assertions.Expect(reader.Page.Locator("body")).ToHaveTextAsync("without", new() { UseInnerText = true });
    }

    private async Task<BrowserPage> VisitAsync(string body, string awaited)
    {
        var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(_site.Put("/page", body));
        await reader.WaitForFaultAsync(awaited);
        return reader;
    }
}
