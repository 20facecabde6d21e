using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Sites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Sign-ins that go otherwise than straight on: each ends in a sentence with a way on, or signed in all the same.</summary>
public sealed class SignInEndsTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Person = "Ewa Lis";
    private const string NotAccepted = "The sign-in was not accepted";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Closed_window_ends_in_a_sentence_and_opens_again_for_what_was_asked()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("Written before.");
        var popup = await reader.OpenSignInAsync(() => thread.Button("Sign in to post").ClickAsync());
        await popup.CloseAsync();
        await Expect(thread.Notice("The sign-in window was closed.")).ToBeVisibleAsync();

        await reader.SignInAsync(() => thread.Button("Sign in again").ClickAsync(), Person);

        await Expect(thread.Comment("Written before.")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("late")]
    [InlineData("twice")]
    [InlineData("wrong verifier")]
    [InlineData("wrong origin")]
    public async Task Code_that_holds_no_more_ends_in_a_sentence_and_the_next_one_works(string how)
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("400 POST");
        reader.Expect("the server responded with a status of 400");
        await reader.Page.RouteAsync("**/session", route => SpoilAsync(route, how), new() { Times = 1 });
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("Written before.");

        await reader.SignInAsync(() => thread.Button("Sign in to post").ClickAsync(), Person);
        await Expect(thread.Notice(NotAccepted)).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Written before.");
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in again").ClickAsync());
        await popup.GetByRole(AriaRole.Button, new() { Name = "Continue as" }).ClickAsync();

        await Expect(thread.Comment("Written before.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Session_that_was_ended_elsewhere_leads_to_signing_in_again_with_the_text_kept()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), Person);
        await Expect(thread.SignOut).ToBeVisibleAsync();
        await thread.WriteAsync("Written before.");
        var token = await reader.Page.EvaluateAsync<string>("key => localStorage.getItem(key)", $"embed:{blog.Server.Origin}:{Blog.Site}:token");
        var site = await blog.Server.Services.GetRequiredService<SiteDirectory>().FindAsync(Blog.Site, Cancellation);
        await blog.Server.Services.GetRequiredService<CommenterSessions>().RevokeAsync(token, site!.Id, Cancellation);

        await thread.Post.ClickAsync();

        await Expect(thread.Notice("Please sign in first.")).ToBeVisibleAsync();
        await Expect(thread.SignOut).ToHaveCountAsync(0);
        await Expect(thread.Field).ToHaveValueAsync("Written before.");
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in to post").ClickAsync());
        await popup.GetByRole(AriaRole.Button, new() { Name = "Continue as" }).ClickAsync();
        await Expect(thread.Comment("Written before.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Code_is_redeemed_when_the_server_can_be_reached_again()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_INTERNET_DISCONNECTED");
        var isReachable = false;
        await reader.Page.RouteAsync("**/session", route => isReachable ? route.ContinueAsync() : route.AbortAsync("internetdisconnected"));
        var thread = await reader.ReadAsync(blog.NewPage());

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), Person);
        await Expect(thread.Notice("The comment server cannot be reached.")).ToBeVisibleAsync();
        isReachable = true;
        await reader.Page.EvaluateAsync("dispatchEvent(new Event('online'))");

        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".notice:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Double_click_opens_one_window()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("Written before.");

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in to post").DblClickAsync());
        await Expect(popup.WithGitHub()).ToBeVisibleAsync();
        await thread.Button("Sign in to post").ClickAsync();
        await popup.WithGitHub().ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = Person }).ClickAsync();

        await Expect(thread.Comment("Written before.")).ToHaveCountAsync(1);
        await Expect(thread.Field).ToHaveCountAsync(0);
        Assert.Single(reader.Context.Pages);
    }

    [Fact]
    public async Task Sign_in_that_ends_after_the_thread_has_changed_is_kept()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await Expect(thread.Live).ToBeVisibleAsync();
        var other = blog.NewPage();
        await blog.PostAsync(other, "Of the other thread.");

        await thread.Element.EvaluateAsync("(element, page) => element.setAttribute('page', page)", other);
        await Expect(thread.Comment("Of the other thread.")).ToBeVisibleAsync();
        await popup.WithGitHub().ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = Person }).ClickAsync();

        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        await Expect(thread.Comment("Of the other thread.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Two_tabs_that_sign_in_at_once_both_end_signed_in_and_out_together()
    {
        await using var reader = await browser.OpenAsync();
        var (firstPage, secondPage) = (blog.NewPage(), blog.NewPage());
        var first = await reader.ReadAsync(firstPage);
        var tab = await reader.Context.NewPageAsync();
        await tab.GotoAsync(secondPage);
        var second = new EmbeddedThread(tab);
        await first.WriteAsync("From the first tab.");
        await second.WriteAsync("From the second tab.");

        var firstPopup = await reader.Page.RunAndWaitForPopupAsync(() => first.Button("Sign in to post").ClickAsync());
        var secondPopup = await tab.RunAndWaitForPopupAsync(() => second.Button("Sign in to post").ClickAsync());
        await firstPopup.WithGitHub().ClickAsync();
        await secondPopup.WithGitHub().ClickAsync();
        await secondPopup.GetByRole(AriaRole.Button, new() { Name = Person }).WaitForAsync();
        await firstPopup.GetByRole(AriaRole.Button, new() { Name = Person }).ClickAsync();

        await Expect(first.Comment("From the first tab.")).ToBeVisibleAsync();
        await Expect(second.Comment("From the second tab.")).ToBeVisibleAsync();
        // The other window was not needed any more.
        Assert.True(secondPopup.IsClosed);
        await first.WriteAsync("Once more from the first.");
        await first.Post.ClickAsync();
        await Expect(first.Comment("Once more from the first.")).ToBeVisibleAsync();
        await first.SignOut.ClickAsync();
        await Expect(first.SignIn).ToBeVisibleAsync();
        await Expect(second.SignIn).ToBeVisibleAsync();
        await Expect(second.SignOut).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Server_that_starts_anew_between_the_steps_breaks_nothing()
    {
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("Written before.");
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in to post").ClickAsync());
        await popup.WithGitHub().ClickAsync();
        await Expect(popup.GetByRole(AriaRole.Button, new() { Name = Person })).ToBeVisibleAsync();

        await blog.Server.StopAsync();
        blog.Server.Start();
        await popup.GetByRole(AriaRole.Button, new() { Name = Person }).ClickAsync();

        await Expect(thread.Comment("Written before.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    // What the page sends for a session, made worthless in one way.
    private async Task SpoilAsync(IRoute route, string how)
    {
        if (how == "late")
        {
            blog.Server.Clock.Advance(TimeSpan.FromSeconds(61));
        }
        else if (how == "twice")
        {
            await route.FetchAsync();
        }
        else if (how == "wrong origin")
        {
            await route.FetchAsync(new() { Headers = [.. route.Request.Headers.Where(h => h.Key != "origin"), new("origin", blog.OtherHost.Origin)] });
        }

        var sent = JsonNode.Parse(route.Request.PostData!)!;
        sent["verifier"] = how == "wrong verifier" ? new string('a', 43) : (string)sent["verifier"]!;
        await route.ContinueAsync(new() { PostData = System.Text.Encoding.UTF8.GetBytes(sent.ToJsonString()) });
    }
}
