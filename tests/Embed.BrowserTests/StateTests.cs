using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Every state can be reached and says what it is. Each leaves a picture for people to look at.</summary>
public sealed class StateTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";

    private static readonly string[] Looks = ["light", "dark", "narrow", "dark-narrow"];

    public static TheoryData<string> AllLooks => [.. Looks];

    [Theory]
    [MemberData(nameof(AllLooks))]
    public async Task Thread_while_reading_and_writing(string look)
    {
        var page = NewPage(look);
        await WriteThreadAsync(page);
        await using var reader = await OpenAsync(look);
        var thread = await reader.ReadAsync(page);
        await ShotAsync(reader, "thread", look);
        await reader.Page.ScreenshotAsync(new() { Path = Screenshots.PathOf($"thread-whole-{look}"), FullPage = true });

        await reader.RememberAsync(blog, Me);
        await reader.Page.ReloadAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Act("Two winters ago", "Reply to").ClickAsync();
        await thread.FieldIn("Two winters ago").FillAsync("That matches what I saw — with one **exception**:\n\n> the north side\n\nstayed dry.");
        await ShotAsync(reader, "live-with-form", look);
        await thread.Comment("Two winters ago").GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(thread.Element.Locator(".preview blockquote")).ToBeVisibleAsync();
        await ShotAsync(reader, "preview", look);
        await thread.Button("Cancel").ClickAsync();
        await thread.Act("My own remark", "Delete").ClickAsync();
        await Expect(thread.Button("Keep it")).ToBeVisibleAsync();
        await thread.Comment("My own remark").ScrollIntoViewIfNeededAsync();
        await ShotAsync(reader, "delete-asked", look);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Empty_thread(string look)
    {
        await using var reader = await OpenAsync(look);
        var thread = await reader.ReadAsync(NewPage(look));
        await Expect(thread.Element.GetByText("Nobody has written anything yet.")).ToBeVisibleAsync();
        await ShotAsync(reader, "empty", look);
        await thread.Invitation.ClickAsync();
        await Expect(thread.Field).ToBeFocusedAsync();
        await ShotAsync(reader, "empty-with-form", look);
    }

    [Fact]
    public async Task Loading_thread()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_ABORTED");
        await reader.Page.RouteAsync("**/thread.html*", _ => { });
        await reader.Page.GotoAsync(NewPage("light"));
        await Expect(new EmbeddedThread(reader.Page).Notice("Loading comments")).ToBeVisibleAsync();
        await ShotAsync(reader, "loading", "light");
    }

    [Fact]
    public async Task Failed_and_offline_thread()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_FAILED");
        reader.ExpectLostConnection();
        await reader.Page.RouteAsync("**/thread.html*", route => route.AbortAsync());
        await reader.Page.GotoAsync(NewPage("light"));
        var thread = new EmbeddedThread(reader.Page);
        await Expect(thread.Notice("The comments could not be loaded.")).ToBeVisibleAsync();
        await ShotAsync(reader, "failed", "light");
        await reader.Context.SetOfflineAsync(true);
        await thread.Button("Try again").ClickAsync();
        await Expect(thread.Notice("You are offline.")).ToBeVisibleAsync();
        await ShotAsync(reader, "offline", "light");
    }

    [Fact]
    public async Task Live_thread_that_cannot_be_started_says_so_and_offers_its_own_page()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_FAILED");
        await reader.Page.RouteAsync("**/blazor.server.js", route => route.AbortAsync());
        var thread = await reader.ReadAsync(NewPage("light"));
        await thread.Invitation.ClickAsync();
        await Expect(thread.Notice("This could not be started.")).ToBeVisibleAsync();
        await ShotAsync(reader, "live-failed", "light");

        // The next click tries again.
        await reader.Page.UnrouteAllAsync();
        await thread.Invitation.ClickAsync();
        await Expect(thread.Field).ToBeFocusedAsync();
        await Expect(thread.Notice("This could not be started.")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Sending_refused_lost_and_posted_comment(string look)
    {
        var page = NewPage(look);
        await blog.PostAsync(page, "Said before.");
        await using var reader = await OpenAsync(look);
        reader.ExpectLostConnection();
        var sockets = await Sockets.OfAsync(reader.Page);
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync(new string('x', 10_001));
        await thread.Post.ClickAsync();
        await Expect(thread.Notice("This is longer than")).ToBeVisibleAsync();
        await ShotAsync(reader, "refused", look);

        await thread.Field.FillAsync("Written on a train.");
        await reader.Context.SetOfflineAsync(true);
        await sockets.CutAsync();
        await Expect(thread.Notice("Connection lost.")).ToBeVisibleAsync();
        await ShotAsync(reader, "connection-lost", look);
        await reader.Context.SetOfflineAsync(false);
        await Expect(thread.Notice("Connection lost.")).ToBeHiddenAsync(new() { Timeout = 20_000 });

        await using (await blog.BlockWritesAsync())
        {
            await thread.Post.ClickAsync();
            await Expect(thread.Element.GetByRole(AriaRole.Button, new() { Name = "Sending" })).ToBeDisabledAsync();
            await ShotAsync(reader, "sending", look);
        }

        await Expect(thread.Comment("Written on a train.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await ShotAsync(reader, "posted", look);
    }

    [Fact]
    public async Task Pending_comment()
    {
        var page = blog.NewPage(Blog.Held, before: Article);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me, Blog.Held);
        await thread.WriteAsync("Please have a look at this first.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Please have a look").GetByText("Waiting for a moderator.")).ToBeVisibleAsync();
        await ShotAsync(reader, "pending", "light");
        await using var moderator = await browser.OpenAsync();
        thread = await moderator.TakePartAsync(blog, page, Blog.Moderator, Blog.Held);
        await Expect(thread.Act("Please have a look", "Publish")).ToBeVisibleAsync();
        await ShotAsync(moderator, "pending-moderator", "light");
    }

    [Fact]
    public async Task Closed_thread()
    {
        var page = NewPage("light");
        await WriteThreadAsync(page);
        await blog.CloseAsync(page);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Notice("A moderator has closed the comments here.")).ToBeVisibleAsync();
        await ShotAsync(reader, "closed", "light");
    }

    [Fact]
    public async Task Signing_in_with_its_pages()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(NewPage("light"));
        var popup = await reader.OpenSignInAsync(() => thread.SignIn.ClickAsync());
        await Screenshots.TakeAsync(popup, "signin-popup");
        await Expect(thread.Notice("Finish signing in")).ToBeVisibleAsync();
        await ShotAsync(reader, "signing-in", "light");
        await popup.CloseAsync();
        await Expect(thread.Notice("The sign-in window was closed.")).ToBeVisibleAsync();
        await ShotAsync(reader, "signin-closed", "light");
    }

    [Fact]
    public async Task Right_to_left_thread()
    {
        var page = blog.Host.Put(
            blog.NewPath(), $"<embed-comments lang='ar'></embed-comments>{blog.Snippet()}", "مقال", Blog.Style);
        var first = await blog.PostAsync(page, "شكرًا على هذا المقال المفيد. هل جرّبتم الطريقة نفسها في الشتاء؟", by: "سلمى حداد");
        await blog.PostAsync(page, "نعم، وكانت النتيجة جيدة.\n\n> هل جرّبتم الطريقة نفسها\n\nمرتين.", parent: first);
        await blog.PostAsync(page, "An English comment among Arabic ones, with `code`.", by: Me);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Comment("شكرًا").GetByRole(AriaRole.Button, new() { Name = "رد" }).First.ClickAsync();
        await Expect(thread.FieldIn("شكرًا")).ToBeFocusedAsync();
        await ShotAsync(reader, "rtl", "light");
    }

    private const string Article = """
        <h1>Why the cellar floods</h1>
        <p>For years we blamed the gutters. This spring I finally dug a test pit, and what I found changed my mind about most of
        what I had written here before.</p>
        """;

    private static string Head(string look) => look.StartsWith("dark", StringComparison.Ordinal)
        ? "<style>html { background: #14171c; color: #e8eaed }</style>"
        : "<style>html { background: #fffdf8; color: #23211d }</style>";

    private string NewPage(string look) => blog.NewPage(before: Article, head: Head(look));

    private Task<BrowserPage> OpenAsync(string look) => browser.OpenAsync(new(
        Width: look.EndsWith("narrow", StringComparison.Ordinal) ? 360 : 1000,
        Height: 900,
        ColorScheme: look.StartsWith("dark", StringComparison.Ordinal) ? ColorScheme.Dark : ColorScheme.Light));

    private static Task ShotAsync(BrowserPage reader, string state, string look) =>
        Screenshots.TakeAsync(reader.Page, string.Create(CultureInfo.InvariantCulture, $"{state}-{look}"));

    private async Task WriteThreadAsync(string page)
    {
        var first = await blog.PostAsync(page, "Two winters ago we had the same, and it was **not** the gutters. Look at the slope behind the house: if it drains towards the wall, no pipe will save you.");
        var second = await blog.PostAsync(page, "How did you measure the slope? Ours looks flat, but “looks” is doing a lot of work in that sentence.", "Ewa Lis", first);
        var third = await blog.PostAsync(page, "A hose, half filled with water, and a stick with marks:\n\n1. one end at the wall,\n2. the other five metres out,\n3. read both.\n\nTakes `10 minutes`.", parent: second);
        await blog.PostAsync(page, "Clever. I will try that at the weekend.", "Ewa Lis", third);
        var gone = await blog.PostAsync(page, "Something rude.", "Old Walnut");
        await blog.PostAsync(page, "That was uncalled for.", "Sam O’Dowd", gone);
        await blog.PostAsync(page, "Please stay with the topic, everyone.", Blog.Moderator, gone);
        await blog.DeleteAsync(gone, Blog.Moderator);
        await blog.PostAsync(page, "My own remark, with a [link](https://example.org/drainage) and a quote:\n\n> test pit\n\n```\nslope = rise / run\n```", Me);
        long? parent = await blog.PostAsync(page, "What about the neighbours’ side?", "Tomáš Holub");
        for (var depth = 1; depth <= 7; depth++)
        {
            parent = await blog.PostAsync(page, $"Answer at depth {depth}, which is long enough to run over more than one line on a telephone.", depth % 2 == 0 ? "Tomáš Holub" : "Ewa Lis", parent);
        }
    }
}
