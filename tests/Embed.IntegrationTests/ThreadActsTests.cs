using System.Net;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>What moderators do with whole threads, over HTTP.</summary>
public sealed class ThreadActsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Threads_are_closed_opened_and_changed()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        long[] threads = [await BeginAsync(moderator), await BeginAsync(moderator)];

        Assert.Equal(2, (await ActAsync(moderator, new { act = "close", threads })).Length);
        Assert.All(await RowsAsync(threads), thread => Assert.True(thread.IsClosed));
        Assert.Empty(await ActAsync(moderator, new { act = "close", threads }));
        Assert.Equal(2, (await ActAsync(moderator, new { act = "open", threads })).Length);
        Assert.Single(await ActAsync(moderator, new { act = "change", threads = new[] { threads[0] }, title = "Rye", note = "*Kind*", slowModeMinutes = 5 }));

        Assert.Equal(
            [(false, "Rye", "*Kind*", 5), (false, "", "", 0)],
            (await RowsAsync(threads)).Select(thread => (thread.IsClosed, thread.Title, thread.Note, thread.SlowModeMinutes)));
    }

    [Fact]
    public async Task A_deleted_thread_comes_back_with_its_entry()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var page = EmbedApplication.NewPage();
        var thread = await BeginAsync(moderator, page);

        var entry = Assert.Single(await ActAsync(moderator, new { act = "delete", threads = new[] { thread } }));
        Assert.Empty((await application.ReadThreadAsync(page)).Comments);

        Assert.Equal(["undone"], await moderator.UndoAsync(entry));
        Assert.Single((await application.ReadThreadAsync(page)).Comments);
    }

    [Theory]
    [InlineData("""{"act":"explode","threads":[1]}""")]
    [InlineData("""{"act":"close","threads":[]}""")]
    [InlineData("""{"act":"close","threads":null}""")]
    [InlineData("""{"act":"close"}""")]
    [InlineData("""{"act":"close","threads":[1],"title":"Not of this act"}""")]
    [InlineData("""{"act":"delete","threads":[1],"note":"Not of this act"}""")]
    [InlineData("""{"act":"change","threads":[1]}""")]
    public async Task What_says_nothing_clear_does_nothing(string body)
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);

        await moderator.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/moderation/threads/acts", JsonNode.Parse(body))
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }

    [Fact]
    public async Task Limits_hold_and_threads_of_other_sites_stay_as_they_are()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var thread = await BeginAsync(moderator);
        await using var database = await application.OpenDatabaseAsync();
        var other = new Site { Key = $"other-{thread}", Name = "Other", Origins = ["https://other.example"] };
        database.Sites.Add(other);
        await database.SaveChangesAsync(Cancellation);
        var foreign = new CommentThread { SiteId = other.Id, Key = "other.example/a", PageAddress = "https://other.example/a", Title = "" };
        database.Threads.Add(foreign);
        await database.SaveChangesAsync(Cancellation);

        Assert.Empty(await ActAsync(moderator, new { act = "delete", threads = new[] { foreign.Id } }));
        Assert.Empty(await ActAsync(moderator, new { act = "close", threads = new[] { foreign.Id } }));

        Assert.Equal((false, null), (await RowsAsync(foreign.Id)).Select(row => (row.IsClosed, row.DeletedAt)).Single());
        var path = $"/api/v1/sites/{EmbedApplication.Site}/moderation/threads/acts";
        await moderator.SendAsync(HttpMethod.Post, path, new { act = "close", threads = Enumerable.Range(1, 101) })
            .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-entries");
        await moderator.SendAsync(HttpMethod.Post, path, new { act = "change", threads = new[] { thread }, slowModeMinutes = 1_441 })
            .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "slow-mode-invalid");
    }

    private static async Task<long[]> ActAsync(Person person, object act) =>
        [.. (await person.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/moderation/threads/acts", act).JsonAsync())["entries"]!.AsArray().Select(entry => (long)entry!)];

    private async Task<long> BeginAsync(Person person, string? page = null)
    {
        var comment = await person.PostAsync(page ?? EmbedApplication.NewPage(), "Text");
        await using var database = await application.OpenDatabaseAsync();
        return await database.Comments.Where(c => c.Id == comment).Select(c => c.ThreadId).SingleAsync(Cancellation);
    }

    private async Task<List<CommentThread>> RowsAsync(params long[] threads)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Threads.AsNoTracking().Where(t => threads.Contains(t.Id)).OrderBy(t => t.Id).ToListAsync(Cancellation);
    }
}
