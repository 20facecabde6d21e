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
}
