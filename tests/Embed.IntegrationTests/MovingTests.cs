using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Owners of a site merge, move and split threads, and take it back.</summary>
public sealed class MovingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _a = EmbedApplication.NewPage();
    private readonly string _b = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_merged_thread_stands_behind_the_other_and_its_address_leads_there()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var second = await ada.PostAsync(_b, "Second");
        var reply = await ada.PostAsync(_b, "Reply", second);

        await moves.MergeAsync(await moves.ThreadOfAsync(second), _a);

        var (a, b) = (await application.ReadThreadAsync(_a), await application.ReadThreadAsync(_b));
        Assert.Equal([(first, "1"), (second, "2"), (reply, "2.1")], a.All().Select(c => (c.Id, c.Outline)));
        Assert.Equal((3, a.Key, a.Version), (b.CommentCount, b.Key, b.Version));
        Assert.Equal([first, second, reply], b.All().Select(c => c.Id));
        Assert.Equal((await application.ReadHtmlAsync(_a)).InnerHtml, (await application.ReadHtmlAsync(_b)).InnerHtml);
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task What_is_posted_at_a_former_address_arrives_where_the_thread_is()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var thread = await moves.ThreadOfAsync(first);
        await moves.MoveAsync(thread, _b);

        var second = await ada.PostAsync(_a, "Second");
        using var http = application.CreateClient(new() { AllowAutoRedirect = false });
        using var permalink = await http.GetAsync($"/c/{first}", Cancellation);
        var counts = await http.GetStringAsync($"/api/v1/sites/{EmbedApplication.Site}/counts?page={_a}&page={_b}", Cancellation);
        using var own = await OwnOrigin.OpenAsync(application);
        var page = await own.ReadAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_a)}");

        Assert.Equal(thread, await moves.ThreadOfAsync(second));
        Assert.Equal($"{_b}#comment-{first}", permalink.Headers.Location?.OriginalString);
        Assert.Equal(2, counts.Split("\"count\":2").Length - 1);
        Assert.Equal(_b, page.QuerySelector("a")?.GetAttribute("href"));
        Assert.Equal(_b, (await application.ReadThreadAsync(_a)).PageAddress);
    }

    [Fact]
    public async Task A_split_branch_begins_a_discussion_elsewhere_with_all_below_it()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var (top, ids) = await BranchAsync(ada);

        var planned = await moves.TrySplitAsync(await moves.ThreadOfAsync(top), $"https://comments.example/c/{ids[0]}", _b, "Elsewhere");
        await moves.SplitAsync(await moves.ThreadOfAsync(top), ids[0], _b);

        Assert.Equal((3, 4, 1, 0, 3), (planned.Plan!.Comments, planned.Plan.From.Before, planned.Plan.From.After, planned.Plan.Into.Before, planned.Plan.Into.After));
        Assert.Equal("Elsewhere", planned.Plan.Into.Title);
        Assert.Equal([top], (await application.ReadThreadAsync(_a)).All().Select(c => c.Id));
        Assert.Equal([(ids[0], "1"), (ids[1], "1.1"), (ids[2], "1.1.1")], (await application.ReadThreadAsync(_b)).All().Select(c => (c.Id, c.Outline)));
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task What_was_written_since_is_kept_when_an_act_is_undone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var second = await ada.PostAsync(_b, "Second");
        var entry = await moves.MergeAsync(await moves.ThreadOfAsync(second), _a);
        var reply = await ada.PostAsync(_b, "Reply since", second);
        var third = await ada.PostAsync(_b, "Top level since");
        await ben.VoteAsync(second, 1).AssertDoneAsync();
        await ada.EditAsync(second, "Second, edited").AssertDoneAsync();

        await moves.UndoAsync(entry);

        Assert.Equal([first, third], (await application.ReadThreadAsync(_a)).All().Select(c => c.Id));
        var back = await application.ReadThreadAsync(_b);
        Assert.Equal([(second, "1", 1), (reply, "1.1", 0)], back.All().Select(c => (c.Id, c.Outline, c.UpVotes)));
        Assert.Contains("edited", back.Comments[0].Body, StringComparison.Ordinal);
        Assert.Equal(2, (await application.ReadHtmlAsync(_b)).QuerySelectorAll(".comment").Length);
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task A_branch_that_returns_has_its_number_and_newer_siblings_step_back()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var (top, ids) = await BranchAsync(ada);
        var entry = await moves.SplitAsync(await moves.ThreadOfAsync(top), ids[0], _b);
        var newer = await ada.PostAsync(_a, "Newer", top);
        var below = await ada.PostAsync(_a, "Below", newer);

        await moves.UndoAsync(entry);

        Assert.Equal(
            [(top, "1"), (ids[0], "1.1"), (ids[1], "1.1.1"), (ids[2], "1.1.1.1"), (newer, "1.2"), (below, "1.2.1")],
            (await application.ReadThreadAsync(_a)).All().Select(c => (c.Id, c.Outline)));
        Assert.Empty((await application.ReadThreadAsync(_b)).Comments);
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task A_page_that_a_thread_has_left_again_begins_anew()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var entry = await moves.MoveAsync(await moves.ThreadOfAsync(first), _b);
        Assert.NotNull((await application.ReadHtmlAsync(_b)).Comment(first));

        await moves.UndoAsync(entry);

        Assert.Empty((await application.ReadHtmlAsync(_b)).QuerySelectorAll(".comment"));
        var own = await ada.PostAsync(_b, "Its own");
        await ada.EditAsync(own, "Its own, edited").AssertDoneAsync();
        Assert.Equal($"comment-{own}", Assert.Single((await application.ReadHtmlAsync(_b)).QuerySelectorAll(".comment")).Id);
        Assert.Equal([first], (await application.ReadThreadAsync(_a)).All().Select(c => c.Id));
    }

    [Fact]
    public async Task A_thread_may_return_to_an_address_it_had()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var thread = await moves.ThreadOfAsync(first);
        await moves.MoveAsync(thread, _b);
        var before = await moves.RowsAsync();

        var entry = await moves.MoveAsync(thread, _a);

        Assert.Equal(_a, (await application.ReadThreadAsync(_b)).PageAddress);
        await moves.UndoAsync(entry);
        Assert.Equal(before, await moves.RowsAsync());
        Assert.Equal(_b, (await application.ReadThreadAsync(_a)).PageAddress);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_and_changes_nothing()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var second = await ada.PostAsync(_b, "Second");
        var thread = await moves.ThreadOfAsync(first);
        var before = await moves.RowsAsync();
        var free = EmbedApplication.NewPage();

        Assert.Equal(ThreadFault.AddressInvalid, (await moves.TryMergeAsync(thread, "https://evil.example/")).Fault);
        Assert.Equal(ThreadFault.NoThreadThere, (await moves.TryMergeAsync(thread, free)).Fault);
        Assert.Equal(ThreadFault.SameThread, (await moves.TryMergeAsync(thread, _a)).Fault);
        Assert.Equal(ThreadFault.SameAddress, (await moves.TryMoveAsync(thread, _a)).Fault);
        Assert.Equal(ThreadFault.AddressTaken, (await moves.TryMoveAsync(thread, _b)).Fault);
        Assert.Equal(ThreadFault.CommentInvalid, (await moves.TrySplitAsync(thread, $"{second}", free)).Fault);
        Assert.Equal(ThreadFault.CommentInvalid, (await moves.TrySplitAsync(thread, "no number", free)).Fault);
        Assert.Equal(ThreadFault.SameThread, (await moves.TrySplitAsync(thread, $"{first}", _a)).Fault);
        Assert.Equal(ThreadFault.TitleTooLong, (await moves.TrySplitAsync(thread, $"{first}", free, new string('x', 201))).Fault);
        Assert.Equal(ThreadFault.ThreadNotFound, (await moves.TryMoveAsync(0, free)).Fault);
        Assert.Equal(UndoResult.NotFound, (await moves.TryUndoAsync(0)).Result);
        Assert.NotNull((await moves.TryMoveAsync(thread, free, "another plan")).Plan);
        Assert.Equal(before, await moves.RowsAsync());
    }

    [Fact]
    public async Task An_act_that_a_later_one_builds_on_names_what_to_undo_first()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var second = await ada.PostAsync(_b, "Second");
        var moved = await moves.MoveAsync(await moves.ThreadOfAsync(first), EmbedApplication.NewPage());
        var merged = await moves.MergeAsync(await moves.ThreadOfAsync(second), _a);

        var refused = await moves.TryUndoAsync(moved);

        Assert.Equal((UndoResult.ChangedSince, merged), (refused.Result, refused.BlockedBy));
        await moves.UndoAsync(merged);
        await moves.UndoAsync(moved);
        Assert.Equal(UndoResult.UndoneAlready, (await moves.TryUndoAsync(moved)).Result);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Nobody_but_owners_and_administrators_may(int role)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        await ada.PostAsync(_b, "Second");
        var thread = await moves.ThreadOfAsync(first);
        var entry = await moves.MoveAsync(thread, EmbedApplication.NewPage());
        var (other, _) = await application.MakeSessionAsync("Mallory", (Role)role);
        var services = application.Services;

        var results = new[]
        {
            await services.GetRequiredService<MergeThreads>().HandleAsync(other, thread, new(_b, null), Cancellation),
            await services.GetRequiredService<MoveThread>().HandleAsync(other, thread, new(EmbedApplication.NewPage(), null), Cancellation),
            await services.GetRequiredService<SplitBranch>().HandleAsync(other, thread, new($"{first}", _b, null, null), Cancellation),
        };
        var undone = await services.GetRequiredService<UndoAct>().HandleAsync(other, ActedVia.Admin, [entry], Cancellation);

        Assert.All(results, result => Assert.Equal(new ThreadActResult(Refusal: Refusal.NotAllowed), result));
        Assert.Equal(UndoResult.NotFound, Assert.Single(undone.Value!).Result);
    }

    [Fact]
    public async Task An_owner_may_at_their_own_site_alone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        var thread = await moves.ThreadOfAsync(first);
        var (owner, _) = await application.MakeSessionAsync("Olga");
        var (elsewhere, _) = await application.MakeSessionAsync("Otto");
        await using (var database = await application.OpenDatabaseAsync())
        {
            var sites = await database.Sites.ToDictionaryAsync(site => site.Key, site => site.Id, Cancellation);
            database.RoleGrants.Add(new RoleGrant { CommenterId = owner.Id, SiteId = sites[EmbedApplication.Site], Role = SiteRole.Owner });
            database.RoleGrants.Add(new RoleGrant { CommenterId = elsewhere.Id, SiteId = sites[EmbedApplication.OtherSite], Role = SiteRole.Owner });
            await database.SaveChangesAsync(Cancellation);
        }

        var handler = application.Services.GetRequiredService<MoveThread>();
        var planned = await handler.HandleAsync(owner, thread, new(_b, null), Cancellation);
        var moved = await handler.HandleAsync(owner, thread, new(_b, planned.Plan?.Seen), Cancellation);
        var refused = await handler.HandleAsync(elsewhere, thread, new(EmbedApplication.NewPage(), null), Cancellation);
        var undo = application.Services.GetRequiredService<UndoAct>();
        var refusedUndo = await undo.HandleAsync(elsewhere, ActedVia.Admin, [moved.Done!.Id], Cancellation);
        var undone = await undo.HandleAsync(owner, ActedVia.Admin, [moved.Done.Id], Cancellation);

        Assert.Equal(Refusal.NotAllowed, refused.Refusal);
        Assert.Equal(UndoResult.NotFound, Assert.Single(refusedUndo.Value!).Result);
        Assert.Equal(UndoResult.Undone, Assert.Single(undone.Value!).Result);
        Assert.Equal(thread, moved.Done.ThreadId);
    }

    [Fact]
    public async Task An_open_page_hears_of_it_and_goes_on_with_the_thread_where_it_is()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        await ada.PostAsync(_a, "First");
        var second = await ada.PostAsync(_b, "Second");
        await using var live = await LiveThread.OpenAsync(application, _b, ada.Token);
        using var heard = new SemaphoreSlim(0);
        live.Session.Changed += () => heard.Release();

        var entry = await moves.MergeAsync(await moves.ThreadOfAsync(second), _a);
        await HearAsync();
        Assert.Equal(2, (await live.Session.ReadAsync(Cancellation)).Thread!.CommentCount);
        await ada.PostAsync(_a, "Third");
        await HearAsync();
        Assert.Null((await live.Session.PostAsync(null, "Fourth", Guid.NewGuid(), Cancellation)).Refusal);
        await HearAsync();
        Assert.Equal(4, (await application.ReadThreadAsync(_a)).CommentCount);

        await moves.UndoAsync(entry);
        await HearAsync();
        Assert.Equal(1, (await live.Session.ReadAsync(Cancellation)).Thread!.CommentCount);
        await ada.PostAsync(_b, "Fifth");
        await HearAsync();

        async Task HearAsync() => Assert.True(await heard.WaitAsync(TimeSpan.FromSeconds(10), Cancellation), "The circuit heard nothing.");
    }

    [Fact]
    public async Task An_event_stream_of_a_thread_that_leaves_ends()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_a, "First");
        using var http = application.CreateClient();
        using var events = await http.GetAsync(ThreadReader.AddressOf(_a, "thread/events"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(Cancellation));
        for (var line = ""; line != "data: 1"; line = await reader.ReadLineAsync(Cancellation))
        {
            Assert.NotNull(line);
        }

        await moves.MoveAsync(await moves.ThreadOfAsync(first), _b);

        Assert.DoesNotContain("event:", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    /// <summary>A top-level comment on page A with one chain of three replies.</summary>
    private async Task<(long Top, long[] Chain)> BranchAsync(Person author)
    {
        var top = await author.PostAsync(_a, "Top");
        var chain = new long[3];
        for (var i = 0; i < chain.Length; i++)
        {
            chain[i] = await author.PostAsync(_a, $"Reply {i}", i == 0 ? top : chain[i - 1]);
        }

        return (top, chain);
    }
}
