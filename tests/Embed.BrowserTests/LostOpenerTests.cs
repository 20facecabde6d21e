using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Signing in where window and page cannot reach each other: the page asks until it is done.</summary>
public sealed class LostOpenerTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>, IDisposable
{
    private const string Person = "Jonas Weidmann";

    private static readonly Dictionary<string, string> Isolated = new() { ["Cross-Origin-Opener-Policy"] = "same-origin" };

    private readonly string _verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
    private readonly HttpClient _attacker = new();

    /// <summary>An address that signs in for whoever has made it.</summary>
    private string Trap => $"{blog.Server.Origin}/signin?site={Blog.Site}&origin={Uri.EscapeDataString(blog.Host.Origin)}"
        + $"&challenge={Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)))}";

    public void Dispose() => _attacker.Dispose();

    [Fact]
    public async Task Page_that_cuts_its_windows_off_is_signed_in_and_does_what_was_asked()
    {
        await using var reader = await OpenAsync();
        var thread = await reader.ReadAsync(Page(Isolated));
        await thread.WriteAsync("Written before signing in.");

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in to post").ClickAsync());
        await Expect(thread.Notice("If you closed it, sign in again.")).ToBeVisibleAsync();
        Assert.True(await popup.EvaluateAsync<bool>("opener === null"));
        await ChooseAsync(popup);

        await Expect(popup.GetByText("it signs you in by itself")).ToBeVisibleAsync();
        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        await Expect(thread.Comment("Written before signing in.")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".notice:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Window_that_was_closed_unseen_can_be_opened_again()
    {
        await using var reader = await OpenAsync();
        var thread = await reader.ReadAsync(Page(Isolated));
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await Expect(popup.WithGitHub()).ToBeVisibleAsync();
        await popup.CloseAsync();

        await reader.SignInAsync(() => thread.Button("Sign in again").ClickAsync(), Person);

        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Window_that_never_says_a_word_is_asked_for_too()
    {
        await using var reader = await OpenAsync();
        await reader.Context.RouteAsync("**/signin.js", route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = "" }));
        await reader.Page.Clock.InstallAsync();
        var thread = await reader.ReadAsync(blog.NewPage());

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await reader.Page.Clock.FastForwardAsync(10_000);
        await Expect(thread.Notice("If you closed it, sign in again.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await ChooseAsync(popup);

        // It asks every few seconds by now, and then the thread goes live.
        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task Window_whose_provider_cuts_it_off_is_asked_for_too()
    {
        await using var reader = await OpenAsync();
        await reader.Context.RouteAsync("**/login/oauth/authorize*", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Headers = [.. answer.Headers, .. Isolated] });
        });
        var thread = await reader.ReadAsync(blog.NewPage());

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), Person);

        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_that_does_not_say_who_it_is_leads_to_signing_in_in_its_own_window()
    {
        await using var reader = await OpenAsync();
        var page = Page(new(Isolated) { ["Referrer-Policy"] = "no-referrer" });
        var thread = await reader.ReadAsync(page);
        await thread.WriteAsync("Written before signing in.");
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in to post").ClickAsync());
        await ChooseAsync(popup);
        await Expect(popup.GetByText("choose “Sign in in this window” there")).ToBeVisibleAsync();
        await popup.CloseAsync();

        await thread.Button("Sign in in this window").ClickAsync();
        // Signed in on our own origin by now.
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Continue as" }).ClickAsync();

        await Expect(thread.Comment("Written before signing in.")).ToBeVisibleAsync();
        Assert.Equal(page, reader.Page.Url);
    }

    [Fact]
    public async Task Link_in_a_comment_does_not_count_as_the_page()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, $"Have a look at [this]({Trap})!");
        await using var reader = await OpenAsync();
        var thread = await reader.ReadAsync(page);

        await thread.Comment("Have a look").GetByRole(AriaRole.Link, new() { Name = "this" }).ClickAsync();
        await ChooseAsync(reader.Page);

        await Expect(reader.Page.GetByRole(AriaRole.Heading, new() { Name = "You are signed in" })).ToBeVisibleAsync();
        await AssertNothingTakenAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("target=_blank")]
    [InlineData("target=_blank rel=opener")]
    public async Task Link_elsewhere_on_the_page_does_not_either(string attributes)
    {
        await using var reader = await OpenAsync();
        var referers = new ConcurrentQueue<string>();
        await reader.Context.RouteAsync(Trap, async route =>
        {
            referers.Enqueue(await route.Request.HeaderValueAsync("referer") ?? "");
            await route.ContinueAsync();
        });
        await reader.Page.GotoAsync(blog.NewPage(before: $"<a href=\"{WebUtility.HtmlEncode(Trap)}\" {attributes}>Look</a>"));
        var link = reader.Page.GetByRole(AriaRole.Link, new() { Name = "Look", Exact = true });

        var window = reader.Page;
        if (attributes.Length > 0)
        {
            window = await reader.Context.RunAndWaitForPageAsync(() => link.ClickAsync());
        }
        else
        {
            await link.ClickAsync();
        }

        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        window.Close += (_, _) => closed.TrySetResult();
        await ChooseAsync(window);

        Assert.Equal($"{blog.Host.Origin}/", Assert.Single(referers));
        if (attributes.Contains("opener", StringComparison.Ordinal))
        {
            // The code goes to the page, which has not asked for it, and the window closes.
            await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }
        else
        {
            await Expect(window.GetByRole(AriaRole.Heading, new() { Name = "You are signed in" })).ToBeVisibleAsync();
        }

        await AssertNothingTakenAsync();
    }

    [Fact]
    public async Task Mailed_link_takes_nothing_over()
    {
        await using var reader = await OpenAsync();

        await reader.Page.GotoAsync(Trap);
        await ChooseAsync(reader.Page);

        await Expect(reader.Page.GetByText("choose “Sign in in this window” there")).ToBeVisibleAsync();
        await AssertNothingTakenAsync();
    }

    private async Task<BrowserPage> OpenAsync()
    {
        var reader = await browser.OpenAsync();
        // Not finished yet: the answer to asking.
        reader.Expect("409 POST");
        reader.Expect("the server responded with a status of 409");
        return reader;
    }

    private string Page(Dictionary<string, string> headers) =>
        blog.Host.Put(blog.NewPath(), $"<embed-comments></embed-comments>{blog.Snippet()}", "A post", Blog.Style, headers);

    private static async Task ChooseAsync(IPage window)
    {
        await window.WithGitHub().ClickAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = Person }).ClickAsync();
    }

    private async Task AssertNothingTakenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{blog.Server.Origin}/api/v1/sites/{Blog.Site}/session");
        request.Headers.Add("Origin", blog.Host.Origin);
        request.Content = JsonContent.Create(new { verifier = _verifier });
        using var answer = await _attacker.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }
}
