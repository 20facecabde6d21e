using Embed.Server.Admin.Threads;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A site's threads as moderators find them: searched, filtered, sorted and paged.</summary>
public sealed class ThreadListTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _mark = Guid.NewGuid().ToString("N")[..8];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Threads_are_found_by_title_and_by_any_address()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var page = EmbedApplication.NewPage();
        (await ada.TryPostAsync($"{page}/brötchen", "Text", title: $"100%_{_mark}")).Dispose();
        await ada.PostAsync($"{EmbedApplication.Origin}/{_mark}/other", "Text");

        var titled = Assert.Single((await ListAsync(new($"%_{_mark}"))).Threads);
        await moves.MoveAsync(titled.Id, EmbedApplication.NewPage());

        Assert.Equal(titled.Id, Assert.Single((await ListAsync(new($"{page["https://".Length..]}/brötchen"))).Threads).Id);
        Assert.Equal(2, (await ListAsync(new(_mark))).Threads.Count);
        Assert.Equal(Refusal.SearchTooLong, (await TryListAsync(new(new string('x', 201)))).Refusal);
    }

    [Theory]
    [InlineData("-began")]
    [InlineData("began")]
    [InlineData("-comments")]
    [InlineData("comments")]
    [InlineData("-active")]
    [InlineData("active")]
    [InlineData("-title")]
    [InlineData("title")]
    [InlineData("-held")]
    [InlineData("held")]
    public async Task Pages_lead_on_and_back_through_all_of_them_in_order(string sort)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        for (var i = 0; i < 103; i++)
        {
            // A third of them are called the same, as far as the order goes.
            (await ada.TryPostAsync($"{EmbedApplication.Origin}/{_mark}/{i}", "Text", title: i % 3 == 0 ? (i % 2 == 0 ? "SAME" : "same") : null)).Dispose();
        }

        for (var i = 0; i < 103; i += 3)
        {
            await ada.PostAsync($"{EmbedApplication.Origin}/{_mark}/{i}", "Text");
        }

        await using (var database = await application.OpenDatabaseAsync())
        {
            await database.Comments.Where(c => c.Thread!.PageAddress.Contains(_mark) && c.Id % 4 == 0)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.Pending), Cancellation);
        }

        var first = await ListAsync(new(_mark, Sort: sort));
        var second = await ListAsync(new(_mark, Sort: sort, Before: first.Threads[^1].Position));
        var third = await ListAsync(new(_mark, Sort: sort, Before: second.Threads[^1].Position));
        var back = await ListAsync(new(_mark, Sort: sort, After: third.Threads[0].Position));
        var start = await ListAsync(new(_mark, Sort: sort, After: back.Threads[0].Position));

        Assert.Equal([(50, false, true), (50, true, true), (3, true, false)], new[] { first, second, third }.Select(page => (page.Threads.Count, page.HasNewer, page.HasOlder)));
        List<ListedThread> all = [.. first.Threads, .. second.Threads, .. third.Threads];
        Assert.Equal(103, all.Select(thread => thread.Id).Distinct().Count());
        Assert.Equal(InOrder(all, sort).Select(thread => thread.Id), all.Select(thread => thread.Id));
        Assert.Equal(second.Threads, back.Threads);
        Assert.Equal(first.Threads, start.Threads);
        Assert.Equal((false, true), (start.HasNewer, start.HasOlder));
    }

    [Fact]
    public async Task Filters_show_what_they_say()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var moves = await ThreadMoves.OpenAsync(application);
        var ids = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await moves.ThreadOfAsync(await ada.PostAsync($"{EmbedApplication.Origin}/{_mark}/{i}", "Text")));
        }

        await moves.ChangeAsync(new(IsClosed: true), ids[1]);
        await moves.DeleteAsync(ids[2]);
        await using (var database = await application.OpenDatabaseAsync())
        {
            await database.Comments.Where(c => c.ThreadId == ids[3]).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.Pending), Cancellation);
        }

        Assert.Equal([ids[3], ids[1], ids[0]], await IdsAsync(ThreadFilter.All));
        Assert.Equal([ids[3], ids[0]], await IdsAsync(ThreadFilter.Open));
        Assert.Equal([ids[1]], await IdsAsync(ThreadFilter.Closed));
        Assert.Equal([ids[3]], await IdsAsync(ThreadFilter.Held));
        Assert.Equal([ids[2]], await IdsAsync(ThreadFilter.Deleted));
        Assert.Equal(1, (await ListAsync(new(_mark, ThreadFilter.Held))).Threads[0].Held);
        Assert.Equal(Refusal.NotAllowed, (await TryListAsync(new(_mark, ThreadFilter.Deleted), SiteRole.Owner)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await TryListAsync(new(_mark), SiteRole.Trusted)).Refusal);
    }

    [Fact]
    public async Task A_thread_is_read_with_why_it_takes_no_comments_and_a_deleted_one_by_administrators_alone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var thread = await moves.ThreadOfAsync(await ada.PostAsync($"{EmbedApplication.Origin}/{_mark}", "Text"));
        await moves.MoveAsync(thread, EmbedApplication.NewPage());
        var read = application.Services.GetRequiredService<ReadThreadSettings>();
        var actor = await moves.ActorAsync();
        async Task<Outcome<ThreadSettings>> ReadAsync(Actor reader) => await read.HandleAsync(reader, thread, Cancellation);

        Assert.Equal((ThreadStatus.Open, 1), ((await ReadAsync(actor)).Value!.Status, (await ReadAsync(actor)).Value!.Former.Count));
        // A setting so small that nothing is younger, in this actor's eyes alone.
        actor.Site.ClosesAfterDays = 1;
        application.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(ThreadStatus.OverAge, (await ReadAsync(actor)).Value!.Status);
        await moves.ChangeAsync(new(IsClosed: true), thread);
        Assert.Equal(ThreadStatus.Closed, (await ReadAsync(actor)).Value!.Status);
        var entry = (await moves.DeleteAsync(thread)).Single();
        Assert.Equal((ThreadStatus.Deleted, entry), ((await ReadAsync(actor)).Value!.Status, (await ReadAsync(actor)).Value!.DeletedBy));
        Assert.Equal(Refusal.ThreadNotFound, (await ReadAsync(actor with { Standing = actor.Standing with { Role = SiteRole.Owner } })).Refusal);
    }

    // By id where they are equal.
    private static IEnumerable<ListedThread> InOrder(List<ListedThread> threads, string sort)
    {
        var sorted = sort.TrimStart('-') switch
        {
            "title" => threads.OrderBy(t => t.Title.Length > 0 ? t.Title : t.Address, StringComparer.OrdinalIgnoreCase),
            "comments" => threads.OrderBy(t => t.Comments),
            "held" => threads.OrderBy(t => t.Held),
            "active" => threads.OrderBy(t => long.Parse(t.SortValue, System.Globalization.CultureInfo.InvariantCulture)),
            _ => threads.OrderBy(t => t.Id),
        };
        sorted = sorted.ThenBy(t => t.Id);
        return sort.StartsWith('-') ? sorted.Reverse() : sorted;
    }

    private async Task<IEnumerable<long>> IdsAsync(ThreadFilter show) => (await ListAsync(new(_mark, show))).Threads.Select(thread => thread.Id);

    private async Task<ThreadList> ListAsync(ListThreads.Query query) => (await TryListAsync(query)).Value!;

    private async Task<Outcome<ThreadList>> TryListAsync(ListThreads.Query query, SiteRole role = SiteRole.Administrator)
    {
        var actor = await (await ThreadMoves.OpenAsync(application)).ActorAsync();
        return await application.Services.GetRequiredService<ListThreads>()
            .HandleAsync(actor with { Standing = actor.Standing with { Role = role } }, query, Cancellation);
    }
}
