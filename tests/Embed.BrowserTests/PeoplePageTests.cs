using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>People, their roles, bans and invitations, at the admin pages.</summary>
public sealed class PeoplePageTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string People = $"/admin/sites/{Blog.Site}/people";
    private const string Team = $"/admin/sites/{Blog.Site}/team";

    [Fact]
    public async Task A_ban_is_made_felt_on_the_blog_and_undone()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Priya Nair");
        await PostAsync(thread, "Before the ban.");
        await using var admin = await AdminPages.OpenAsync(browser, blog, People);

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Priya Nair" }).ClickAsync();
        await admin.Page.GetByText("Ban this person").ClickAsync();
        await admin.Page.GetByLabel("Reason").FillAsync("Advertising");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Ban", Exact = true }).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Banned.");
        await Expect(admin.Page.GetByText("Advertising")).ToBeVisibleAsync();
        await thread.WriteAsync("While banned.");
        await thread.Post.ClickAsync();
        await Expect(thread.Notice("You may not take part")).ToBeVisibleAsync();

        await admin.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Undone.");
        await Expect(admin.Page.GetByText("Advertising")).ToBeHiddenAsync();
        await thread.Post.ClickAsync();
        await Expect(thread.Live.GetByText("While banned.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_invitation_makes_whoever_opens_it_a_moderator()
    {
        await using var admin = await AdminPages.OpenAsync(browser, blog, Team);
        await admin.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("Moderator");
        await admin.Page.GetByLabel("For whom").FillAsync("For Jonas");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var link = await admin.Page.GetByLabel("Link of the invitation").InnerTextAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Rowheader, new() { Name = "For Jonas" })).ToBeVisibleAsync();

        await using var jonas = await browser.OpenAsync();
        await jonas.Page.GotoAsync(link);
        await Expect(jonas.Page.GetByText("invites you to be a moderator")).ToBeVisibleAsync();
        Assert.DoesNotContain('#', jonas.Page.Url);
        await Accessibility.AssertNothingFoundAsync(jonas.Page);
        await jonas.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await jonas.Page.WithGitHub().ClickAsync();
        await jonas.Page.GetByRole(AriaRole.Button, new() { Name = "Jonas Weidmann" }).ClickAsync();
        await jonas.Page.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await jonas.Page.GotoAsync($"{blog.Server.Origin}{People}");
        await Expect(jonas.Page.GetByRole(AriaRole.Heading, new() { Name = "People" })).ToBeVisibleAsync();

        await admin.GoAsync(Team);
        var role = admin.Page.GetByLabel("Role of Jonas Weidmann");
        await Expect(role).ToHaveValueAsync("Moderator");
        await role.SelectOptionAsync("None");
        await Expect(admin.Toast).ToContainTextAsync("Jonas Weidmann has no role here any more.");
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(admin.Page.GetByLabel("Role of Jonas Weidmann")).ToHaveValueAsync("Moderator");
    }

    [Fact]
    public async Task A_note_is_written_and_deleted_and_the_list_keeps_its_state_in_the_address()
    {
        await blog.TokenAsync("Salma", Blog.Site, blog.Host.Origin);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Ewa Lis");
        await PostAsync(thread, "A comment.");
        await using var admin = await AdminPages.OpenAsync(browser, blog, People);

        await admin.Page.GetByLabel("Name or account").FillAsync("ewa");
        await admin.Page.GetByLabel("Name or account").PressAsync("Enter");
        await Expect(admin.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("q=ewa", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await admin.Page.ReloadAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Rowheader)).ToHaveCountAsync(1);
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Ewa Lis" }).ClickAsync();
        await admin.Page.GetByLabel("A new note").FillAsync("Knows a lot about rye.");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add the note" }).ClickAsync();
        await Expect(admin.Page.GetByText("Knows a lot about rye.")).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the note" }).ClickAsync();

        await Expect(admin.Page.GetByText("Knows a lot about rye.")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_persons_comments_lead_to_where_they_are_whatever_was_decided()
    {
        var page = blog.NewPage(Blog.Held);
        var held = await blog.PostAsync(page, "Is **held**", "Tomáš Holub", site: Blog.Held);
        var published = await blog.PostAsync(page, "Is published", "Tomáš Holub", site: Blog.Held);
        await blog.JudgeAsync(published, publish: true);
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/sites/{Blog.Held}/people?q=Holub");
        // Which leads to the blog, and is followed there by other tests.
        await admin.Page.RouteAsync("**/c/*", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<title>Thread</title>" }));
        var person = admin.Page.GetByRole(AriaRole.Rowheader).GetByRole(AriaRole.Link).First;
        await person.ClickAsync();
        await Expect(admin.Heading).ToHaveTextAsync("Tomáš Holub");
        var row = admin.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Is held" });
        await Expect(row).ToContainTextAsync("Held");
        await Expect(admin.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"Approved comment {published} by Tomáš Holub" })).ToBeVisibleAsync();

        await row.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(admin.Page.Locator("[data-row]").First).ToHaveAttributeAsync("data-id", $"{held}");
        await admin.Page.GoBackAsync();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Is published" }).ClickAsync();
        await Expect(admin.Page).ToHaveURLAsync($"{blog.Server.Origin}/c/{published}");

        await admin.GoAsync("/admin/comments/987654");
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("comment");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Salma");
        await PostAsync(thread, "A comment that is somewhat longer than the others, so that it has to be broken where there is little room.");
        await using var admin = await AdminPages.OpenAsync(browser, blog, People, options: new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await admin.AssertUsableAsync($"people-{name}");

        await admin.Page.GetByRole(AriaRole.Rowheader).GetByRole(AriaRole.Link).First.ClickAsync();
        await admin.Page.GetByText("Ban this person").Or(admin.Page.GetByText("Ban otherwise")).ClickAsync();
        await admin.AssertUsableAsync($"person-{name}");
        await admin.GoAsync(Team);
        await admin.AssertUsableAsync($"team-{name}");
        await admin.Page.GetByLabel("For whom").FillAsync($"For a look at {name}");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        await Expect(admin.Page.GetByLabel("Link of the invitation")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"team-link-{name}");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = $"Revoke the invitation for For a look at {name}" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"team-revoke-{name}");
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.GoAsync("/admin/team");
        await admin.AssertUsableAsync($"team-server-{name}");
        await admin.GoAsync("/admin/people");
        await admin.AssertUsableAsync($"people-server-{name}");
    }

    private static async Task PostAsync(EmbeddedThread thread, string text)
    {
        await thread.WriteAsync(text);
        await thread.Post.ClickAsync();
        await Expect(thread.Live.GetByText(text)).ToBeVisibleAsync();
    }
}
