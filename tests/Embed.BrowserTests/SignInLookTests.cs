using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What is said about a sign-in, in a narrow window, in both themes and directions. Each leaves a picture to look at.</summary>
public sealed class SignInLookTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    public static TheoryData<string, ColorScheme> Looks => new MatrixTheoryData<string, ColorScheme>(["en", "de", "ar"], [ColorScheme.Light, ColorScheme.Dark]);

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_notice_fits_and_its_ways_on_can_be_pressed(string language, ColorScheme scheme)
    {
        await using var reader = await browser.OpenAsync(new(360, 700, scheme, Locale: language));
        var background = scheme == ColorScheme.Dark ? "<style>html { background: #16181b; color: #e8e9eb }</style>" : "";
        await reader.Page.GotoAsync(blog.NewPage(attributes: $"lang={language}", head: background));
        var thread = new EmbeddedThread(reader.Page);
        await thread.Element.Locator(".invitation, [data-act=compose]").First.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();

        foreach (var name in (string[])["closed", "expired", "failed", "offline", "framed", "insecure", "unreachable", "blocked", "waiting"])
        {
            await thread.Element.EvaluateAsync("(element, name) => element.tell('signin-' + name)", name);
            var notice = thread.Element.Locator(".notice.signin-" + name);
            await Expect(notice).ToBeVisibleAsync();
            foreach (var way in await notice.Locator("button, a").AllAsync())
            {
                // Visible, unmoving, under no other element.
                await way.ClickAsync(new() { Trial = true });
            }

            Assert.False(await reader.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
            await Screenshots.TakeAsync(reader.Page, $"signin-{name}-{language}-{scheme}");
        }

        // What is left in sight has two ways on; of the others no more than the words differ.
        await Accessibility.AssertAsync(reader.Page, thread.Element);
        foreach (var way in await thread.Element.Locator(".notice.told button").AllAsync())
        {
            await Accessibility.TabToAsync(reader.Page, way);
        }
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_page_of_a_sign_in_without_a_window_leads_back(string language, ColorScheme scheme)
    {
        await using var reader = await browser.OpenAsync(new(360, 700, scheme, Locale: language));
        reader.Expect("400 GET");
        reader.Expect("403 GET");
        reader.Expect("the server responded with a status of 40");
        var page = blog.NewPage();
        var address = $"{blog.Server.Origin}/signin?site={Blog.Site}&origin={Uri.EscapeDataString(blog.Host.Origin)}&challenge={new string('a', 43)}&lang={language}";
        var back = reader.Page.Locator($"a[href='{page}#embed-signin=']");

        await reader.Page.GotoAsync($"{address}&return={Uri.EscapeDataString(page)}");
        await Expect(back).ToBeVisibleAsync();
        await LookAsync(reader.Page, $"signin-page-{language}-{scheme}");
        await reader.Page.Locator("form[action*='/signin/github'] button").ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(back).ToBeVisibleAsync();
        await LookAsync(reader.Page, $"signin-refused-{language}-{scheme}");

        await reader.Page.GotoAsync($"{address}&return={Uri.EscapeDataString("https://elsewhere.example/")}");
        await Expect(back).ToHaveCountAsync(0);
        await LookAsync(reader.Page, $"signin-return-invalid-{language}-{scheme}");

        await reader.Page.GotoAsync(address);
        await reader.Page.Locator("form[action*='/signin/github'] button").ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Ewa Lis" }).ClickAsync();
        await Expect(reader.Page.Locator("[data-unsent]")).ToBeVisibleAsync();
        await LookAsync(reader.Page, $"signin-no-opener-{language}-{scheme}");
    }

    private static async Task LookAsync(IPage page, string name)
    {
        await Accessibility.AssertAsync(page);
        await Screenshots.TakeAsync(page, name);
    }
}
