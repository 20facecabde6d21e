using System.Net;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Moderators change a thread's title, note and slow mode, by HTTP and as a selection; each act can be taken back.</summary>
public sealed class ThreadChangingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_of_it_in_one_request_is_kept_logged_and_told()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        await ada.PostAsync(_page, "Text");
        var version = (await application.ReadThreadAsync(_page)).Version;

        await ChangeAsync(moderator, new { title = " Bread ", note = "Be *kind*. <script>x</script>", slowModeMinutes = 5, isClosed = true }).AssertDoneAsync();

        var thread = await ThreadAsync();
        Assert.Equal(("Bread", 5, true, true), (thread.Title, thread.SlowModeMinutes, thread.IsClosed, thread.StaysOpen));
        Assert.Equal("Be *kind*. <script>x</script>", thread.Note);
        Assert.Contains("<em>kind</em>", thread.NoteHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", thread.NoteHtml, StringComparison.Ordinal);
        Assert.True((await application.ReadThreadAsync(_page)).Version > version);
        var entries = await EntriesAsync(thread.Id);
        Assert.Equal([ActWord.ThreadClosed, ActWord.ThreadChanged], entries.Select(entry => entry.Act));
        Assert.All(entries, entry => Assert.Equal((ActedVia.Api, moderator.Id), (entry.Via, entry.ActorId)));
    }

    [Fact]
    public async Task What_is_not_named_stays_and_each_act_is_undone_without_the_other()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var moves = await ThreadMoves.OpenAsync(application);
        await ada.PostAsync(_page, "Text");
        await ChangeAsync(moderator, new { title = "Bread", note = "Hello", slowModeMinutes = 5 }).AssertDoneAsync();
        await ChangeAsync(moderator, new { note = "", isClosed = true }).AssertDoneAsync();
        var thread = await ThreadAsync();
        Assert.Equal(("Bread", "", "", 5), (thread.Title, thread.Note, thread.NoteHtml, thread.SlowModeMinutes));

        var entries = await EntriesAsync(thread.Id);
        await moves.UndoAsync(entries.Last(entry => entry.Act == ActWord.ThreadChanged).Id);

        thread = await ThreadAsync();
        Assert.Equal(("Hello", true), (thread.Note, thread.IsClosed));
        await moves.UndoAsync(entries.Single(entry => entry.Act == ActWord.ThreadClosed).Id);
        application.Clock.Advance(TimeSpan.FromMinutes(6));
        await ada.TryPostAsync(_page, "Again").AssertDoneAsync();
    }

    [Theory]
    [InlineData("""{"title":"x201"}""", "title-too-long")]
    [InlineData("""{"note":"x2001"}""", "note-too-long")]
    [InlineData("""{"slowModeMinutes":-1}""", "slow-mode-invalid")]
    [InlineData("""{"slowModeMinutes":1441}""", "slow-mode-invalid")]
    public async Task Refuses_what_is_too_much(string json, string code)
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        using var content = new StringContent(
            json.Replace("x2001", new string('x', 2_001), StringComparison.Ordinal).Replace("x201", new string('x', 201), StringComparison.Ordinal),
            System.Text.Encoding.UTF8, "application/json");

        await moderator.Http.PatchAsync(ThreadReader.AddressOf(_page, "thread"), content, Cancellation).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Nothing_new_is_nothing_done_and_begins_no_thread()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);

        await ChangeAsync(moderator, new { title = "", note = " \n", slowModeMinutes = 0, isClosed = false }).AssertDoneAsync();

        await using var database = await application.OpenDatabaseAsync();
        Assert.False(await database.Threads.AnyAsync(t => t.PageAddress == _page, Cancellation));
        await ChangeAsync(moderator, new { note = "Welcome" }).AssertDoneAsync();
        await ChangeAsync(moderator, new { note = "Welcome" }).AssertDoneAsync();
        Assert.Single(await EntriesAsync((await ThreadAsync()).Id));
    }

    [Fact]
    public async Task A_selection_is_one_act_of_several_entries_and_leaves_other_sites_threads_alone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var elsewhere = await Person.SignInAsync(application, "Eve", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await moves.ThreadOfAsync(await ada.PostAsync(_page, "First"));
        var second = await moves.ThreadOfAsync(await ada.PostAsync(EmbedApplication.NewPage(), "Second"));
        var foreign = await moves.ThreadOfAsync(await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Third"));

        var entries = await moves.ChangeAsync(new ChangeThread.Change(IsClosed: true), first, second, foreign);

        await using var database = await application.OpenDatabaseAsync();
        var logged = await database.ModerationLog.Where(e => entries.Contains(e.Id)).OrderBy(e => e.Id).ToListAsync(Cancellation);
        Assert.Equal([first, second], logged.Select(entry => entry.ThreadId!.Value));
        Assert.All(logged, entry => Assert.Equal(entries[0], entry.BatchId));
        Assert.False(await database.Threads.Where(t => t.Id == foreign).Select(t => t.IsClosed).SingleAsync(Cancellation));
        var refused = await application.Services.GetRequiredService<ChangeThread>()
            .HandleAsync(await moves.ActorAsync(), [.. Enumerable.Range(1, 101).Select(id => (long)id)], new(IsClosed: true), Cancellation);
        Assert.Equal(Refusal.TooManyEntries, refused.Refusal);
    }

    private Task<HttpResponseMessage> ChangeAsync(Person person, object change) =>
        person.SendAsync(HttpMethod.Patch, ThreadReader.AddressOf(_page, "thread"), change);

    private async Task<CommentThread> ThreadAsync()
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Threads.AsNoTracking().SingleAsync(t => t.PageAddress == _page, Cancellation);
    }

    private async Task<List<ModerationLogEntry>> EntriesAsync(long thread)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.ModerationLog.AsNoTracking().Where(e => e.ThreadId == thread && e.UndoesId == null).OrderBy(e => e.Id).ToListAsync(Cancellation);
    }
}
