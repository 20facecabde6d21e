using Embed.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Signing in from a blog with an OpenID Connect issuer, whose addresses only its discovery document says.</summary>
public sealed class ProviderTests(BrowserFixture browser, ProviderTests.IssuerBlog blog) : IClassFixture<ProviderTests.IssuerBlog>
{
    [Fact]
    public async Task Somebody_signs_in_with_the_sites_own_issuer()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await popup.GetByRole(AriaRole.Button, new() { Name = "Example Ltd" }).ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Jonas Weidmann" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as Jonas Weidmann")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_issuer_that_is_down_leaves_the_other_ways_open()
    {
        blog.Issuer.Instead[StandInIssuer.Token] = http =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using var reader = await browser.OpenAsync();
        reader.Expect("502");
        var thread = await reader.ReadAsync(blog.NewPage());

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await popup.GetByRole(AriaRole.Button, new() { Name = "Example Ltd" }).ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Jonas Weidmann" }).ClickAsync();
        await Expect(popup.GetByText("does not answer as it should")).ToBeVisibleAsync();
        blog.Issuer.Instead.Clear();
        await popup.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "GitHub" }).ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Priya Nair" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as Priya Nair")).ToBeVisibleAsync();
    }

    /// <summary>A blog whose server has an issuer besides the stand-in GitHub.</summary>
    public sealed class IssuerBlog : Blog
    {
        internal StandInIssuer Issuer { get; private set; } = null!;

        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
            [.. Issuer.Settings("Staff"), new("Embed:SignIn:Staff:DisplayName", "Example Ltd")];

        public override async ValueTask InitializeAsync()
        {
            Issuer = await StandInIssuer.StartAsync(TimeProvider.System);
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
