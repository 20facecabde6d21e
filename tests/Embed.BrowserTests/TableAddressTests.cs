using System.Reflection;
using System.Text.RegularExpressions;
using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The address of a page below <c>/admin</c> says what its table shows: to the back button, to a reload, and whatever is written there.</summary>
public sealed class TableAddressTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string OfSite = $"/admin/sites/{Blog.Site}";

    // Neighbours have other headings, so that each is seen to come.
    private static readonly (string Path, string Heading)[] Pages =
    [
        ("/admin", "Dashboard"), ("/admin/queue", "Queue"), ("/admin/log", "Moderation log"), ("/admin/sites", "Sites"), ("/admin/people", "People"),
        ("/admin/team", "Team"), (OfSite, "Dashboard"), ($"{OfSite}/threads", "Threads"), ($"{OfSite}/search", "Search"), ($"{OfSite}/people", "People"),
        ($"{OfSite}/team", "Team"), ($"{OfSite}/log", "Moderation log"), ($"{OfSite}/rules", "Rules"),
    ];

    private static readonly string[] Junk =
        ["abc", "-1", "99999999999999999999", "2030-99-99", "<b>'\"&\0\u202E%_\\", "1.2.3", "--", new('x', 150)];

    [Fact]
    public async Task Whatever_an_address_says_it_is_a_page()
    {
        await blog.PostAsync(blog.NewPage(), "Words");
        await using var admin = await AdminPages.OpenAsync(browser, blog, "/admin/nowhere");
        string[] names =
        [
            .. typeof(Program).Assembly.GetTypes().SelectMany(type => type.GetProperties())
                .Select(property => (property, property.GetCustomAttribute<SupplyParameterFromQueryAttribute>()))
                .Where(pair => pair.Item2 is not null).Select(pair => pair.Item2!.Name ?? pair.property.Name.ToLowerInvariant()),
            .. LogFilter.Names, "select",
        ];
        // Of a site that is not there the queue says so.
        names = [.. names.Distinct().Where(name => name != "site")];
        Assert.Contains("author", names);

        foreach (var junk in Junk)
        {
            foreach (var (path, heading) in Pages)
            {
                var address = $"{path}?{string.Join('&', names.Select(name => $"{name}={Uri.EscapeDataString(junk)}"))}";
                await admin.Page.EvaluateAsync("address => Blazor.navigateTo(address)", address);
                await Expect(admin.Heading).ToHaveTextAsync(heading);
                await Expect(admin.Page.GetByText("Loading …")).ToHaveCountAsync(0);
                await Expect(admin.Page.Locator(".page .note.fault[role=alert]")).ToHaveCountAsync(0);
            }
        }
    }

    [Fact]
    public async Task Each_tables_order_and_choices_go_back_and_forward_and_outlast_a_reload()
    {
        var mark = $"w{Guid.NewGuid():N}"[..12];
        var host = blog.NewPage();
        await blog.PostAsync(host, $"First {mark}");
        await blog.PostAsync(host, $"Second {mark}", "Priya Nair");
        var other = blog.NewPage();
        await blog.PostAsync(other, $"Third {mark}");
        await blog.CloseAsync(other);
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"{OfSite}/threads");
        var page = admin.Page;

        await SortAsync(page, "Thread", "sort=title");
        await SortAsync(page, "Held", "sort=-held");
        await ChooseAsync(page, page.GetByLabel("Which threads"), "Closed", "show=closed");
        await admin.GoAsync($"{OfSite}/people");
        await SortAsync(page, "Role", "sort=-role");
        await SortAsync(page, "Held", "sort=-held");
        await ChooseAsync(page, page.GetByLabel("Show", new() { Exact = true }), "banned", "show=banned");
        await admin.GoAsync($"{OfSite}/team");
        await SortAsync(page, "Name", "sort=name");
        await ChooseAsync(page, page.GetByLabel("Which roles"), "moderator", "role=moderator");
        await page.GetByLabel("For whom").FillAsync(mark);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        await SortAsync(page, "For", "open-sort=for");
        await admin.AssertUsableAsync("team-invitations-1280");
        await page.SetViewportSizeAsync(360, 800);
        await admin.AssertUsableAsync("team-invitations-360");
        await page.SetViewportSizeAsync(1280, 800);
        await admin.GoAsync($"{OfSite}/log");
        await ChooseAsync(page, page.GetByLabel("What", new() { Exact = true }), "people", "what=people");
        await ChooseAsync(page, page.GetByLabel("Order"), "oldest", "sort=oldest");
        await admin.GoAsync($"{OfSite}/search?q={mark}");
        await StepAsync(
            page,
            async () =>
            {
                await page.GetByLabel("Order").SelectOptionAsync("oldest");
                await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            },
            () => Expect(page.Locator(".found > li").First).ToContainTextAsync("First"),
            () => Expect(page.Locator(".found > li").First).ToContainTextAsync("Third"));
        await Expect(page.GetByLabel("Order")).ToHaveValueAsync("oldest");
        await admin.GoAsync(OfSite);
        await SortAsync(page, "Page", "sort=page");
        await page.GetByRole(AriaRole.Button, new() { Name = "Table of reports by day" }).ClickAsync();
        await SortAsync(page, "Reports", "daysort=-number");
        await page.GetByRole(AriaRole.Link, new() { Name = "All threads by comments" }).ClickAsync();
        await Expect(Header(page, "Comments")).ToHaveAttributeAsync("aria-sort", "descending");
    }

    [Fact]
    public async Task A_simulation_is_sorted_and_filtered_by_its_address_and_made_anew_where_it_is_opened()
    {
        await blog.PostAsync(blog.NewPage(), "Words");
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"{OfSite}/rules", options: new(Width: 360));
        var page = admin.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Simulate" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Saying("simulated=yes"));

        await SortAsync(page, "It would be", "sort=would");
        await admin.AssertUsableAsync("rules-simulation-360");
        await ChooseAsync(page, page.GetByLabel("Show", new() { Exact = true }), "saved", "show=saved");
        await Expect(page.GetByText("No comment is like that.")).ToBeVisibleAsync();

        // Unsaved rules are left only after asking; what is shown of them leaves nothing.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
        await page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("now");
        await Expect(page).ToHaveURLAsync(Saying("show=now"));
        await Expect(page.GetByText("Leave without saving?")).ToHaveCountAsync(0);
        await Expect(page.GetByText("These rules are not saved yet.")).ToBeVisibleAsync();
    }

    private static Task SortAsync(IPage page, string column, string says)
    {
        var header = Header(page, column);
        return StepAsync(
            page, () => header.GetByRole(AriaRole.Button).ClickAsync(),
            async () =>
            {
                await Expect(page).ToHaveURLAsync(Saying(says));
                await Expect(header).ToHaveAttributeAsync("aria-sort", says.Contains("=-", StringComparison.Ordinal) ? "descending" : "ascending");
            },
            async () =>
            {
                await Expect(page).Not.ToHaveURLAsync(Saying(says));
                await Expect(header).Not.ToHaveAttributeAsync("aria-sort", new Regex(".", RegexOptions.None, TimeSpan.FromSeconds(1)));
            });
    }

    private static Task ChooseAsync(IPage page, ILocator list, string value, string says)
    {
        return StepAsync(
            page, () => list.SelectOptionAsync(value),
            async () =>
            {
                await Expect(page).ToHaveURLAsync(Saying(says));
                await Expect(list).ToHaveValueAsync(value);
            },
            async () =>
            {
                await Expect(page).Not.ToHaveURLAsync(Saying(says));
                await Expect(list).Not.ToHaveValueAsync(value);
            });
    }

    private static async Task StepAsync(IPage page, Func<Task> choose, Func<Task> seeChosen, Func<Task> seeBefore)
    {
        await seeBefore();
        await choose();
        await seeChosen();
        await page.GoBackAsync();
        await seeBefore();
        await page.GoForwardAsync();
        await seeChosen();
        await page.ReloadAsync();
        await seeChosen();
    }

    private static ILocator Header(IPage page, string column) => page.GetByRole(AriaRole.Columnheader, new() { Name = column, Exact = true });

    private static Regex Saying(string parameter) => new($"[?&]{Regex.Escape(parameter)}(&|$)", RegexOptions.None, TimeSpan.FromSeconds(1));
}
