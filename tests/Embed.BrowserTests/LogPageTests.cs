using System.Text.RegularExpressions;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The moderation log: found in, selected, undone, done again and exported, by everybody on every device.</summary>
public sealed class LogPageTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Log = $"/admin/sites/{Blog.Site}/log";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acts_are_filtered_selected_looked_at_undone_and_done_again()
    {
        var names = await BanAsync(4);
        await using var admin = await AdminPages.OpenAsync(browser, blog, Log);
        var page = admin.Page;
        await page.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("commenter-banned");
        await Expect(page).ToHaveURLAsync(new Regex("what=commenter-banned", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.Locator(".entry")).Not.ToHaveCountAsync(0);
        await page.GoBackAsync();
        await Expect(page.GetByLabel("What", new() { Exact = true })).ToHaveValueAsync("");

        await page.GetByRole(AriaRole.Checkbox, new() { NameRegex = Named(names[0]) }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { NameRegex = Named(names[1]) }).CheckAsync();
        await Expect(page.GetByText("2 acts selected")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo …" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Undo 2 acts?" })).ToBeFocusedAsync();
        await Expect(page.Locator(".plan")).ToContainTextAsync("Undoing it: removes the ban again.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo what can be" }).ClickAsync();

        await Expect(admin.Toast).ToContainTextAsync("Undone: 2 acts.");
        Assert.Equal(2, await BansOfAsync(names));
        await Expect(Entry(page, names[0])).ToContainTextAsync("Undone.");
        await Expect(Entry(page, names[0])).ToContainTextAsync("Undone by");
        await page.Keyboard.PressAsync("u");
        await Expect(admin.Toast).ToContainTextAsync("Done again: 2 acts.");
        Assert.Equal(4, await BansOfAsync(names));
    }

    [Fact]
    public async Task What_builds_on_a_later_act_says_so_before_and_after()
    {
        var name = (await BanAsync(1))[0];
        await ActAsync(ActWord.BanLifted, async database => database.Bans.Remove(await database.Bans.SingleAsync(b => b.Reason == name, Cancellation)), name);
        await using var admin = await AdminPages.OpenAsync(browser, blog, Log);
        var banned = admin.Page.Locator(".entry").Filter(new() { HasText = $"Banned {name}" });

        await banned.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Undo entry", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();

        await Expect(banned.Locator(".note")).ToContainTextAsync("builds on it: undo that first");
        await Expect(admin.Toast).ToContainTextAsync("Undone: 0 acts. Not undone: 1.");
    }

    [Fact]
    public async Task All_that_somebody_did_in_an_hour_is_selected_by_one_click_and_undone_in_steps()
    {
        var names = await BanAsync(120);
        await using var admin = await AdminPages.OpenAsync(browser, blog, Log);
        var page = admin.Page;
        await Entry(page, names[^1]).GetByText("Details").ClickAsync();
        await Entry(page, names[^1]).GetByRole(AriaRole.Link, new() { NameRegex = new Regex("in the hour before", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Expect(page.GetByText("selected: all that match")).ToBeVisibleAsync();
        // In the time of who looks, as everywhere.
        await Expect(page.GetByText("Show everything").Locator("..")).ToContainTextAsync(
            new Regex(@"From \d+ \w+ \d{4}, \d\d:\d\d\. +Until \d+ \w+ \d{4}, \d\d:\d\d\. +Show everything", RegexOptions.None, TimeSpan.FromSeconds(1)));

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo …" }).ClickAsync();
        await Expect(page.GetByText("The last 100 are below")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo what can be" }).ClickAsync();

        await Expect(admin.Toast).ToContainTextAsync("Undone: ", new() { Timeout = 20_000 });
        Assert.Equal(0, await BansOfAsync(names));
    }

    [Fact]
    public async Task The_filtered_log_is_downloaded()
    {
        var name = (await BanAsync(1))[0];
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"{Log}?what=people");

        var csv = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Page.GetByRole(AriaRole.Link, new() { Name = "Export as CSV" }).ClickAsync());
        var lines = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Page.GetByRole(AriaRole.Link, new() { Name = "Export as NDJSON" }).ClickAsync());

        Assert.Equal(("moderation-log.csv", "moderation-log.ndjson"), (csv.SuggestedFilename, lines.SuggestedFilename));
        Assert.Contains($"Banned {name}", await File.ReadAllTextAsync(await csv.PathAsync(), Cancellation), StringComparison.Ordinal);
        Assert.Contains($"Banned {name}", await File.ReadAllTextAsync(await lines.PathAsync(), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        var names = await BanAsync(8);
        var comment = await blog.PostAsync(blog.NewPage(), "A text that was longer once, and is shown in full before and after the edit.");
        await ActAsync(ActWord.CommentEdited, async database => (await database.Comments.SingleAsync(c => c.Id == comment, Cancellation)).Edit("Short", "<p>Short</p>", DateTimeOffset.UnixEpoch), comment: comment);
        await using var admin = await AdminPages.OpenAsync(browser, blog, Log, options: new(Width: width, ColorScheme: scheme));
        var (page, look) = (admin.Page, $"{width}-{scheme}".ToLowerInvariant());
        await admin.AssertUsableAsync($"log-{look}");

        await page.Locator(".entry").First.GetByText("Details").ClickAsync();
        await Entry(page, names[0]).GetByText("Details").ClickAsync();
        foreach (var name in names)
        {
            await page.GetByRole(AriaRole.Checkbox, new() { NameRegex = Named(name) }).CheckAsync();
        }

        // More than there is room for.
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo …" }).ClickAsync();
        await Expect(page.Locator(".plan li")).ToHaveCountAsync(8);
        await admin.AssertUsableAsync($"log-plan-{look}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo what can be" }).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Undone: 8 acts.");
        await admin.AssertUsableAsync($"log-undone-{look}");

        await admin.GoAsync("/admin/log?who=987654321");
        await Expect(page.GetByText("Nothing in the log is like that.")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"log-empty-{look}");
        await admin.GoAsync("/admin/log?who=x");
        await Expect(page.GetByText("Not understood in the address, and left out: who.")).ToBeVisibleAsync();
    }

    private static Regex Named(string name) => new($"Banned {name}", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static ILocator Entry(IPage page, string name) => page.Locator(".entry").Filter(new() { HasText = $"Banned {name} " }).Last;

    /// <summary>Bans so many people, as acts of one moderator; their names.</summary>
    private async Task<List<string>> BanAsync(int count)
    {
        List<string> names = [];
        for (var i = 0; i < count; i++)
        {
            names.Add($"P{Guid.NewGuid():N}"[..12]);
            var name = names[^1];
            await ActAsync(ActWord.CommenterBanned, async database =>
            {
                var commenter = await database.Commenters.SingleAsync(c => c.Name == name, Cancellation);
                database.Bans.Add(new Ban { CommenterId = commenter.Id, Reason = name, CreatedAt = DateTimeOffset.UnixEpoch });
            }, name);
        }

        return names;
    }

    private async Task ActAsync(string word, Func<EmbedDbContext, Task> change, string? whom = null, long? comment = null)
    {
        await using var database = await OpenDatabaseAsync();
        var moderator = await PersonAsync(database, "Mo the moderator");
        var commenter = whom is null ? null : await PersonAsync(database, whom);
        var site = await database.Sites.SingleAsync(s => s.Key == Blog.Site, Cancellation);
        await change(database);
        await LogBook.SaveAsync(
            database, new NewAct(moderator.Id, ActedVia.Api, site.Id, word) { CommenterId = commenter?.Id, CommentId = comment, Details = new { Reason = "A reason" } },
            blog.Server.Clock.GetUtcNow());
    }

    private static async Task<Commenter> PersonAsync(EmbedDbContext database, string name)
    {
        var person = await database.Commenters.SingleOrDefaultAsync(c => c.Name == name, Cancellation);
        if (person is null)
        {
            person = new Commenter { Name = name, CreatedAt = DateTimeOffset.UnixEpoch };
            database.Commenters.Add(person);
            await database.SaveChangesAsync(Cancellation);
        }

        return person;
    }

    private Task<EmbedDbContext> OpenDatabaseAsync() =>
        blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);

    private async Task<int> BansOfAsync(List<string> names)
    {
        await using var database = await OpenDatabaseAsync();
        return await database.Bans.CountAsync(b => names.Contains(b.Reason), Cancellation);
    }
}
