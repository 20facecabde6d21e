using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The queue of the site that holds comments, as a moderator sees it.</summary>
internal sealed class ModerationDesk : IAsyncDisposable
{
    /// <summary>The account that moderates the site.</summary>
    public const string Moderator = "GitHub:1001";

    private readonly Blog _blog;

    private ModerationDesk(AdminPages admin, Blog blog) => (Admin, _blog) = (admin, blog);

    public AdminPages Admin { get; }

    public IPage Page => Admin.Page;

    /// <summary>The comments on the screen.</summary>
    public ILocator Rows => Page.Locator("[data-row]");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens it in a browser of its own.</summary>
    public static async Task<ModerationDesk> OpenAsync(
        BrowserFixture browser, Blog blog, string query = "?site=held", string account = Moderator, BrowserPageOptions? options = null)
    {
        var desk = new ModerationDesk(await AdminPages.OpenAsync(browser, blog, $"/admin/queue{query}", account, options), blog);
        await desk.ReadyAsync();
        return desk;
    }

    /// <summary>Takes what other tests left out of all tabs.</summary>
    public static async Task EmptyAsync(Blog blog)
    {
        await using var database = await DatabaseAsync(blog);
        await database.Comments.Where(c => c.State == CommentState.Pending || c.State == CommentState.Spam)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.Rejected), Cancellation);
        await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenFlags, 0), Cancellation);
        await database.Bans.ExecuteDeleteAsync(Cancellation);
    }

    /// <summary>Posts comments that are held; their ids, oldest first.</summary>
    public static async Task<IReadOnlyList<long>> FillAsync(Blog blog, int count, string text = "Comment")
    {
        var page = blog.NewPage(Blog.Held);
        List<long> ids = [];
        for (var i = 1; i <= count; i++)
        {
            ids.Add(await blog.PostAsync(page, $"{text} {i}", site: Blog.Held));
        }

        return ids;
    }

    /// <summary>Reports a comment.</summary>
    public static async Task FlagAsync(Blog blog, long comment, string note)
    {
        await using var database = await DatabaseAsync(blog);
        var row = await database.Comments.SingleAsync(c => c.Id == comment, Cancellation);
        database.Flags.Add(new Flag { CommentId = comment, CommenterId = row.CommenterId, Reason = FlagReason.Abuse, Note = note, At = row.PostedAt });
        row.OpenFlags = 1;
        await database.SaveChangesAsync(Cancellation);
    }

    /// <summary>What has become of comments.</summary>
    public async Task<IReadOnlyList<CommentState>> StatesAsync(IReadOnlyList<long> ids)
    {
        await using var database = await DatabaseAsync(_blog);
        var states = await database.Comments.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.State, Cancellation);
        return [.. ids.Select(id => states[id])];
    }

    /// <summary>The row of a comment.</summary>
    public ILocator Row(long id) => Page.Locator($"[data-row][data-id='{id}']");

    /// <summary>A button beside a comment.</summary>
    public ILocator Button(long id, string name) => Row(id).GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>Opens it anew.</summary>
    public async Task GoAsync(string query)
    {
        await Admin.GoAsync($"/admin/queue{query}");
        await ReadyAsync();
    }

    public Task PressAsync(string key) => Page.Keyboard.PressAsync(key);

    public ValueTask DisposeAsync() => Admin.DisposeAsync();

    // Comments and keys come one after the other.
    private Task ReadyAsync() => Expect(Page.Locator("#page[data-keys] [data-queue]")).ToBeVisibleAsync();

    private static Task<EmbedDbContext> DatabaseAsync(Blog blog) =>
        blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
}
