using Microsoft.Playwright;
using static Embed.BrowserTests.Accessibility;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What readers do about comments they mind: report them, or hide whoever wrote them.</summary>
public sealed class ReportingTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";

    [Fact]
    public async Task A_report_asks_to_sign_in_first_and_goes_on_afterwards()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Buy my shoes.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await reader.SignInAsync(() => thread.MoreAsync("Buy my shoes.", "Report"), Me);
        var form = thread.Element.Locator("form[data-ask=flag]");
        await Expect(form.GetByLabel("What is wrong with it?")).ToBeFocusedAsync(new() { Timeout = 15_000 });
        await AssertAsync(reader.Page);
        await form.GetByLabel("What is wrong with it?").SelectOptionAsync("abuse");
        await form.GetByLabel("What the moderators should know besides").FillAsync("Third time this week");
        await form.GetByRole(AriaRole.Button, new() { Name = "Report" }).ClickAsync();

        await Expect(thread.Comment("Buy my shoes.").GetByText("You have reported this comment.")).ToBeVisibleAsync();
        await using var moderator = await browser.OpenAsync();
        var theirs = await moderator.TakePartAsync(blog, page, Blog.Moderator);
        await Expect(theirs.Comment("Buy my shoes.").GetByText("Third time this week")).ToBeVisibleAsync();

        await thread.Button("Take the report back").ClickAsync();
        await Expect(thread.Element.GetByText("You have reported this comment.")).ToHaveCountAsync(0);
        await Expect(theirs.Element.GetByText("Third time this week")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_report_is_given_up_by_keyboard()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Buy my shoes.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await TabToAsync(reader.Page, thread.Comment("Buy my shoes.").Locator("summary"));
        await reader.Page.Keyboard.PressAsync("Enter");
        await reader.Page.Keyboard.PressAsync("Tab");
        await reader.Page.Keyboard.PressAsync("Enter");
        await Expect(thread.Element.GetByLabel("What is wrong with it?")).ToBeFocusedAsync();
        await TabToAsync(reader.Page, thread.Button("Cancel"));
        await reader.Page.Keyboard.PressAsync("Enter");

        await Expect(thread.Element.Locator("form[data-ask]")).ToHaveCountAsync(0);
        await Expect(thread.Element.Locator(".comment")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Somebody_hidden_stays_hidden_after_a_reload_and_in_what_arrives_later_until_shown_again()
    {
        var page = blog.NewPage();
        var first = await blog.PostAsync(page, "Something annoying.", "Old Walnut");
        await blog.PostAsync(page, "A sober answer.", "Ewa Lis", first);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await thread.MoreAsync("Something annoying.", "Hide this person");
        await Expect(thread.Element.GetByText("Something annoying.")).ToBeHiddenAsync();
        await Expect(thread.Element.GetByText("Hidden: comment by a person you have hidden.")).ToBeVisibleAsync();
        await Expect(thread.Comment("A sober answer.")).ToBeVisibleAsync();
        await Expect(thread.Button("Show")).ToBeFocusedAsync();
        await AssertAsync(reader.Page);

        await reader.Page.ReloadAsync();
        await Expect(thread.Element.GetByText("Hidden: comment")).ToBeVisibleAsync();
        await Expect(thread.Element.GetByText("Something annoying.")).ToBeHiddenAsync();
        await blog.PostAsync(page, "Annoying again.", "Old Walnut");
        await thread.Button("1 new comment").ClickAsync(new() { Timeout = 20_000 });
        await Expect(thread.Element.GetByText("Hidden: comment")).ToHaveCountAsync(2);
        await Expect(thread.Element.GetByText("Annoying again.")).ToBeHiddenAsync();

        await thread.Button("Show").First.ClickAsync();
        await Expect(thread.Element.GetByText("Something annoying.")).ToBeVisibleAsync();
        await Expect(thread.Element.GetByText("Annoying again.")).ToBeHiddenAsync();
        await thread.Button("Show this person again").ClickAsync();
        await Expect(thread.Element.GetByText("Annoying again.")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".mute-line")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Whoever_is_hidden_is_hidden_in_a_live_thread_too()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Something annoying.", "Old Walnut");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await thread.MoreAsync("Something annoying.", "Hide this person");
        await Expect(thread.Element.GetByText("Something annoying.")).ToBeHiddenAsync();
        await blog.PostAsync(page, "Annoying again.", "Old Walnut");

        await Expect(thread.Element.GetByText("Hidden: comment")).ToHaveCountAsync(2);
        await Expect(thread.Element.GetByText("Annoying again.")).ToBeHiddenAsync();
    }
}
