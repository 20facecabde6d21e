using Xunit.Sdk;

namespace Embed.BrowserTests;

/// <summary>The control of the tests that axe finds nothing.</summary>
public sealed class AccessibilityTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_is_wrong_is_found_also_in_a_shadow_root_and_where_something_was_looked_for_before()
    {
        await using var reader = await browser.OpenAsync();
        await reader.Page.SetContentAsync("<html lang='en'><title>A page</title><main><h1>A page</h1><p>Text.</p><div id='box'></div></main>");
        await Accessibility.AssertNothingFoundAsync(reader.Page);

        await reader.Page.EvaluateAsync("document.getElementById('box').attachShadow({ mode: 'open' }).innerHTML = '<button></button>'");

        var whole = await Assert.ThrowsAnyAsync<XunitException>(() => Accessibility.AssertNothingFoundAsync(reader.Page));
        Assert.Contains("button-name", whole.Message, StringComparison.Ordinal);
        Assert.Contains("<button></button>", whole.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<XunitException>(() => Accessibility.AssertAsync(reader.Page, reader.Page.Locator("#box")));
        await Accessibility.AssertAsync(reader.Page, reader.Page.Locator("p"));
    }

    [Fact]
    public async Task What_is_a_matter_of_best_practice_is_found_but_not_serious()
    {
        await using var reader = await browser.OpenAsync();
        await reader.Page.SetContentAsync("<html lang='en'><title>A page</title><main><p>Text under no heading.</p></main>");

        await Accessibility.AssertAsync(reader.Page);

        await Assert.ThrowsAnyAsync<XunitException>(() => Accessibility.AssertNothingFoundAsync(reader.Page));
    }
}
