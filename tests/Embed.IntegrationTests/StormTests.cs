using System.Net;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Many write at once: nothing is lost or counted wrong, nobody undoes a neighbour, and too many are told so.</summary>
public sealed class StormTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private WriteQueue Queue => application.Services.GetRequiredService<WriteQueue>();

    [Fact]
    public async Task Posts_at_once_to_one_thread_are_all_there_numbered_and_counted()
    {
        var people = await PeopleAsync(8);
        var root = await people[0].PostAsync(_page, "The first");

        var ids = await Task.WhenAll(Enumerable.Range(0, 160).Select(i =>
            people[i % people.Count].PostAsync(_page, $"Number {i}", i % 2 == 0 ? root : null)));

        Assert.Equal(160, ids.Distinct().Count());
        await using var database = await application.OpenDatabaseAsync();
        var thread = await database.Threads.SingleAsync(t => t.PageAddress == _page, Cancellation);
        var comments = await database.Comments.AsNoTracking().Where(c => c.ThreadId == thread.Id).ToListAsync(Cancellation);
        Assert.Equal((161, 161, 161L), (comments.Count, thread.CommentCount, thread.Version));
        Assert.Equal(Enumerable.Range(1, 81), comments.Where(c => c.ParentId is null).Select(c => c.Number).Order());
        Assert.Equal(Enumerable.Range(1, 80), comments.Where(c => c.ParentId == root).Select(c => c.Number).Order());
        Assert.Equal(80, comments.Single(c => c.Id == root).ReplyCount);
    }

    [Fact]
    public async Task Posts_at_once_to_many_new_threads_begin_each_once()
    {
        var people = await PeopleAsync(4);
        var pages = Enumerable.Range(0, 20).Select(_ => EmbedApplication.NewPage()).ToList();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => people[i % people.Count].PostAsync(pages[i % pages.Count], $"Number {i}")));

        foreach (var page in pages)
        {
            var thread = await application.ReadThreadAsync(page);
            Assert.Equal((5, 5L), (thread.CommentCount, thread.Version));
            Assert.Equal(["1", "2", "3", "4", "5"], await NumbersAsync(page));
        }
    }

    [Fact]
    public async Task The_same_draft_sent_twice_at_once_is_one_comment()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var draft = Guid.NewGuid();
        Task<HttpResponseMessage>[] sent;
        await using (await HeldQueue.HoldAsync(application))
        {
            sent = [ada.TryPostAsync(_page, "Once", draftId: draft), ada.TryPostAsync(_page, "Once", draftId: draft)];
        }

        var answers = await Task.WhenAll(sent.Select(answer => answer.JsonAsync()));

        Assert.Equal((long)answers[0]["id"]!, (long)answers[1]["id"]!);
        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task What_is_refused_or_fails_in_a_group_undoes_itself_alone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        Task<HttpResponseMessage> first, last;
        Task<Outcome<long>> refused, faulting;
        await using (await HeldQueue.HoldAsync(application))
        {
            first = ada.TryPostAsync(_page, "First", id);
            refused = Queue.RunAsync<long>(write => SpoilAsync(write, () => Refusal.NotAllowed), Cancellation);
            faulting = Queue.RunAsync<long>(write => SpoilAsync(write, () => throw new InvalidDataException()), Cancellation);
            last = ada.TryPostAsync(_page, "Last", id);
        }

        await first.AssertDoneAsync();
        await last.AssertDoneAsync();
        Assert.Equal(Refusal.NotAllowed, (await refused).Refusal);
        await Assert.ThrowsAsync<InvalidDataException>(() => faulting);
        Assert.Equal(3, (await application.ReadThreadAsync(_page)).CommentCount);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Empty(database.Comments.Where(comment => comment.ThreadId == database.Threads.Single(t => t.PageAddress == _page).Id && comment.Number == 99));
    }

    [Fact]
    public async Task A_full_queue_says_so_at_once_and_takes_more_when_it_is_not()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        List<Task<Outcome<bool>>> waiting = [];
        await using (await HeldQueue.HoldAsync(application))
        {
            for (var i = 0; i < WriteQueue.Capacity; i++)
            {
                waiting.Add(Queue.RunAsync<bool>(_ => Task.FromResult<Outcome<bool>>(true), Cancellation));
            }

            using var answer = await ada.TryPostAsync(_page, "Too much");
            Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
            await Task.FromResult(answer).AssertRefusedAsync(HttpStatusCode.ServiceUnavailable, "server-busy");
            Assert.All(waiting, write => Assert.False(write.IsCompleted));
        }

        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Null(outcome.Refusal));
        await ada.PostAsync(_page, "Now");
        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task A_server_that_stops_writes_what_it_has_taken_and_takes_no_more()
    {
        await using var stopping = new EmbedApplication();
        using var ada = await Person.SignInAsync(stopping, "Ada");
        var queue = stopping.Services.GetRequiredService<WriteQueue>();
        Task stopped;
        Task<Outcome<bool>> taken;
        await using (await HeldQueue.HoldAsync(stopping))
        {
            taken = queue.RunAsync<bool>(_ => Task.FromResult<Outcome<bool>>(true), Cancellation);
            stopped = queue.StopAsync(Cancellation);
            Assert.Equal(Refusal.ServerBusy, (await queue.RunAsync<bool>(_ => Task.FromResult<Outcome<bool>>(true), Cancellation)).Refusal);
        }

        await stopped;
        Assert.True((await taken).Value);
    }

    private static async Task<Outcome<long>> SpoilAsync(WriteScope write, Func<Outcome<long>> end)
    {
        await write.Statements.ExecuteAsync("""UPDATE "Threads" SET "CommentCount" = 1000""");
        var comment = await write.Database.Comments.FirstAsync();
        write.Database.Entry(comment).Property(c => c.Number).CurrentValue = 99;
        await write.Database.SaveChangesAsync();
        return end();
    }

    private async Task<IReadOnlyList<Person>> PeopleAsync(int count)
    {
        List<Person> people = [];
        for (var i = 0; i < count; i++)
        {
            people.Add(await Person.SignInAsync(application, $"Person {i}"));
        }

        return people;
    }

    private async Task<IEnumerable<string>> NumbersAsync(string page)
    {
        await using var database = await application.OpenDatabaseAsync();
        var numbers = await database.Comments.Where(c => c.Thread!.PageAddress == page).Select(c => c.Number).ToListAsync(Cancellation);
        return numbers.Order().Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
