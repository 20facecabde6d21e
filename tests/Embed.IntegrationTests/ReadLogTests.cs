using System.Net;
using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Who sees which entries of the log, by filter, page, file and API.</summary>
public sealed class ReadLogTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _mo = null!;
    private long _site;
    private long _other;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "=Ada");
        _mo = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        (_site, _other) = (await _application.SiteIdAsync(), await _application.SiteIdAsync(EmbedApplication.OtherSite));
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _mo.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task Moderators_see_their_sites_entries_and_administrators_all()
    {
        var (here, there, everywhere) = (await BanAsync(_site), await BanAsync(_other), await BanAsync(null));

        Assert.Equal([everywhere, there, here], (await _application.ReadLogAsync()).Select(act => act.Entry.Id));
        Assert.Equal([here], await SeenAsync(_mo.Id, new LogFilter()));
        Assert.Equal([here], await SeenAsync(_mo.Id, new LogFilter { SiteId = _site }));
        Assert.Null(await SeenAsync(_mo.Id, new LogFilter { SiteId = _other }));
        Assert.Null(await SeenAsync(_ada.Id, new LogFilter()));
        var found = await Handler.FindAsync(await CommenterAsync(_mo.Id), [here, there, everywhere], Cancellation);
        Assert.Equal([here], found.Select(act => act.Entry.Id));
        Assert.Equal([here], (await Handler.UndoableAsync(await CommenterAsync(_mo.Id), new LogFilter(), null, Cancellation)).Value!);
        Assert.Equal(Refusal.NotAllowed, (await Handler.UndoableAsync(await CommenterAsync(_ada.Id), new LogFilter(), null, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await Handler.CountUndoableAsync(await CommenterAsync(_ada.Id), new LogFilter(), Cancellation)).Refusal);
        Assert.Empty(await Handler.ActorsAsync(await CommenterAsync(_ada.Id), new LogFilter(), Cancellation));
    }

    [Fact]
    public async Task Every_filter_leaves_what_it_names()
    {
        var comment = await _ada.PostAsync(_page, "Text");
        var rejected = await _application.DecideAsync(_mo.Id, comment, ActWord.CommentRejected, c => c.Reject(), _site);
        _application.Clock.Advance(TimeSpan.FromHours(2));
        var banned = await BanAsync(_site);
        var undone = Assert.Single(await _application.UndoAsync(banned)).Written!.Value;
        var thread = (await _application.ReadLogAsync()).Single(act => act.Entry.Id == rejected).ThreadId;

        await AssertAsync("who", $"{_mo.Id}", banned, rejected);
        await AssertAsync("what", ActWord.CommentRejected, rejected);
        await AssertAsync("what", "people", banned);
        await AssertAsync("what", "undone", undone);
        await AssertAsync("comment", $"{comment}", rejected);
        await AssertAsync("whom", $"{_ada.Id}", undone, banned);
        await AssertAsync("from", "2030-01-02T13:00:00Z", undone, banned);
        await AssertAsync("to", "2030-01-02T13:00:00Z", rejected);
        await AssertAsync("from", "2030-01-03");
        await AssertAsync("to", "2030-01-02", undone, banned, rejected);
        await AssertAsync("undone", "yes", banned);
        await AssertAsync("undone", "no", undone, rejected);
        await AssertAsync("via", "api", rejected);
        await AssertAsync("entry", $"{banned}", banned);
        Assert.NotNull(thread);

        async Task AssertAsync(string name, string value, params long[] entries)
        {
            var filter = LogFilter.Read(asked => asked == name ? value : null, TimeZoneInfo.Utc);
            Assert.Equal(entries, (await _application.ReadLogAsync(filter.Value!)).Select(act => act.Entry.Id));
        }
    }

    [Fact]
    public async Task Oldest_first_pages_go_both_ways_and_leave_nothing_out()
    {
        for (var i = 0; i < 120; i++)
        {
            await BanAsync(_site);
        }

        var moderator = await CommenterAsync(_mo.Id);
        async Task<LogSlice> ReadAsync(long? before = null, long? after = null) =>
            (await Handler.HandleAsync(moderator, new LogFilter(), new ReadLog.Place(before, after, IsOldestFirst: true), Cancellation)).Value!;
        var first = await ReadAsync();
        var second = await ReadAsync(after: first.Newer);
        var third = await ReadAsync(after: second.Newer);
        var back = await ReadAsync(before: third.Older);
        var start = await ReadAsync(before: back.Older);
        long[] seen = [.. new[] { first, second, third }.SelectMany(Ids)];
        var file = new List<long>();
        await foreach (var act in (await Handler.FindAllAsync(moderator, new LogFilter(), isOldestFirst: true, Cancellation))!)
        {
            file.Add(act.Entry.Id);
        }

        Assert.Equal(120, seen.Distinct().Count());
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(seen, file);
        Assert.Equal((null, null), (first.Older, third.Newer));
        Assert.Equal(Ids(second), Ids(back));
        Assert.Equal(Ids(first), Ids(start));
        Assert.Equal((null, start.Acts[^1].Entry.Id), (start.Older, start.Newer));

        static IEnumerable<long> Ids(LogSlice page) => page.Acts.Select(act => act.Entry.Id);
    }

    [Fact]
    public async Task Pages_go_both_ways_and_leave_nothing_out()
    {
        for (var i = 0; i < 120; i++)
        {
            await BanAsync(_site);
        }

        var (moderator, seen, places) = (await CommenterAsync(_mo.Id), new List<long>(), new List<ReadLog.Place> { new() });
        for (var page = (await Handler.HandleAsync(moderator, new LogFilter(), places[0], Cancellation)).Value!; ; page = (await Handler.HandleAsync(moderator, new LogFilter(), places[^1], Cancellation)).Value!)
        {
            seen.AddRange(page.Acts.Select(act => act.Entry.Id));
            if (page.Older is not { } older)
            {
                Assert.NotNull(page.Newer);
                break;
            }

            places.Add(new ReadLog.Place(Before: older));
        }

        var last = (await Handler.HandleAsync(moderator, new LogFilter(), places[^1], Cancellation)).Value!;
        var back = (await Handler.HandleAsync(moderator, new LogFilter(), new ReadLog.Place(After: last.Newer), Cancellation)).Value!;
        var first = (await Handler.HandleAsync(moderator, new LogFilter(), new ReadLog.Place(After: back.Newer), Cancellation)).Value!;
        Assert.Equal(120, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(), seen);
        Assert.Equal(3, places.Count);
        Assert.Equal(seen[50..100], back.Acts.Select(act => act.Entry.Id));
        Assert.Equal((null, seen[0]), (first.Newer, first.Acts[0].Entry.Id));
        Assert.Equal(120, (await Handler.CountUndoableAsync(moderator, new LogFilter(), Cancellation)).Value);
        Assert.Equal(seen[..100], (await Handler.UndoableAsync(moderator, new LogFilter(), null, Cancellation)).Value!);
    }

    [Fact]
    public async Task Every_word_has_a_group_a_label_and_a_sentence()
    {
        var words = ActWords.All;
        foreach (var word in words.Except(ThreadActDetails.Words))
        {
            await _application.ActAsync(new NewAct(_mo.Id, ActedVia.Api, _site, word) { CommenterId = _ada.Id }, database => Task.FromResult(database.Bans.Add(NewBan(_site))));
        }

        var sentences = (await _application.ReadLogAsync()).Select(act => (act.Entry.Act, Text: Embed.Server.Admin.ActLog.LogText.Of(act))).ToList();

        Assert.Equal(words.Order(StringComparer.Ordinal), ActGroup.All.SelectMany(group => group.Words).Order(StringComparer.Ordinal));
        Assert.Equal(words.Count - ThreadActDetails.Words.Count, sentences.Count);
        Assert.All(sentences.Where(sentence => sentence.Act != ActWord.Undone), sentence =>
        {
            Assert.NotEqual($"{Embed.Server.Admin.ActLog.LogText.LabelOf(sentence.Act)}.", sentence.Text);
            Assert.EndsWith(".", sentence.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task The_API_pages_by_key_and_refuses_what_is_no_filter()
    {
        for (var i = 0; i < 51; i++)
        {
            await BanAsync(_site);
        }

        await BanAsync(_other);
        var first = await _mo.SendAsync(HttpMethod.Get, Address("")).JsonAsync();
        var second = await _mo.SendAsync(HttpMethod.Get, Address($"?before={first["before"]}")).JsonAsync();

        Assert.Equal((50, 1), (first["entries"]!.AsArray().Count, second["entries"]!.AsArray().Count));
        Assert.Null(second["before"]);
        var entry = second["entries"]![0]!;
        Assert.Equal(
            (ActWord.CommenterBanned, "admin", _mo.Id, "=Ada", true),
            ((string)entry["act"]!, (string)entry["via"]!, (long)entry["actor"]!["id"]!, (string)entry["person"]!["name"]!, (bool)entry["canUndo"]!));
        Assert.Equal("Geheim?", (string)entry["changes"]![0]!["after"]!["reason"]!);
        Assert.Null(entry["changes"]![0]!["before"]);
        foreach (var query in new[] { "?who=x", "?what=nothing", "?from=tomorrow", "?undone=perhaps", "?via=9", "?before=x", "?comment=-1" })
        {
            await _mo.SendAsync(HttpMethod.Get, Address(query)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "log-filter-invalid");
        }

        await _ada.SendAsync(HttpMethod.Get, Address("")).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task The_log_is_exported_as_it_is_filtered_and_no_cell_is_a_formula()
    {
        var here = await BanAsync(_site);
        await BanAsync(_other);
        await _application.DecideAsync(_mo.Id, await _ada.PostAsync(_page, "Text"), ActWord.CommentRejected, c => c.Reject(), _site);
        using var moderator = await OwnOrigin.OfAsync(_application, _mo.Id);
        using var commenter = await OwnOrigin.OfAsync(_application, _ada.Id);

        using var lines = await moderator.GetAsync($"/admin/sites/{EmbedApplication.Site}/log/export?what=people");
        using var table = await moderator.GetAsync("/admin/log/export?format=csv");
        using var elsewhere = await moderator.GetAsync($"/admin/sites/{EmbedApplication.OtherSite}/log/export");
        using var nowhere = await moderator.GetAsync("/admin/sites/nowhere/log/export");
        using var wrong = await moderator.GetAsync("/admin/log/export?who=x");
        using var refused = await commenter.GetAsync("/admin/log/export");

        var line = JsonNode.Parse(Assert.Single((await lines.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal((EmbedApplication.Site, here), ((string)line["site"]!, (long)line["entry"]!["id"]!));
        Assert.StartsWith("Banned =Ada", (string)line["what"]!, StringComparison.Ordinal);
        Assert.Equal(["application/x-ndjson", "text/csv"], new[] { lines, table }.Select(answer => answer.Content.Headers.ContentType!.MediaType));
        Assert.Equal("moderation-log.csv", table.Content.Headers.ContentDisposition!.FileNameStar ?? table.Content.Headers.ContentDisposition.FileName);
        var csv = await table.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(3, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(",'=Ada,", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(",=Ada", csv, StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], new[] { elsewhere, nowhere }.Select(answer => answer.StatusCode));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
    }

    [Fact]
    public async Task An_export_of_more_entries_than_are_read_at_once_has_them_all()
    {
        await using var database = await _application.OpenDatabaseAsync();
        for (var i = 0; i < 1_203; i++)
        {
            database.ModerationLog.Add(new ModerationLogEntry { SiteId = _site, ActorId = _mo.Id, Act = ActWord.ThreadClosed, Details = "{}", At = _application.Clock.GetUtcNow() });
        }

        await database.SaveChangesAsync(Cancellation);
        using var moderator = await OwnOrigin.OfAsync(_application, _mo.Id);

        using var lines = await moderator.GetAsync("/admin/log/export?format=ndjson");

        var ids = (await lines.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (long)JsonNode.Parse(line)!["entry"]!["id"]!).ToList();
        Assert.Equal(1_203, ids.Count);
        Assert.Equal(ids.OrderDescending(), ids);
    }

    private ReadLog Handler => _application.Services.GetRequiredService<ReadLog>();

    private static string Address(string query) => $"/api/v1/sites/{EmbedApplication.Site}/moderation/log{query}";

    private Ban NewBan(long? site) => new() { CommenterId = _ada.Id, SiteId = site == _other ? _other : null, Until = _application.Clock.GetUtcNow(), Reason = "Geheim?", CreatedAt = _application.Clock.GetUtcNow() };

    private Task<long> BanAsync(long? site) => _application.ActAsync(
        new NewAct(_mo.Id, ActedVia.Admin, site, ActWord.CommenterBanned) { CommenterId = _ada.Id },
        database => Task.FromResult(database.Bans.Add(NewBan(site))));

    private async Task<Commenter> CommenterAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == id, Cancellation);
    }

    private async Task<IEnumerable<long>?> SeenAsync(long asking, LogFilter filter) =>
        (await Handler.HandleAsync(await CommenterAsync(asking), filter, new ReadLog.Place(), Cancellation)).Value?.Acts.Select(act => act.Entry.Id);
}
