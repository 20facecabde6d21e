using System.Collections.Concurrent;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Signing in from a blog through the popup, where browsers share nothing between sites.</summary>
public sealed class SignInTests(BrowserFixture browser, SignInTests.LoggedBlog blog) : IClassFixture<SignInTests.LoggedBlog>
{
    [Fact]
    public async Task Signing_in_through_the_popup_shows_who_one_is_and_reload_keeps_it()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Jonas Weidmann");

        await Expect(thread.Live.GetByText("Signed in as Jonas Weidmann")).ToBeVisibleAsync();
        await Expect(thread.SignIn).ToHaveCountAsync(0);
        await reader.Page.ReloadAsync();
        await Expect(thread.Live.GetByText("Signed in as Jonas Weidmann")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task New_account_can_be_made_at_the_provider()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await Expect(popup.GetByText("Test blog")).ToBeVisibleAsync();
        await Expect(popup.GetByText(blog.Host.Origin)).ToBeVisibleAsync();
        await popup.WithGitHub().ClickAsync();
        await popup.GetByLabel("New account").FillAsync("quiet-newcomer");
        await popup.GetByRole(AriaRole.Button, new() { Name = "Create and continue" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as quiet-newcomer")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Second_blog_takes_one_click()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Priya Nair");
        await Expect(thread.Live.GetByText("Signed in as Priya Nair")).ToBeVisibleAsync();

        var other = await reader.ReadAsync(blog.NewPage(Blog.Second, host: blog.OtherHost));
        await Expect(other.SignIn).ToBeVisibleAsync();
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => other.SignIn.ClickAsync());
        await Expect(popup.GetByText("Second blog")).ToBeVisibleAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Continue as" }).ClickAsync();

        await Expect(other.Live.GetByText("Signed in as Priya Nair")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Declined_consent_is_explained_in_the_window_and_can_be_tried_again_there()
    {
        await using var reader = await browser.OpenAsync();
        // The page that explains a refusal is an answer to a bad request.
        reader.Expect("400 GET");
        reader.Expect("403 GET");
        reader.Expect("the server responded with a status of 40");
        var thread = await reader.ReadAsync(blog.NewPage());

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await popup.WithGitHub().ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(popup.GetByText("you did not agree")).ToBeVisibleAsync();
        await popup.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await popup.WithGitHub().ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Ewa Lis" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Closed_window_is_noticed_text_stays_and_the_next_try_works()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.Invitation.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Field.FillAsync("Written before signing in.");

        var popup = await reader.OpenSignInAsync(() => thread.Button("Sign in to post").ClickAsync());
        await Expect(thread.Notice("Finish signing in in the other window.")).ToBeVisibleAsync();
        await popup.CloseAsync();
        await Expect(thread.Notice("The sign-in window was closed.")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Written before signing in.");

        await reader.SignInAsync(() => thread.Button("Sign in to post").ClickAsync(), "Ewa Lis");
        await Expect(thread.Comment("Written before signing in.")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".notice:visible")).ToHaveCountAsync(0);
        await Expect(thread.Field).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Signing_out_forgets_the_token_here_and_on_the_server()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Jonas Weidmann");
        await Expect(thread.SignOut).ToBeVisibleAsync();
        var token = await TokenAsync(reader.Page);

        var ended = await reader.Page.RunAndWaitForResponseAsync(() => thread.SignOut.ClickAsync(), answer => answer.Request.Method == "DELETE");

        Assert.Equal(204, ended.Status);
        await Expect(thread.SignIn).ToBeVisibleAsync();
        await Expect(thread.SignOut).ToHaveCountAsync(0);
        Assert.Null(await TokenAsync(reader.Page));
        // The old token put back signs nobody in, and is forgotten again.
        await reader.Page.EvaluateAsync("([key, token]) => localStorage.setItem(key, token)", new[] { Key, token });
        await reader.Page.ReloadAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.SignIn).ToBeVisibleAsync();
        await reader.Page.WaitForFunctionAsync("key => localStorage.getItem(key) === null", Key);
    }

    [Fact]
    public async Task Token_is_in_no_address_and_in_no_log_line()
    {
        await using var reader = await browser.OpenAsync();
        var addresses = new ConcurrentQueue<string>();
        reader.Context.Request += (_, request) => addresses.Enqueue(request.Url);
        reader.Page.WebSocket += (_, socket) => addresses.Enqueue(socket.Url);
        var thread = await reader.ReadAsync(blog.NewPage());

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Jonas Weidmann");
        await Expect(thread.SignOut).ToBeVisibleAsync();
        await thread.WriteAsync("A comment.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("A comment.")).ToBeVisibleAsync();

        var token = (await TokenAsync(reader.Page))!;
        Assert.Contains(addresses, address => address.Contains("/_blazor", StringComparison.Ordinal));
        Assert.DoesNotContain(addresses, address => address.Contains(token, StringComparison.Ordinal));
        Assert.Contains(blog.Lines, line => line.Contains("/session", StringComparison.Ordinal));
        Assert.DoesNotContain(blog.Lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Message_of_another_origin_or_window_is_ignored(bool isFromServer, bool isFromPopup)
    {
        await using var reader = await browser.OpenAsync();
        var redeemed = new ConcurrentQueue<string>();
        reader.Context.Request += (_, request) =>
        {
            if (request is { Method: "POST" } && request.Url.EndsWith("/session", StringComparison.Ordinal))
            {
                redeemed.Enqueue(request.PostData ?? "");
            }
        };
        var thread = await reader.ReadAsync(blog.NewPage(head: "<script>const real = open; window.open = (...how) => window.opened = real(...how)</script>"));
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        // It listens by now.
        await Expect(popup.GetByText("Test blog")).ToBeVisibleAsync();
        await Expect(thread.Notice("Finish signing in")).ToBeVisibleAsync();

        await reader.Page.EvaluateAsync(
            """
            ([origin, isFromPopup]) =>
              void dispatchEvent(new MessageEvent('message', { origin, source: isFromPopup ? opened : window, data: { type: 'embed-signin', code: 'forged' } }))
            """,
            new object[] { isFromServer ? blog.Server.Origin : blog.OtherHost.Origin, isFromPopup });
        await popup.WithGitHub().ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Ewa Lis" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
        Assert.DoesNotContain("forged", Assert.Single(redeemed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_opener_gets_no_code()
    {
        await using var reader = await browser.OpenAsync();
        // The browser says so itself, in the window: the message is for somebody else.
        reader.Expect("Failed to execute 'postMessage' on 'DOMWindow'");
        var signIn = $"{blog.Server.Origin}/signin?site={Blog.Site}&origin={Uri.EscapeDataString(blog.Host.Origin)}&challenge={new string('a', 43)}";
        var hostile = blog.OtherHost.Put(
            blog.NewPath(),
            $$"""
            <button onclick="window.popup = open('{{signIn}}', '_blank', 'popup')">Win a prize</button>
            <script>window.heard = []; addEventListener('message', e => heard.push(e.data));</script>
            """);
        await reader.Page.GotoAsync(hostile);
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => reader.Page.GetByText("Win a prize").ClickAsync());
        await popup.WithGitHub().ClickAsync();
        var closed = new TaskCompletionSource();
        popup.Close += (_, _) => closed.TrySetResult();
        await popup.GetByRole(AriaRole.Button, new() { Name = "Ewa Lis" }).ClickAsync();
        await closed.Task;

        // What is sent now comes after whatever the window has sent.
        await reader.Page.EvaluateAsync("() => new Promise(done => { addEventListener('message', e => e.data === 'last' && done()); postMessage('last', location.origin); })");
        Assert.Equal("last", Assert.Single(await reader.Page.EvaluateAsync<string[]>("heard")));
    }

    [Fact]
    public async Task Origin_that_is_not_the_site_s_is_refused_in_the_window()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("400 GET");
        reader.Expect("the server responded with a status of 400");

        await reader.Page.GotoAsync(
            $"{blog.Server.Origin}/signin?site={Blog.Site}&origin={Uri.EscapeDataString(blog.OtherHost.Origin)}&challenge={new string('a', 43)}");

        await Expect(reader.Page.GetByText("is not registered for this site")).ToBeVisibleAsync();
        await Expect(reader.Page.WithGitHub()).ToHaveCountAsync(0);
    }

    private string Key => $"embed:{blog.Server.Origin}:{Blog.Site}:token";

    private Task<string?> TokenAsync(IPage page) => page.EvaluateAsync<string?>("key => localStorage.getItem(key)", Key);

    /// <summary>A blog whose server writes everything it can to a log that the tests read.</summary>
    public sealed class LoggedBlog : Blog
    {
        // For this log by its name, and by the categories that print most: such rules beat all others.
        private static readonly string[] Traced =
            ["Default", "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR", "Microsoft.AspNetCore.SignalR.HubConnectionHandler", "Microsoft.AspNetCore.Components"];

        private readonly LogCapture _log = new();

        /// <summary>What was logged so far.</summary>
        public IReadOnlyCollection<string> Lines => [.. _log.Entries.Select(entry => entry.Text)];

        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Logging:Console:LogLevel:Default", "None"),
            .. Traced.Select(category => new KeyValuePair<string, string?>($"Logging:{LogCapture.Alias}:LogLevel:{category}", "Trace")),
        ];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            Server.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        }
    }
}
