using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>
/// Every page below <c>/admin</c> and the least role that is shown it. A page that is not in the table fails. Who moderates nothing
/// does not come as far as any of them (<c>SurfaceTests</c>).
/// </summary>
public sealed class AdminRoleTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private static readonly Dictionary<string, SiteRole> Least = new(StringComparer.Ordinal)
    {
        ["/admin"] = SiteRole.Moderator,
        ["/admin/queue"] = SiteRole.Moderator,
        ["/admin/log"] = SiteRole.Moderator,
        ["/admin/sites"] = SiteRole.Moderator,
        ["/admin/sites/new"] = SiteRole.Administrator,
        ["/admin/people"] = SiteRole.Administrator,
        ["/admin/people/{Id:long}"] = SiteRole.Administrator,
        ["/admin/team"] = SiteRole.Administrator,
        ["/admin/imports"] = SiteRole.Administrator,
        ["/admin/imports/new"] = SiteRole.Administrator,
        ["/admin/imports/{Id:long}"] = SiteRole.Administrator,
        ["/admin/export"] = SiteRole.Administrator,
        ["/admin/backups"] = SiteRole.Administrator,
        ["/admin/threads/{Id:long}"] = SiteRole.Moderator,
        ["/admin/comments/{Id:long}"] = SiteRole.Moderator,
        ["/admin/sites/{Key}"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/threads"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/search"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/people"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/people/{Id:long}"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/team"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/log"] = SiteRole.Moderator,
        ["/admin/sites/{Key}/install"] = SiteRole.Owner,
        ["/admin/sites/{Key}/rules"] = SiteRole.Owner,
        ["/admin/sites/{Key}/single-sign-on"] = SiteRole.Owner,
        ["/admin/sites/{Key}/settings"] = SiteRole.Owner,
        // Says that there is nothing here, to everybody.
        ["/admin/not-found"] = SiteRole.None,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_page_is_in_the_table()
    {
        var pages = typeof(Program).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), inherit: false))
            .Cast<RouteAttribute>().Select(route => route.Template).Where(route => route.StartsWith("/admin", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(pages);
        Assert.Equal(pages.Order(StringComparer.Ordinal), Least.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(SiteRole.Moderator)]
    [InlineData(SiteRole.Owner)]
    [InlineData(SiteRole.Administrator)]
    public async Task Everybody_is_shown_the_pages_of_their_role_and_no_other(object role)
    {
        var has = (SiteRole)role;
        await blog.PostAsync(blog.NewPage(), "Words");
        await using var database = await blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        var comment = await database.Comments.AsNoTracking().OrderByDescending(c => c.Id).FirstAsync(Cancellation);
        var import = new Import
        {
            SiteId = comment.SiteId,
            Format = "disqus",
            FileName = "bakery.xml",
            StartedById = comment.CommenterId,
            State = ImportState.Failed,
            Options = "{}",
            CreatedAt = blog.Server.Clock.GetUtcNow(),
        };
        database.Imports.Add(import);
        await database.SaveChangesAsync(Cancellation);
        // One that everyone sees would lead to the blog.
        var rejected = await blog.PostAsync(blog.NewPage(), "More words");
        await database.Comments.Where(c => c.Id == rejected).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.Rejected), Cancellation);
        var account = has == SiteRole.Administrator ? EmbedApplication.Administrator : $"GitHub:{Guid.NewGuid():N}";
        await using var admin = await AdminPages.OpenAsync(browser, blog, "/admin", account, granted: has);

        foreach (var (route, least) in Least.Where(page => page.Value != SiteRole.None))
        {
            var id = route.StartsWith("/admin/threads", StringComparison.Ordinal) ? comment.ThreadId
                : route.StartsWith("/admin/imports", StringComparison.Ordinal) ? import.Id
                : route.StartsWith("/admin/comments", StringComparison.Ordinal) ? rejected : comment.CommenterId;
            await admin.GoAsync(route.Replace("{Key}", Blog.Site, StringComparison.Ordinal).Replace("{Id:long}", $"{id}", StringComparison.Ordinal));
            await Expect(admin.Page.GetByText("Loading …")).ToHaveCountAsync(0);
            var refusals = await admin.Page.Locator(".page .note.fault[role=alert]").AllInnerTextsAsync();
            Assert.True(refusals.Count == 0 == has >= least, $"{route} for {has}: {string.Join(' ', refusals)}");
        }
    }
}
