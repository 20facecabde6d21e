using System.Net;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Moderators search all comments of their site.</summary>
public sealed class SearchTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    // A word of this test's own in every comment: others write to the same site.
    private readonly string _mark = $"w{Guid.NewGuid():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Words_phrases_beginnings_and_words_to_leave_out_are_understood()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var bread = await ada.PostAsync(_page, $"Crème brûlée and rye bread {_mark}");
        var cake = await ada.PostAsync(_page, $"Bread, rye, and cake {_mark}");

        Assert.Equal([cake, bread], await FindAsync($"{_mark} BREAD"));
        Assert.Equal([bread], await FindAsync($"{_mark} creme brulee"));
        Assert.Equal([bread], await FindAsync($"{_mark} \"rye bread\""));
        Assert.Equal([cake], await FindAsync($"{_mark} \"bread rye\""));
        Assert.Equal([bread], await FindAsync($"{_mark} bread -cake"));
        Assert.Equal([bread], await FindAsync($"{_mark} bread -\"and cake\""));
        Assert.Equal([cake, bread], await FindAsync($"{_mark[..10]}* brea*"));
        Assert.Empty(await FindAsync($"{_mark} brea"));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("*")]
    [InlineData("-")]
    [InlineData("- -")]
    [InlineData("AND")]
    [InlineData("OR NOT")]
    [InlineData("a OR b NEAR(c d)")]
    [InlineData("Body:x")]
    [InlineData("^x")]
    [InlineData("(((")]
    [InlineData("x\0y \"z\0")]
    [InlineData("'; DROP TABLE Comments; --")]
    [InlineData("%_\\")]
    [InlineData("\uD800 x\uDFFF")]
    [InlineData("***\"*\"*-\"*")]
    [InlineData("!!! ???")]
    [InlineData("e\u0301 \u0301")]
    [InlineData("x-y_z+{w}")]
    public async Task Whatever_is_typed_is_no_error(string typed)
    {
        var found = await SearchAsync(new(typed));

        Assert.True(found.Refusal is null || found.Refusal == Refusal.SearchEmpty, $"{found.Refusal}");
    }

    [Theory]
    [InlineData("今天的面包非常好吃", "面包")]
    [InlineData("パンを焼きました", "焼き")]
    [InlineData("ขนมปังอร่อยมาก", "อร่อย")]
    [InlineData("오늘은빵을구웠다", "빵을")]
    [InlineData("100%面包_好", "100%面包_")]
    public async Task Scripts_without_spaces_are_found_by_any_part(string body, string part)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, $"{body} {_mark}");
        await ada.PostAsync(_page, $"Something else {_mark}");

        Assert.Equal([id], await FindAsync($"{_mark} {part}"));
        Assert.Contains(id, await FindAsync(part));
        Assert.Equal([id + 1], await FindAsync($"{_mark} -{part}"));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Pages_leave_nothing_out_in_either_order_with_words_and_without(bool isOldestFirst, bool hasWords)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var ids = new List<long>();
        for (var i = 0; i < SearchComments.PageSize + 7; i++)
        {
            ids.Add(await ada.PostAsync(_page, $"Words {_mark}"));
        }

        var query = new SearchComments.Query(hasWords ? _mark : "", AuthorId: hasWords ? null : ada.Id, IsOldestFirst: isOldestFirst);
        var first = (await SearchAsync(query)).Value!;
        var second = (await SearchAsync(query with { Before = first.Next })).Value!;

        Assert.Equal((SearchComments.PageSize, 7, 0), (first.Comments.Count, second.Comments.Count, second.Next));
        Assert.Equal(isOldestFirst ? ids : ids.AsEnumerable().Reverse(), first.Comments.Concat(second.Comments).Select(comment => comment.Id));
    }

    [Fact]
    public async Task State_author_thread_and_time_narrow_it_down()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var moves = await ThreadMoves.OpenAsync(application);
        var first = await ada.PostAsync(_page, _mark);
        var second = await ben.PostAsync(EmbedApplication.NewPage(), _mark);
        var rejected = await ben.PostAsync(_page, _mark);
        await using (var database = await application.OpenDatabaseAsync())
        {
            await database.Comments.Where(c => c.Id == rejected).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.Rejected), Cancellation);
            await database.Comments.Where(c => c.Id == first)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.PostedAt, c => new DateTimeOffset(2029, 5, 1, 0, 0, 0, TimeSpan.Zero)), Cancellation);
        }

        var day = new DateTimeOffset(2029, 5, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal([rejected, second, first], await FindAsync(_mark));
        Assert.Equal([rejected], await FindAsync(new SearchComments.Query(_mark, State: CommentState.Rejected)));
        Assert.Equal([rejected, second], await FindAsync(new SearchComments.Query(_mark, AuthorId: ben.Id)));
        Assert.Equal([rejected, first], await FindAsync(new SearchComments.Query(_mark, ThreadId: await moves.ThreadOfAsync(first))));
        Assert.Equal([first], await FindAsync(new SearchComments.Query(_mark, From: day, To: day.AddDays(1))));
        Assert.Equal([rejected, second], await FindAsync(new SearchComments.Query(_mark, From: day.AddDays(1))));
        Assert.Equal([rejected, second], await FindAsync(new SearchComments.Query(AuthorId: ben.Id)));
    }

    [Fact]
    public async Task Pages_follow_each_other_by_key_and_what_was_found_is_marked()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var ids = new List<long>();
        for (var i = 0; i < 53; i++)
        {
            ids.Insert(0, await ada.PostAsync(_page, $"{new string('x', 200)} Number {i} {_mark}"));
        }

        var first = (await SearchAsync(new($"{_mark} number"))).Value!;
        var second = (await SearchAsync(new($"{_mark} number", Before: first.Next))).Value!;

        Assert.Equal(ids[..50], first.Comments.Select(c => c.Id));
        Assert.Equal((ids[49], false), (first.Next, first.IsCutShort));
        Assert.Equal(ids[50..], second.Comments.Select(c => c.Id));
        Assert.Equal(0, second.Next);
        Assert.Equal(["Number", _mark], first.Comments[0].Excerpt.Where(part => part.IsMarked).Select(part => part.Text));
    }

    [Fact]
    public async Task Other_sites_have_their_own_and_deleted_threads_are_for_administrators()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var elsewhere = await Person.SignInAsync(application, "Eve", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var moves = await ThreadMoves.OpenAsync(application);
        await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), _mark);
        var id = await ada.PostAsync(_page, _mark);
        await moves.DeleteAsync(await moves.ThreadOfAsync(id));
        var administrator = await moves.ActorAsync();
        var query = new SearchComments.Query(_mark, CommentState.InDeletedThread);

        Assert.Empty(await FindAsync(_mark));
        Assert.Equal([id], await FindAsync(query));
        foreach (var role in new[] { SiteRole.Owner, SiteRole.Moderator })
        {
            var actor = administrator with { Standing = administrator.Standing with { Role = role } };
            Assert.Equal(Refusal.NotAllowed, (await Handler.HandleAsync(actor, query, Cancellation)).Refusal);
        }
    }

    [Fact]
    public async Task Over_HTTP_moderators_get_the_same()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, $"Bread {_mark}");
        var address = $"/api/v1/sites/{EmbedApplication.Site}/moderation/search";

        var found = await moderator.SendAsync(HttpMethod.Get, $"{address}?q=bread+{_mark}&state=published").JsonAsync();

        var comment = Assert.Single(found["comments"]!.AsArray());
        Assert.Equal((id, "published", "Ada", _page), ((long)comment!["id"]!, (string)comment["state"]!, (string)comment["author"]!["name"]!, (string)comment["thread"]!["page"]!));
        Assert.Equal(["Bread", _mark], comment["excerpt"]!.AsArray().Where(part => (bool)part!["isMarked"]!).Select(part => (string)part!["text"]!));
        await moderator.SendAsync(HttpMethod.Get, $"{address}?q=x&state=nonsense").AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
        await moderator.SendAsync(HttpMethod.Get, $"{address}?q=x&state=3").AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
        await moderator.SendAsync(HttpMethod.Get, $"{address}?q=-x").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "search-empty");
        await moderator.SendAsync(HttpMethod.Get, $"{address}?q={new string('x', 201)}").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "search-too-long");
        await moderator.SendAsync(HttpMethod.Get, $"{address}?state=inDeletedThread").AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await ada.SendAsync(HttpMethod.Get, address).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task Edits_are_followed_and_a_deleted_comments_words_are_gone_from_the_file()
    {
        await using var own = new EmbedApplication();
        using var ada = await Person.SignInAsync(own, "Ada");
        var id = await ada.PostAsync(_page, "Xylophonist of before");
        await ada.EditAsync(id, "Zymurgist of afterwards").AssertDoneAsync();
        var handler = own.Services.GetRequiredService<SearchComments>();
        var actor = await (await ThreadMoves.OpenAsync(own)).ActorAsync();
        async Task<int> FoundAsync(string text) => (await handler.HandleAsync(actor, new(text), Cancellation)).Value!.Comments.Count;
        Assert.Equal((0, 1), (await FoundAsync("xylophonist"), await FoundAsync("zymurgist")));

        await ada.DeleteAsync(id).AssertDoneAsync();

        Assert.Equal(0, await FoundAsync("zymurgist"));
        await using (var database = await own.OpenDatabaseAsync())
        {
            await database.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)", Cancellation);
            // The index, too, agrees with the comments.
            await database.Database.ExecuteSqlAsync($"INSERT INTO CommentSearch (CommentSearch, rank) VALUES ('integrity-check', 1)", Cancellation);
        }

        // The index keeps words in small letters and leaves out what they share with the one before.
        foreach (var trace in new[] { "Xylophonist", "xylophonist", "ylophonist", "Zymurgist", "zymurgist", "ymurgist" })
        {
            Assert.False(DatabaseTraces.IsInFiles(own, System.Text.Encoding.UTF8.GetBytes(trace)), trace);
        }
    }

    private SearchComments Handler => application.Services.GetRequiredService<SearchComments>();

    private async Task<Outcome<SearchComments.Page>> SearchAsync(SearchComments.Query query) =>
        await Handler.HandleAsync(await (await ThreadMoves.OpenAsync(application)).ActorAsync(), query, Cancellation);

    private Task<IEnumerable<long>> FindAsync(string text) => FindAsync(new SearchComments.Query(text));

    private async Task<IEnumerable<long>> FindAsync(SearchComments.Query query) => (await SearchAsync(query)).Value!.Comments.Select(c => c.Id);
}
