using System.Net;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>What becomes of comments at a site with rules, from posting to what readers see.</summary>
public sealed class RulesTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _ada = await Person.SignInAsync(_application, "Ada");

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_comment_that_a_rule_holds_waits_and_says_why()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Links, Number = 1, Verdict = RuleVerdict.Hold });

        var held = await PostAsync("https://a.example https://b.example");
        await PostAsync("https://a.example");

        Assert.Equal(("pending", CommentState.Pending, "links:1"), held);
        Assert.Equal(["https://a.example"], await ShownAsync());
    }

    [Fact]
    public async Task A_comment_that_a_rule_calls_spam_looks_to_its_author_as_if_it_waited()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Words, Words = ["casino"], Verdict = RuleVerdict.Spam });

        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        var posted = await live.Session.PostAsync(null, "Best casino", Guid.NewGuid(), Cancellation);
        var seen = (await live.Session.ReadAsync(Cancellation)).Thread!;

        Assert.True(posted.IsPending);
        Assert.Equal([Embed.Widget.CommentStanding.Pending], seen.Comments.Select(comment => comment.Standing));
        Assert.Equal((CommentState.Spam, "words"), await StoredAsync(posted.CommentId!.Value));
        Assert.Empty(await ShownAsync());
    }

    [Fact]
    public async Task A_comment_that_a_rule_refuses_is_not_kept_and_its_author_is_told_in_the_site_s_words()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Script, Words = ["Greek"], Verdict = RuleVerdict.Refuse, Reason = "<b>English</b> only." });

        using var answer = await _ada.TryPostAsync(_page, "Γειά σου Κόσμε");

        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "rule-refused"), (answer.StatusCode, (string?)problem["code"]));
        Assert.Equal("A rule of this site does not take this comment: \u2068<b>English</b> only.\u2069", (string?)problem["detail"]);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Comments.AnyAsync(c => c.CommenterId == _ada.Id, Cancellation));
    }

    [Fact]
    public async Task A_refused_form_of_the_thread_s_own_page_shows_the_reason_as_text_and_keeps_what_was_typed()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Everything, Verdict = RuleVerdict.Refuse, Reason = "<script>no</script>" });
        using var own = await OwnOrigin.OfAsync(_application, _ada.Id);
        var page = await own.ReadAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}");

        using var answer = await own.SendAsync(page.QuerySelector("form.form")!, ("body", "My long thoughts"));

        var refused = ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);

        Assert.Contains("<script>no</script>", refused.QuerySelector(".refused")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(refused.QuerySelectorAll(".refused script"));
        Assert.Equal("My long thoughts", refused.QuerySelector("textarea[name=body]")!.TextContent.Trim());
    }

    [Fact]
    public async Task A_rule_that_publishes_comes_before_what_the_site_holds()
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        await RuleAsync(new Rule { Condition = RuleCondition.Words, Words = ["tea"], Verdict = RuleVerdict.Publish });

        Assert.Equal(("published", CommentState.Published, ""), await PostAsync("About tea"));
        Assert.Equal(("pending", CommentState.Pending, "site"), await PostAsync("About coffee"));
    }

    [Fact]
    public async Task A_person_s_first_comments_wait_until_so_many_are_published()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold });
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        using var ben = await Person.SignInAsync(_application, "Ben");

        var first = await _ada.PostAsync(_page, "One");
        Assert.Equal((CommentState.Pending, "first:1"), await StoredAsync(first));
        Assert.Equal(CommentState.Pending, (await PostAsync("Two, still unknown")).State);
        await moderator.JudgeAsync(first, publish: true).AssertDoneAsync();

        Assert.Equal(CommentState.Published, (await PostAsync("Three")).State);
        Assert.Equal(CommentState.Pending, (await StoredAsync(await ben.PostAsync(_page, "Another's first"))).State);
    }

    [Fact]
    public async Task Comments_at_another_site_do_not_count()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold });
        using var elsewhere = Person.Of(
            _application, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin, _ada.Id,
            await _application.SessionOfAsync(_ada.Id, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin));
        await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "There");

        Assert.Equal(CommentState.Pending, (await PostAsync("Here")).State);
    }

    [Fact]
    public async Task The_same_text_is_found_again_whoever_posts_it_until_it_is_old()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.RepeatedText, Number = 2, Verdict = RuleVerdict.Hold });
        using var ben = await Person.SignInAsync(_application, "Ben");

        Assert.Equal(CommentState.Published, (await PostAsync("Buy it here")).State);
        Assert.Equal((CommentState.Pending, "repeated:2"), await StoredAsync(await ben.PostAsync(_page, "BUY it\nhere!")));
        Assert.Equal(CommentState.Published, (await PostAsync("Something else")).State);
        _application.Clock.Advance(TimeSpan.FromHours(2.1));
        Assert.Equal(CommentState.Published, (await PostAsync("Buy it here.")).State);
    }

    [Fact]
    public async Task A_retried_draft_is_not_its_own_repetition()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.RepeatedText, Number = 2, Verdict = RuleVerdict.Refuse });
        var draft = Guid.NewGuid();

        var first = await _ada.TryPostAsync(_page, "Once", draftId: draft).JsonAsync();
        var second = await _ada.TryPostAsync(_page, "Once", draftId: draft).JsonAsync();

        Assert.Equal((long?)first["id"], (long?)second["id"]);
        await _ada.TryPostAsync(_page, "Once").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "rule-refused");
    }

    [Fact]
    public async Task Speed_is_counted_for_each_person()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Speed, Number = 2, Minutes = 10, Verdict = RuleVerdict.Hold });
        using var ben = await Person.SignInAsync(_application, "Ben");

        Assert.Equal(CommentState.Published, (await PostAsync("1")).State);
        Assert.Equal(CommentState.Published, (await PostAsync("2")).State);
        Assert.Equal("speed:2:10", (await PostAsync("3")).HeldFor);
        Assert.Equal(CommentState.Published, (await StoredAsync(await ben.PostAsync(_page, "Mine"))).State);
        _application.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(CommentState.Published, (await PostAsync("4")).State);
    }

    [Fact]
    public async Task A_thread_s_age_counts_from_its_first_comment()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.ThreadAge, Number = 30, Verdict = RuleVerdict.Hold });

        Assert.Equal(CommentState.Published, (await PostAsync("It begins")).State);
        _application.Skip(TimeSpan.FromDays(31));
        Assert.Equal("thread:30", (await PostAsync("Late")).HeldFor);
    }

    [Theory]
    [InlineData(3, "account:7")]
    [InlineData(8, "")]
    [InlineData(null, "")]
    public async Task The_oldest_account_at_a_provider_counts(int? days, string heldFor)
    {
        await RuleAsync(new Rule { Condition = RuleCondition.AccountAge, Number = 7, Verdict = RuleVerdict.Hold });
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var now = _application.Clock.GetUtcNow();
            await database.Accounts.Where(a => a.CommenterId == _ada.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.MadeAt, days is { } age ? now.AddDays(-age) : null), Cancellation);
            database.Accounts.Add(new() { CommenterId = _ada.Id, Provider = "GitLab", Subject = Guid.NewGuid().ToString(), Name = "Ada", MadeAt = days is null ? null : now.AddDays(-1) });
            await database.SaveChangesAsync(Cancellation);
        }

        Assert.Equal(heldFor, (await PostAsync("Hello")).HeldFor);
    }

    [Theory]
    [InlineData(SiteRole.Trusted)]
    [InlineData(SiteRole.Moderator)]
    [InlineData(SiteRole.Owner)]
    public async Task Whoever_is_trusted_or_more_skips_rules_and_holding(object role)
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        await RuleAsync(new Rule { Condition = RuleCondition.Everything, Verdict = RuleVerdict.Refuse });
        await GrantAsync((SiteRole)role);

        var id = await _ada.PostAsync(_page, "As I please");
        await _ada.EditAsync(id, "As I please, again").AssertDoneAsync();

        Assert.Equal((CommentState.Published, ""), await StoredAsync(id));
    }

    [Fact]
    public async Task An_edit_is_judged_again_and_counts_follow()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Links, Verdict = RuleVerdict.Hold }, new Rule { Condition = RuleCondition.Words, Words = ["casino"], Verdict = RuleVerdict.Spam });
        var (held, spam) = (await _ada.PostAsync(_page, "Harmless"), await _ada.PostAsync(_page, "Harmless too"));
        Assert.Equal(2, (await _application.ReadThreadAsync(_page)).CommentCount);

        await _ada.EditAsync(held, "https://a.example").AssertDoneAsync();
        await _ada.EditAsync(spam, "A casino").AssertDoneAsync();

        Assert.Equal((CommentState.Pending, "links:0"), await StoredAsync(held));
        Assert.Equal((CommentState.Spam, "words"), await StoredAsync(spam));
        Assert.Equal(0, (await _application.ReadThreadAsync(_page)).CommentCount);
        await _ada.EditAsync(held, "Harmless again").AssertDoneAsync();
        Assert.Equal(CommentState.Pending, (await StoredAsync(held)).State);
    }

    [Fact]
    public async Task A_refused_edit_leaves_the_comment_as_it_was()
    {
        await RuleAsync(new Rule { Condition = RuleCondition.Words, Words = ["casino"], Verdict = RuleVerdict.Refuse, Reason = "No." });
        var id = await _ada.PostAsync(_page, "Harmless");

        await _ada.EditAsync(id, "A casino").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "rule-refused");

        Assert.Equal(["Harmless"], await ShownAsync());
    }

    [Fact]
    public async Task Every_comment_keeps_what_it_has_in_common_with_the_same_text_and_loses_it_when_deleted()
    {
        var id = await _ada.PostAsync(_page, "Some words");
        Assert.Equal(RuleText.HashOf("some WORDS!"), (await RowAsync(id)).TextHash);

        await _ada.EditAsync(id, "Other words").AssertDoneAsync();
        Assert.Equal(RuleText.HashOf("Other words"), (await RowAsync(id)).TextHash);

        await _ada.DeleteAsync(id).AssertDoneAsync();
        Assert.Equal(0, (await RowAsync(id)).TextHash);
    }

    [Fact]
    public async Task Only_what_rules_ask_for_is_looked_up()
    {
        await _ada.PostAsync(_page, "Warm");
        var without = await QueriesAsync();

        await RuleAsync(new Rule { Condition = RuleCondition.Links, Number = 3, Verdict = RuleVerdict.Hold }, new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold, IsOff = true });
        await _ada.PostAsync(_page, "Warm again");
        Assert.Equal(without, await QueriesAsync());

        await RuleAsync(new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold });
        await _ada.PostAsync(_page, "And again");
        Assert.Equal(without + 1, await QueriesAsync());
    }

    private async Task<int> QueriesAsync() => (await _application.Queries.DuringAsync(() => _ada.PostAsync(_page, Guid.NewGuid().ToString()))).Count;

    private Task RuleAsync(params Rule[] rules) => _application.ChangeSiteAsync(site => site.Rules = [.. rules]);

    private async Task GrantAsync(SiteRole role)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var site = await database.Sites.SingleAsync(s => s.Key == EmbedApplication.Site, Cancellation);
        database.RoleGrants.Add(new() { CommenterId = _ada.Id, SiteId = site.Id, Role = role, GivenAt = _application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
    }

    private async Task<(string Told, CommentState State, string HeldFor)> PostAsync(string body)
    {
        var posted = await _ada.TryPostAsync(_page, body).JsonAsync();
        var (state, heldFor) = await StoredAsync((long)posted["id"]!);
        return ((string)posted["state"]!, state, heldFor);
    }

    private async Task<(CommentState State, string HeldFor)> StoredAsync(long id) => await RowAsync(id) is var row ? (row.State, row.HeldFor) : default;

    private async Task<Comment> RowAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Comments.AsNoTracking().SingleAsync(c => c.Id == id, Cancellation);
    }

    private async Task<IReadOnlyList<string>> ShownAsync() =>
        [.. (await _application.ReadHtmlAsync(_page)).QuerySelectorAll(".comment .body").Select(body => body.TextContent.Trim())];
}
