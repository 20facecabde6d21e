using System.Text;
using System.Text.RegularExpressions;
using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Moving in by the admin pages: a file is sent, planned, imported, seen on the blog, and taken back.</summary>
public sealed class ImportTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blog_moves_in_and_out_again()
    {
        var page = blog.NewPage();
        await using var admin = await AdminPages.OpenAsync(browser, blog, "/admin/imports");
        await TabToAsync(admin, "link", "Import");
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Heading).ToHaveTextAsync("New import");
        await admin.AssertUsableAsync("import-new");

        // By keyboard, but for the window of the system in which files are chosen.
        await Accessibility.TabToAsync(admin.Page, admin.Page.GetByLabel("Into the site"));
        await admin.Page.Keyboard.TypeAsync("Test blog");
        await Accessibility.TabToAsync(admin.Page, admin.Page.GetByLabel("File", new() { Exact = true }));
        await admin.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(FileOf("moving-in.xml", Disqus("http://old.example" + new Uri(page).AbsolutePath)));
        await TabToAsync(admin, "button", "Send and look");
        await admin.Page.Keyboard.PressAsync("Enter");

        // None of it is the site's until addresses are rewritten.
        await ExpectStateAsync(admin, "Planned");
        await Expect(Cell(admin, "Comments", "Skipped")).ToHaveTextAsync("3");
        await admin.AssertUsableAsync("import-elsewhere");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Rewrite addresses at old.example" }).ClickAsync();
        await Expect(admin.Page.GetByLabel("begin now with").First).ToHaveValueAsync(blog.Host.Origin);
        await admin.AssertUsableAsync("import-rewrite");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Plan again" }).ClickAsync();
        await Expect(Cell(admin, "Comments", "Imported")).ToHaveTextAsync("3");
        await ExpectStateAsync(admin, "Planned");
        await Expect(admin.Page.GetByRole(AriaRole.List, new() { Name = "Some addresses at old.example" }))
            .ToHaveTextAsync(Text($"^\\s*http://old.example{Regex.Escape(new Uri(page).AbsolutePath)} goes to {Regex.Escape(page)}\\s*$"));
        await admin.AssertUsableAsync("import-rewritten");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Threads, imported: 1" }).ClickAsync();
        await Expect(admin.Page).ToHaveURLAsync(Text("kind=thread&outcome=imported"));
        await Expect(admin.Page.GetByRole(AriaRole.Rowheader, new() { Name = $"thread {page}" })).ToBeVisibleAsync();
        await admin.Page.ReloadAsync();
        await Expect(admin.Page.GetByLabel("Outcome", new() { Exact = true })).ToHaveValueAsync("imported");
        Assert.Equal(0, await blog.CountAsync(page));

        await Press(admin, "Import now");
        await ExpectStateAsync(admin, "Done");
        await admin.AssertUsableAsync("import-done");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Comments).ToHaveTextAsync([Text("This comment was deleted"), Text("Answers one who is gone"), Text("Rye, of course")]);
        await Expect(thread.Element.Locator("ol.replies article")).ToHaveTextAsync([Text("Answers one who is gone")]);

        // Somebody reports it: that much stays, and is said before and afterwards.
        var reported = await CommentAsync("Rye, of course");
        await blog.FlagAsync(reported, "spam", "", "Priya Nair");
        await Press(admin, "Undo …");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("2 of 3 comments go.");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"Comment {reported} by Cem, “Rye, of course”, at {page}: Readers have reported it.");
        await admin.AssertUsableAsync("import-undo");
        await Press(admin, "Undo it");
        await ExpectStateAsync(admin, "Undone");
        await Expect(admin.Page.GetByRole(AriaRole.Rowheader, new() { Name = $"comment {reported}" })).ToBeVisibleAsync();
        await admin.AssertUsableAsync("import-kept");
        await WithdrawFlagsAsync(reported);
        await Press(admin, "Undo …");
        await Press(admin, "Undo it");
        await Expect(admin.Page.GetByText("All of it is taken back.")).ToBeVisibleAsync();

        thread = await reader.ReadAsync(page);
        await Expect(thread.Invitation).ToBeVisibleAsync();
        await Expect(thread.Comments).ToHaveCountAsync(0);
        await admin.GoAsync("/admin/imports");
        var listed = admin.Page.Locator("tbody tr").Filter(new() { HasText = "moving-in.xml" });
        await Expect(listed).ToContainTextAsync("Undone");
        await admin.Page.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("Planned");
        await Expect(admin.Page).ToHaveURLAsync(Text("state=planned"));
        await Expect(listed).ToHaveCountAsync(0);
        await admin.Page.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("Undone");
        await admin.Page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync(Blog.Site);
        await Expect(admin.Page).ToHaveURLAsync(Text($"state=undone&site={Blog.Site}"));
        await admin.Page.ReloadAsync();
        await Expect(listed).ToHaveCountAsync(1);
        await admin.AssertUsableAsync("imports");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task A_wrong_file_is_said_to_be_one_and_can_be_thrown_away(int width, ColorScheme scheme)
    {
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/imports/new?site={Blog.Site}", options: new(Width: width, ColorScheme: scheme));
        await Press(admin, "Send and look");
        await Expect(admin.Page.Locator("#file-fault")).ToHaveTextAsync("Choose a file.");
        await Expect(admin.Page.GetByLabel("File", new() { Exact = true })).ToBeFocusedAsync();
        await admin.Page.GetByLabel("Addresses that begin with").FillAsync("old.example");
        await admin.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(FileOf("holiday.txt", "A picture of bread"));
        await Press(admin, "Send and look");
        await Expect(admin.Page.Locator("#rewrites-fault")).ToContainTextAsync("Say for each rewriting both");
        await admin.AssertUsableAsync($"import-fault-{name}");
        await admin.Page.GetByLabel("GitHub, where").CheckAsync();
        await admin.Page.GetByLabel("Addresses that begin with").FillAsync("");
        await Press(admin, "Fetch and look");
        await Expect(admin.Page.GetByText("Name the repository by its owner and its name")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByLabel("Token")).ToHaveAttributeAsync("type", "password");
        await admin.AssertUsableAsync($"import-github-{name}");
        await admin.Page.GetByLabel("A file", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(FileOf("holiday.txt", "A picture of bread"));
        await Press(admin, "Send and look");

        await ExpectStateAsync(admin, "Failed");
        await Expect(State(admin)).ToContainTextAsync("of no known format");
        await Expect(admin.Page.GetByText("Import now")).ToHaveCountAsync(0);
        await admin.AssertUsableAsync($"import-failed-{name}");
        await admin.Page.GetByLabel("Format", new() { Exact = true }).SelectOptionAsync("disqus");
        await Press(admin, "Plan again");
        await Expect(admin.Page.GetByText("Disqus XML, into")).ToBeVisibleAsync();
        await ExpectStateAsync(admin, "Failed");
        await ThrowAwayAsync(admin, "Throw it away", "holiday.txt");
    }

    [Fact]
    public async Task A_claim_to_imported_comments_is_accepted_and_taken_back()
    {
        var page = blog.NewPage();
        // SHA-1 of jonas-w, the login name that the stand-in GitHub says.
        var backup = $$"""
            {"version":1,"users":[],"posts":[]}
            {"id":"a1","pid":"","text":"<p>Mine of old</p>","orig":"Mine of old","user":{"name":"Jonas of old","id":"github_42a70821b8f23266c6d610dc1e19c9c3de97653b"},"locator":{"url":"{{page}}"},"score":0,"votes":{},"time":"2020-05-06T07:08:07Z"}
            """;
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/imports/new?site={Blog.Site}", options: new(Width: 360));
        await ImportAsync(admin, "backup.json", backup);
        // Priya is known by her number.
        await admin.GoAsync($"/admin/imports/new?site={Blog.Site}");
        await ImportAsync(admin, "issues.json", $$"""
            [{"url":"https://api.github.com/repos/a/b/issues/1","comments_url":"x","number":1,"title":"{{page}}","user":{"login":"a"},"created_at":"2021-01-01T00:00:00Z"}]
            [{"id":1,"issue_url":"https://api.github.com/repos/a/b/issues/1","user":{"login":"priya-of-old","id":1003},"created_at":"2021-01-02T00:00:00Z","body":"Hers of old"}]
            """);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Comment("Hers of old")).ToContainTextAsync("priya-of-old");
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Priya Nair");
        thread = await reader.ReadAsync(page);
        await Expect(thread.Comment("Hers of old")).ToContainTextAsync("Priya Nair");
        await using var other = await browser.OpenAsync();
        thread = await other.ReadAsync(page);
        await other.SignInAsync(() => thread.SignIn.ClickAsync(), "Jonas Weidmann");

        await admin.GoAsync("/admin/imports");
        var claim = admin.Page.Locator("section").Filter(new() { HasText = "Claims that wait" }).Locator("tbody tr");
        await Expect(claim).ToContainTextAsync("The hash that the comments came under is that of their login name");
        await admin.AssertUsableAsync("claims-360");
        await admin.Page.SetViewportSizeAsync(1280, 800);
        await admin.AssertUsableAsync("claims-1280");
        await claim.GetByRole(AriaRole.Button, new() { NameRegex = Text("^Accept") }).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Jonas Weidmann has the comments of Jonas of old now.");
        await Expect(claim).ToHaveCountAsync(0);
        thread = await other.ReadAsync(page);
        await Expect(thread.Comment("Mine of old")).ToContainTextAsync("Jonas Weidmann");

        await admin.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Undone.");
        await Expect(claim).ToHaveCountAsync(1);
        thread = await other.ReadAsync(page);
        await Expect(thread.Comment("Mine of old")).ToContainTextAsync("Jonas of old");
        await claim.GetByRole(AriaRole.Button, new() { NameRegex = Text("^Refuse") }).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Jonas Weidmann does not get the comments of Jonas of old.");
    }

    [Fact]
    public async Task Sending_is_shown_stopped_and_not_left_by_mistake()
    {
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/imports/new?site={Blog.Site}");
        admin.Window.Expect("/admin/imports/upload");
        // It stays on its way until the test lets it go on.
        var arrived = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await admin.Page.RouteAsync("**/admin/imports/upload", route => arrived.TrySetResult(route));
        await admin.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(FileOf("garden.xml", Disqus("http://old.example/rye")));
        await Press(admin, "Send and look");
        await Expect(admin.Page.GetByText("The file is being sent.")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByLabel("File", new() { Exact = true })).ToBeDisabledAsync();
        await admin.AssertUsableAsync("import-sending");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Imports" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Stop and leave?");
        await Press(admin, "Cancel");
        await Expect(admin.Heading).ToHaveTextAsync("New import");

        await Press(admin, "Stop");
        await Expect(admin.Page.GetByText("Stopped. Nothing was kept of the file.")).ToBeVisibleAsync();
        await admin.Page.UnrouteAllAsync();
        await admin.Page.RouteAsync("**/admin/imports/upload", route => route.AbortAsync("connectionreset"));
        await Press(admin, "Send and look");
        await Expect(admin.Page.GetByText("The connection was lost")).ToBeVisibleAsync();
        await admin.Page.UnrouteAllAsync();
        await Press(admin, "Send and look");
        await ExpectStateAsync(admin, "Planned");
        Assert.True(arrived.Task.IsCompleted);
        await ThrowAwayAsync(admin, "Throw the plan away", "garden.xml");
    }

    private static async Task ThrowAwayAsync(AdminPages admin, string button, string file)
    {
        await Press(admin, button);
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Throw it away" }).ClickAsync();
        await Expect(admin.Heading).ToHaveTextAsync("Imports");
        await Expect(admin.Toast).ToContainTextAsync($"{file} is thrown away.");
        await Expect(admin.Page.Locator("tbody tr").Filter(new() { HasText = file })).ToHaveCountAsync(0);
    }

    private static string Disqus(string link) =>
        $"""
         <?xml version="1.0" encoding="utf-8"?>
         <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
         <thread dsq:id="1"><link>{link}</link><title>A post</title><createdAt>2019-03-01T08:00:00Z</createdAt></thread>
         <post dsq:id="10"><message>Gone</message><createdAt>2019-03-01T09:00:00Z</createdAt><isDeleted>true</isDeleted><thread dsq:id="1"/></post>
         <post dsq:id="11"><message><![CDATA[<p>Answers one who is gone</p>]]></message><createdAt>2019-03-01T10:00:00Z</createdAt><author><name>Bo</name><email>bo@example.com</email></author><thread dsq:id="1"/><parent dsq:id="10"/></post>
         <post dsq:id="12"><message><![CDATA[<p>Rye, of course</p>]]></message><createdAt>2019-03-01T11:00:00Z</createdAt><author><name>Cem</name></author><thread dsq:id="1"/></post>
         </disqus>
         """;

    private static FilePayload FileOf(string name, string text) => new() { Name = name, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(text) };

    private static async Task ImportAsync(AdminPages admin, string name, string text)
    {
        await admin.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(FileOf(name, text));
        await Press(admin, "Send and look");
        await ExpectStateAsync(admin, "Planned");
        await Press(admin, "Import now");
        await ExpectStateAsync(admin, "Done");
    }

    private static ILocator State(AdminPages admin) => admin.Page.Locator(".import-state [role=status]");

    private static Task ExpectStateAsync(AdminPages admin, string state) => Expect(State(admin).Locator("strong")).ToHaveTextAsync(state);

    private static ILocator Cell(AdminPages admin, string row, string column) => admin.Page.Locator(".counts tbody tr")
        .Filter(new() { Has = admin.Page.GetByRole(AriaRole.Rowheader, new() { Name = row }) }).Locator($"td[data-label='{column}']");

    private static Task TabToAsync(AdminPages admin, string role, string name) =>
        Accessibility.TabToAsync(admin.Page, admin.Page.GetByRole(Enum.Parse<AriaRole>(role, ignoreCase: true), new() { Name = name, Exact = true }));

    private static Task Press(AdminPages admin, string button) =>
        admin.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private static Regex Text(string part) => new(part, RegexOptions.None, TimeSpan.FromSeconds(1));

    private async Task WithdrawFlagsAsync(long comment)
    {
        await using var database = await blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        await database.Flags.Where(flag => flag.CommentId == comment).ExecuteDeleteAsync(Cancellation);
    }

    private async Task<long> CommentAsync(string body)
    {
        await using var database = await blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        return await database.Comments.Where(c => c.Body == body).OrderByDescending(c => c.Id).Select(c => c.Id).FirstAsync(Cancellation);
    }
}
