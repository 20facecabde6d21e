using System.Net;
using Embed.Server.Me;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A moderator deletes a thread: nobody sees any of it, its page begins anew, and undoing restores it exactly.</summary>
public sealed class ThreadDeletionTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _a = EmbedApplication.NewPage();
    private readonly string _b = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_find_none_of_it_and_whoever_has_the_page_open_sees_it_go()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var reader = application.CreateClient(new() { AllowAutoRedirect = false });
        var moves = await ThreadMoves.OpenAsync(application);
        var top = await ada.PostAsync(_a, "To be deleted with its thread");
        var reply = await ada.PostAsync(_a, "Its answer", top);
        await using var events = await EventListener.OpenAsync(application, ThreadReader.AddressOf(_a, "thread/events"));
        Assert.Equal("2", await events.NextAsync());

        await moves.DeleteAsync(await moves.ThreadOfAsync(top));

        Assert.Equal("3", await events.NextAsync());
        var left = await application.ReadThreadAsync(_a);
        Assert.Equal((0, 0), (left.CommentCount, left.Comments.Length));
        foreach (var address in new[] { $"counts?page={Uri.EscapeDataString(_a)}", "recent?count=50", "comments.atom", $"thread.atom?page={Uri.EscapeDataString(_a)}", $"thread.html?page={Uri.EscapeDataString(_a)}" })
        {
            var body = await reader.GetStringAsync($"/api/v1/sites/{EmbedApplication.Site}/{address}", Cancellation);
            Assert.DoesNotContain("To be deleted", body, StringComparison.Ordinal);
            Assert.DoesNotContain("\"count\":2", body, StringComparison.Ordinal);
        }

        foreach (var id in new[] { top, reply })
        {
            using var permalink = await reader.GetAsync($"/c/{id}", Cancellation);
            Assert.Equal(HttpStatusCode.Gone, permalink.StatusCode);
        }
    }

    [Fact]
    public async Task Nothing_can_be_done_with_its_comments()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var moves = await ThreadMoves.OpenAsync(application);
        var id = await ada.PostAsync(_a, "Text");
        await moves.DeleteAsync(await moves.ThreadOfAsync(id));

        foreach (var attempt in new[]
        {
            ada.EditAsync(id, "x"), ada.DeleteAsync(id), moderator.DeleteAsync(id), moderator.VoteAsync(id, 1), moderator.JudgeAsync(id, publish: false),
            ada.TryReadSourceAsync(id),
        })
        {
            await attempt.AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        }

        await ada.TryPostAsync(_a, "x", id).AssertRefusedAsync(HttpStatusCode.Conflict, "parent-gone");
    }

    [Fact]
    public async Task Undoing_restores_every_row_with_votes_and_former_addresses()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var moves = await ThreadMoves.OpenAsync(application);
        var start = await LastThreadAsync();
        var top = await ada.PostAsync(_a, "Top");
        var reply = await ada.PostAsync(_a, "Reply", top);
        var deleted = await ada.PostAsync(_a, "Deleted before", reply);
        await ada.PostAsync(_a, "Below what is deleted", deleted);
        await ada.DeleteAsync(deleted).AssertDoneAsync();
        await ben.VoteAsync(top, 1).AssertDoneAsync();
        var thread = await moves.ThreadOfAsync(top);
        await moves.MoveAsync(thread, _b);
        var before = await moves.RowsAsync(start);
        var json = (await application.ReadThreadAsync(_b)) with { Version = 0 };

        var entry = (await moves.DeleteAsync(thread)).Single();
        await moves.AssertSoundAsync(start);
        Assert.Equal(0, (await application.ReadThreadAsync(_a)).CommentCount);
        Assert.Equal(UndoResult.Undone, await moves.TryUndoRowsAsync(entry));

        Assert.Equal(before, await moves.RowsAsync(start));
        Assert.Equal(json.All().Select(c => (c.Id, c.Body)), (await application.ReadThreadAsync(_a)).All().Select(c => (c.Id, c.Body)));
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal(1, await database.Votes.CountAsync(v => v.CommentId == top, Cancellation));
        Assert.Equal(1, (await database.Comments.SingleAsync(c => c.Id == top, Cancellation)).UpVotes);
        // And again, by undoing the undo.
        var undo = await database.ModerationLog.Where(e => e.UndoesId == entry).Select(e => e.Id).SingleAsync(Cancellation);
        Assert.Equal(UndoResult.Undone, await moves.TryUndoRowsAsync(undo));
        Assert.Equal(0, (await application.ReadThreadAsync(_b)).CommentCount);
        await moves.AssertSoundAsync(start);
        Assert.Equal(UndoResult.Undone, await moves.TryUndoRowsAsync(entry));
        Assert.Equal(before, await moves.RowsAsync(start));
    }

    [Fact]
    public async Task Its_addresses_begin_anew_and_then_undoing_waits_until_they_are_free()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var old = await moves.ThreadOfAsync(await ada.PostAsync(_a, "Old"));
        await moves.MoveAsync(old, _b);
        var entry = (await moves.DeleteAsync(old)).Single();

        // The former address, which led to it.
        var young = await moves.ThreadOfAsync(await ada.PostAsync(_a, "New"));
        Assert.NotEqual(old, young);
        Assert.Equal(1, (await application.ReadThreadAsync(_a)).CommentCount);
        Assert.Equal(0, (await application.ReadThreadAsync(_b)).CommentCount);
        Assert.Equal(UndoResult.AddressTaken, await moves.TryUndoRowsAsync(entry));
        await moves.DeleteAsync(young);

        Assert.Equal(UndoResult.Undone, await moves.TryUndoRowsAsync(entry));
        Assert.Equal(1, (await application.ReadThreadAsync(_b)).CommentCount);
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task What_was_done_to_the_thread_before_waits_for_the_deletion_to_be_undone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var from = await moves.ThreadOfAsync(await ada.PostAsync(_a, "First"));
        var into = await moves.ThreadOfAsync(await ada.PostAsync(_b, "Second"));
        var merged = await moves.MergeAsync(from, _b);
        var deleted = (await moves.DeleteAsync(into)).Single();

        var refused = await moves.TryUndoAsync(merged);

        Assert.Equal((UndoResult.ChangedSince, deleted), (refused.Result, refused.BlockedBy));
        Assert.Equal(ThreadFault.ThreadNotFound, (await moves.TryMoveAsync(into, EmbedApplication.NewPage())).Fault);
        await moves.UndoAsync(deleted);
        await moves.UndoAsync(merged);
        Assert.Equal(1, (await application.ReadThreadAsync(_a)).CommentCount);
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task Somebody_deleted_meanwhile_stays_deleted_and_the_counts_are_right()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var moves = await ThreadMoves.OpenAsync(application);
        var start = await LastThreadAsync();
        var top = await ada.PostAsync(_a, "Top");
        var gone = await ben.PostAsync(_a, "Gone", top);
        await ada.PostAsync(_a, "Below", gone);
        var entry = (await moves.DeleteAsync(await moves.ThreadOfAsync(top))).Single();

        await using (var database = await application.OpenDatabaseAsync())
        {
            await database.Commenters.Where(c => c.Id == ben.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, application.Clock.GetUtcNow()), Cancellation);
        }

        await application.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<DeleteDueAccounts>().Single().RunAsync(Cancellation);
        await moves.AssertSoundAsync(start);
        await moves.UndoAsync(entry);

        await moves.AssertSoundAsync(start);
        Assert.Equal(2, (await application.ReadThreadAsync(_a)).CommentCount);
        await using var after = await application.OpenDatabaseAsync();
        Assert.Equal(CommentState.Deleted, (await after.Comments.SingleAsync(c => c.Id == gone, Cancellation)).State);
    }

    [Fact]
    public async Task Its_author_is_told_that_it_went_with_its_thread()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        await moves.DeleteAsync(await moves.ThreadOfAsync(await ada.PostAsync(_a, "Text")));
        ada.Http.DefaultRequestHeaders.Add("Cookie", await OwnOrigin.CookieAsync(application, ada.Id));

        Assert.Contains("Its discussion was removed", await ada.Http.GetStringAsync("/me/comments", Cancellation), StringComparison.Ordinal);
        Assert.Contains("\"state\": \"thread-deleted\"", await ada.Http.GetStringAsync("/me/export", Cancellation), StringComparison.Ordinal);
        Assert.Contains("Text", await ada.Http.GetStringAsync("/me/export", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commenter_may_not_and_another_sites_thread_stays()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var elsewhere = await Person.SignInAsync(application, "Eve", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var moves = await ThreadMoves.OpenAsync(application);
        var actor = await moves.ActorAsync();
        var foreign = await moves.ThreadOfAsync(await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Text"));
        var handler = application.Services.GetRequiredService<DeleteThread>();

        var refused = await handler.HandleAsync(actor with { Standing = actor.Standing with { Role = SiteRole.Trusted } }, [foreign], Cancellation);
        var done = await handler.HandleAsync(actor, [foreign], Cancellation);

        Assert.Equal(Refusal.NotAllowed, refused.Refusal);
        Assert.Empty(done.Value!);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Null((await database.Threads.SingleAsync(t => t.Id == foreign, Cancellation)).DeletedAt);
    }

    private async Task<long> LastThreadAsync()
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Threads.MaxAsync(t => (long?)t.Id, Cancellation) ?? 0;
    }
}
