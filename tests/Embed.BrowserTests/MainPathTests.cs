using static Embed.BrowserTests.PartitioningControl;

namespace Embed.BrowserTests;

/// <summary>
/// Reading, signing in, posting, reloading and signing out in other engines than Chromium, each with the protection against
/// tracking that it is shipped with; and the control that this protection is at work between the blog and the server.
/// </summary>
/// <param name="engine">The browser.</param>
/// <param name="blog">Blog and server.</param>
/// <param name="byDefault">What it makes of a third party's cookie and storage.</param>
public abstract class MainPathTests(IEngine engine, Blog blog, Findings byDefault)
{
    [Fact]
    public async Task Reading_signing_in_posting_reloading_and_signing_out_work()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Rye wants a wetter dough.");
        await using var reader = await engine.OpenAsync();
        var window = reader.Window;

        await window.OpenAsync(page);
        await window.SeeAsync("Rye wants a wetter dough.");

        await SignInAsync(window, "Priya Nair");
        await window.SeeAsync("Signed in as Priya Nair");

        await window.PressAsync("Write a comment …");
        await window.TypeAsync("Your comment", "And a longer rest.");
        await window.PressAsync("Post");
        await window.SeeAsync("And a longer rest.");
        Assert.Equal(2, await blog.CountAsync(page));

        await window.ReloadAsync();
        await window.SeeAsync("Signed in as Priya Nair");
        await window.SeeAsync("And a longer rest.");

        await window.PressAsync("Sign out");
        await SeeNobodySignedInAsync(window);
        await window.ReloadAsync();
        await window.SeeAsync("And a longer rest.");
        await window.PressAsync("Write a comment …");
        await SeeNobodySignedInAsync(window);
        await window.SeeButtonAsync("Sign in to post");
    }

    [Fact]
    public async Task Second_blog_takes_one_click()
    {
        await using var reader = await engine.OpenAsync();
        var window = reader.Window;
        await window.OpenAsync(blog.NewPage());
        await SignInAsync(window, "Ewa Lis");
        await window.SeeAsync("Signed in as Ewa Lis");

        await window.OpenAsync(blog.NewPage(Blog.Second, host: blog.OtherHost));
        var popup = await window.PressForWindowAsync("Sign in");
        await popup.PressAsync("Continue as");

        await popup.SeeClosedAsync();
        await window.SeeAsync("Signed in as Ewa Lis");
    }

    [Fact]
    public async Task Closed_sign_in_window_is_noticed_and_the_next_try_works()
    {
        await using var reader = await engine.OpenAsync();
        var window = reader.Window;
        await window.OpenAsync(blog.NewPage());
        await window.PressAsync("Write a comment …");
        await window.TypeAsync("Your comment", "Written before signing in.");

        // Closed before it has spoken, it may have been cut off.
        await window.RunAsync(
            "async () => addEventListener('message', ({ data }) => { if (data?.type === 'embed-signin-open') document.body.append('It has spoken.'); })");
        var popup = await window.PressForWindowAsync("Sign in to post");
        await popup.SeeButtonAsync("Continue with");
        await window.SeeAsync("Finish signing in in the other window.");
        await window.SeeAsync("It has spoken.");
        await popup.CloseAsync();
        await window.SeeAsync("The sign-in window was closed.");

        await SignInAsync(window, "Priya Nair", "Sign in to post");
        await window.SeeAsync("Written before signing in.");
        Assert.NotNull(await TokenAsync(window));
    }

    [Fact]
    public async Task Code_that_comes_after_its_window_has_closed_still_signs_in()
    {
        // Keeps the message back until well after the window's end is noticed. (By then WebKit has forgotten its source.)
        var page = blog.NewPage(before: """
            <script>
              addEventListener('message', message => {
                if (!message.isTrusted) return;
                message.stopImmediatePropagation();
                const { data, origin, source } = message;
                const late = Object.defineProperty(new MessageEvent('message', { data, origin }), 'source', { value: source });
                const watch = setInterval(() => {
                  if (!source.closed) return;
                  clearInterval(watch);
                  setTimeout(() => dispatchEvent(late), 350);
                }, 10);
              });
            </script>
            """);
        await using var reader = await engine.OpenAsync();
        await reader.Window.OpenAsync(page);

        await SignInAsync(reader.Window, "Ewa Lis");

        await reader.Window.SeeAsync("Signed in as Ewa Lis");
    }

    [Fact]
    public async Task Sign_in_window_opens_even_if_the_code_for_it_is_still_on_its_way()
    {
        await using var reader = await engine.OpenAsync();
        await reader.Window.OpenAsync(blog.NewPage());

        IWindow popup;
        using (blog.Server.Gate.Close("/embed-live."))
        {
            popup = await reader.Window.PressForWindowAsync("Sign in");
        }

        await ChooseAsync(popup, "Ewa Lis");
        await reader.Window.SeeAsync("Signed in as Ewa Lis");
    }

    [Fact]
    public async Task Page_that_its_windows_cannot_reach_is_signed_in_all_the_same()
    {
        var page = blog.Host.Put(
            blog.NewPath(),
            $"<embed-comments></embed-comments>{blog.Snippet()}",
            headers: new Dictionary<string, string> { ["Cross-Origin-Opener-Policy"] = "same-origin" });
        await using var reader = await engine.OpenAsync();
        // Not finished yet: the answer to asking.
        (reader.Profile as BrowserPage)?.Expect("409 POST");
        await reader.Window.OpenAsync(page);

        var popup = await reader.Window.PressForWindowAsync("Sign in");
        await popup.PressAsync("Continue with");
        await popup.PressAsync("Ewa Lis");

        await reader.Window.SeeAsync("Signed in as Ewa Lis");
    }

    [Fact]
    public async Task Page_that_may_open_no_window_is_left_and_come_back_to()
    {
        var page = blog.NewPage(head: "<script>window.open = () => null</script>");
        await using var reader = await engine.OpenAsync();
        var window = reader.Window;
        await window.OpenAsync(page + "#part");
        await window.PressAsync("Write a comment …");
        await window.TypeAsync("Your comment", "Written before signing in.");
        await window.PressAsync("Sign in to post");
        await window.PressAsync("Sign in in this window");
        await window.PressAsync("Continue with");
        await window.PressAsync("Priya Nair");

        await window.SeeAsync("Signed in as Priya Nair");
        await window.SeeAsync("Written before signing in.");
        Assert.Equal(1, await blog.CountAsync(page));
        Assert.Equal(page + "#part", await window.RunAsync("async () => location.href"));
    }

    [Fact]
    public async Task Server_s_cookie_and_storage_are_kept_from_the_blog_by_default()
    {
        await using var control = await StartAsync();
        await using var reader = await engine.OpenAsync();

        Assert.Equal(byDefault, await control.FindAsync(reader.Window));
        Assert.Equal(("control=kept", "kept"), await control.FindOwnAsync(reader.Window));
    }

    [Fact]
    public async Task Control_can_tell_a_browser_that_shares_them()
    {
        await using var control = await StartAsync();
        await using var reader = await engine.OpenPermissiveAsync();

        // WebKit has no switch that would share storage, too.
        var findings = await control.FindAsync(reader.Window);

        Assert.Equal((Findings.Shared.CookieInBlog, Findings.Shared.CookieAtTop), (findings.CookieInBlog, findings.CookieAtTop));
    }

    private static Task<PartitioningControl> StartAsync() => PartitioningControl.StartAsync("");

    private static async Task SignInAsync(IWindow window, string account, string button = "Sign in") =>
        await ChooseAsync(await window.PressForWindowAsync(button), account);

    private static async Task ChooseAsync(IWindow popup, string account)
    {
        await popup.PressAsync("Continue with");
        await popup.PressAsync(account);
        await popup.SeeClosedAsync();
    }

    private async Task SeeNobodySignedInAsync(IWindow window)
    {
        await window.SeeButtonAsync("Sign in");
        Assert.Null(await TokenAsync(window));
    }

    private Task<string?> TokenAsync(IWindow window) =>
        window.RunAsync("async key => localStorage.getItem(key)", $"embed:{blog.Server.Origin}:{Blog.Site}:token");
}

/// <summary>In Firefox, whose Total Cookie Protection gives a third party another cookie jar on every site.</summary>
public sealed class FirefoxMainPathTests(Firefox firefox, Blog blog)
    : MainPathTests(firefox, blog, Findings.Partitioned), IClassFixture<Firefox>, IClassFixture<Blog>;

/// <summary>In WebKitGTK, which takes no cookies of third parties.</summary>
public sealed class WebKitMainPathTests(WebKit webKit, Blog blog)
    : MainPathTests(webKit, blog, Findings.Refused), IClassFixture<WebKit>, IClassFixture<Blog>;
