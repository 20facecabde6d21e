using System.Globalization;
using Microsoft.Playwright;
using static Embed.BrowserTests.Accessibility;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>It fits, it can be seen, and it can be used without a mouse.</summary>
public sealed class LookTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";
    private const string DarkPage = "<style>html { background: #14171c; color: #e8eaed } body { color: inherit }</style>";

    [Theory]
    [InlineData(320)]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task Nothing_reaches_over_the_edge_of_the_page(int width)
    {
        var page = blog.NewPage();
        await WriteWideThreadAsync(page);
        await using var reader = await browser.OpenAsync(new(Width: width, Height: 700));

        var thread = await reader.ReadAsync(page);
        await AssertFitsAsync(reader.Page);

        await reader.RememberAsync(blog, Me);
        await reader.Page.ReloadAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Act("Depth 8.", "Reply to").ClickAsync();
        await thread.FieldIn("Depth 8.").FillAsync(new string('w', 500));
        await AssertFitsAsync(reader.Page);
        await thread.Comment("Depth 8.").GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(thread.Element.Locator(".preview")).ToBeVisibleAsync();
        await AssertFitsAsync(reader.Page);
    }

    [Fact]
    public async Task Text_stays_readable_at_the_deepest_indentation_of_a_phone()
    {
        var page = blog.NewPage();
        await WriteWideThreadAsync(page);
        await using var reader = await browser.OpenAsync(new(Width: 320, Height: 700));

        var thread = await reader.ReadAsync(page);

        // About twenty characters of a phone's text.
        Assert.InRange((await thread.Comment("Depth 8.").Locator(".body").BoundingBoxAsync())!.Width, 160, 320);
    }

    [Theory]
    [InlineData(ColorScheme.Light, true)]
    [InlineData(ColorScheme.Dark, true)]
    [InlineData(ColorScheme.Dark, false)]
    public async Task Thread_follows_the_page_s_colours_not_the_system_s(ColorScheme preferred, bool isDark)
    {
        var page = blog.NewPage(head: isDark ? DarkPage : "<style>html { background: #fff; color: #222 }</style>");
        await using var reader = await browser.OpenAsync(new(ColorScheme: preferred));

        var thread = await reader.ReadAsync(page);

        Assert.Equal(isDark ? "dark" : "light", await thread.Element.Locator(".embed").EvaluateAsync<string>("box => box.dataset.scheme"));
    }

    [Fact]
    public async Task Keyboard_alone_is_enough()
    {
        var page = blog.NewPage(before: "<h1>A post</h1>");
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await TabToAsync(reader.Page, thread.Invitation);
        await reader.Page.Keyboard.PressAsync("Enter");
        await Expect(thread.Field).ToBeFocusedAsync();
        await reader.Page.Keyboard.TypeAsync("Typed, not clicked.");
        await reader.SignInAsync(() => reader.Page.Keyboard.PressAsync("Control+Enter"), "Ewa Lis");
        await Expect(thread.Comment("Typed, not clicked.")).ToBeVisibleAsync();

        await TabToAsync(reader.Page, thread.Act("A question.", "Good comment"));
        await reader.Page.Keyboard.PressAsync("Space");
        await Expect(thread.Act("A question.", "Good comment")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(thread.Act("A question.", "Good comment")).ToBeFocusedAsync();
        await TabToAsync(reader.Page, thread.Act("A question.", "Reply to"));
        await reader.Page.Keyboard.PressAsync("Enter");
        await Expect(thread.FieldIn("A question.")).ToBeFocusedAsync();
        await reader.Page.Keyboard.TypeAsync("An answer.");
        await reader.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(thread.Comment("An answer.")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("An answer.");
    }

    [Fact]
    public async Task Escape_closes_an_empty_reply_and_gives_the_focus_back()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Act("A question.", "Reply to").ClickAsync();
        await Expect(thread.FieldIn("A question.")).ToBeFocusedAsync();

        await reader.Page.Keyboard.PressAsync("Escape");

        await Expect(thread.FieldIn("A question.")).ToHaveCountAsync(0);
        await Expect(thread.Act("A question.", "Reply to")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Forced_colours_leave_controls_and_focus_visible()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        await reader.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Act("A question.", "Good comment").ClickAsync();
        await Expect(thread.Act("A question.", "Good comment")).ToHaveAttributeAsync("aria-pressed", "true");

        await TabToAsync(reader.Page, thread.Act("A question.", "Reply to"));
        await Screenshots.TakeAsync(reader.Page, "forced-colours-light");

        await thread.Invitation.ClickAsync();
        Assert.NotEqual("0px", await thread.Field.EvaluateAsync<string>("field => getComputedStyle(field).borderTopWidth"));
        Assert.NotEqual("0px", await thread.Post.EvaluateAsync<string>("button => getComputedStyle(button).borderTopWidth"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accessibility_rules_find_nothing_serious_while_reading_or_writing(bool isDark)
    {
        var page = blog.NewPage(before: "<main><h1>A post</h1>", after: "</main>", head: isDark ? DarkPage : "");
        await WriteWideThreadAsync(page);
        await using var reader = await browser.OpenAsync(new(ColorScheme: isDark ? ColorScheme.Dark : ColorScheme.Light));
        var thread = await reader.ReadAsync(page);
        await AssertAccessibleAsync(reader.Page);

        await reader.RememberAsync(blog, Me);
        await reader.Page.ReloadAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Act("Depth 0.", "Reply to").ClickAsync();
        await Expect(thread.FieldIn("Depth 0.")).ToBeFocusedAsync();
        await thread.Invitation.ClickAsync();
        await thread.Post.ClickAsync();
        await Expect(thread.Notice("There is nothing to post yet.")).ToBeVisibleAsync();
        await AssertAccessibleAsync(reader.Page);
        await thread.Field.FillAsync("Some *text*");
        await thread.Element.Locator("form[data-slot=new]").GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(thread.Element.Locator(".preview")).ToBeVisibleAsync();
        await AssertAccessibleAsync(reader.Page);
    }

    [Fact]
    public async Task Targets_are_large_enough_for_a_finger()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.", by: Me);
        await using var reader = await browser.OpenAsync(new(Width: 360));
        var thread = await reader.TakePartAsync(blog, page, Me);
        await Expect(thread.Act("A question.", "Edit")).ToBeVisibleAsync();

        // WCAG 2.2, success criterion 2.5.8: 24 by 24 CSS pixels.
        var small = await thread.Element.EvaluateAsync<string>(
            """
            element => [...element.shadowRoot.querySelectorAll('button')].filter(b => b.checkVisibility())
              .map(b => [b.ariaLabel || b.textContent, b.getBoundingClientRect()]).filter(([, r]) => r.width < 24 || r.height < 24)
              .map(([name, r]) => `${name}: ${r.width} x ${r.height}`).join('; ')
            """);
        Assert.Equal("", small);
    }

    /// <summary>Depth 8, and in each comment something that is wider than a phone.</summary>
    private async Task WriteWideThreadAsync(string page)
    {
        string[] wide =
        [
            new string('a', 300), "https://example.org/" + new string('b', 300), "```\n" + new string('c', 300) + "\n```",
            "| " + string.Join(" | ", Enumerable.Range(1, 30).Select(i => $"column {i}")) + " |\n|" + string.Concat(Enumerable.Repeat("---|", 30)),
            "`" + new string('d', 300) + "`", "> > > > quoted " + new string('e', 200), "1. one\n   1. two\n      1. three " + new string('f', 200),
            "# " + new string('G', 100), "**" + new string('h', 200) + "**",
        ];
        long? parent = null;
        for (var depth = 0; depth < wide.Length; depth++)
        {
            parent = await blog.PostAsync(
                page, $"Depth {depth}.\n\n{wide[depth]}", string.Create(CultureInfo.InvariantCulture, $"Person {depth} {new string('n', depth * 8)}"), parent);
        }
    }

    private static async Task AssertFitsAsync(IPage page) =>
        Assert.Equal("", await page.EvaluateAsync<string>(
            """
            () => {
              const root = document.documentElement;
              if (root.scrollWidth <= root.clientWidth) return '';
              const wide = [...document.querySelector('embed-comments').shadowRoot.querySelectorAll('*')]
                .filter(item => item.getBoundingClientRect().right > root.clientWidth + 1);
              return `${root.scrollWidth} > ${root.clientWidth}: ${wide.slice(0, 5).map(item => item.localName + '.' + item.className).join(', ')}`;
            }
            """));

    private static Task AssertAccessibleAsync(IPage page) => Accessibility.AssertAsync(page, page.Locator("embed-comments"));
}
