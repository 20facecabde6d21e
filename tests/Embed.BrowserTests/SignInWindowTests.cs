using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The sign-in window while the code for signing in is still on its way, or does not come.</summary>
public sealed class SignInWindowTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task It_closes_when_the_code_does_not_come_and_the_next_try_works()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("embed-live");
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.Page.RouteAsync("**/embed-live.*", route => route.AbortAsync());

        // Its own end can come before it is even reported as opened.
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reader.Context.Page += (_, popup) => popup.Close += (_, _) => closed.TrySetResult();
        await thread.SignIn.ClickAsync();
        await Expect(thread.Notice("This could not be started.")).ToBeVisibleAsync();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await reader.Page.UnrouteAsync("**/embed-live.*");
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Ewa Lis");
        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Second_click_opens_another_and_closes_the_first()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        IPage first, second;
        using (blog.Server.Gate.Close("/embed-live."))
        {
            first = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
            second = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        }

        await second.WithGitHub().ClickAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Ewa Lis" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
        Assert.True(first.IsClosed);
    }

    [Fact]
    public async Task It_closes_when_somebody_signs_in_in_another_tab()
    {
        await using var reader = await browser.OpenAsync();
        var page = blog.NewPage();
        var thread = await reader.ReadAsync(page);
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await Expect(popup.WithGitHub()).ToBeVisibleAsync();
        await Expect(thread.Notice("Finish signing in")).ToBeVisibleAsync();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        popup.Close += (_, _) => closed.TrySetResult();

        var tab = await reader.Context.NewPageAsync();
        await tab.GotoAsync(page);
        await tab.EvaluateAsync(
            "([key, token]) => localStorage.setItem(key, token)",
            new[] { $"embed:{blog.Server.Origin}:{Blog.Site}:token", await blog.TokenAsync("Ewa Lis", Blog.Site, blog.Host.Origin) });

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".notice:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Focus_goes_back_to_the_text_when_a_way_on_is_pressed()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("A draft.");
        var popup = await reader.OpenSignInAsync(() => thread.Button("Sign in to post").ClickAsync());
        await popup.CloseAsync();

        await Accessibility.TabToAsync(reader.Page, thread.Button("Sign in again"));
        await reader.Page.RunAndWaitForPopupAsync(() => reader.Page.Keyboard.PressAsync("Enter"));

        await Expect(thread.Notice("Finish signing in")).ToBeVisibleAsync();
        await Expect(thread.Field).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Focus_stays_in_the_head_when_the_button_that_signed_in_goes()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Ewa Lis");

        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".who :focus")).ToHaveCountAsync(1);
    }
}
