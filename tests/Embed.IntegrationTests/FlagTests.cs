using System.Net;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Readers report comments; moderators see it, and nobody else does.</summary>
public sealed class FlagTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _ben = null!;
    private long _comment;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _ben = await Person.SignInAsync(_application, "Ben");
        _comment = await _ada.PostAsync(_page, "Text");
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _ben.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task A_report_is_counted_once_changed_and_taken_back()
    {
        await _ben.FlagAsync(_comment, "abuse", " Rude ").AssertDoneAsync();
        await _ben.FlagAsync(_comment, "offTopic", "On second thought").AssertDoneAsync();
        var (flag, open) = await ReadAsync();
        Assert.Equal((FlagReason.OffTopic, "On second thought", 1), (flag!.Reason, flag.Note, open));

        await _ben.WithdrawFlagAsync(_comment).AssertDoneAsync();
        await _ben.WithdrawFlagAsync(_comment).AssertDoneAsync();
        Assert.Equal((null, 0), await ReadAsync());
    }

    [Fact]
    public async Task Nobody_but_moderators_and_whoever_made_it_learns_of_a_report()
    {
        await _ben.FlagAsync(_comment, "abuse", "secret words").AssertDoneAsync();
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await using var his = await LiveThread.OpenAsync(_application, _page, _ben.Token);
        await using var hers = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        await using var theirs = await LiveThread.OpenAsync(_application, _page, moderator.Token);

        Assert.Contains(_comment, his.Opened.Viewer!.Flagged);
        Assert.Empty(hers.Opened.Viewer!.Flagged);
        Assert.Null(hers.Opened.Viewer.Moderation);
        var seen = Assert.Single(theirs.Opened.Viewer!.Moderation!.Comments[_comment].Flags);
        Assert.Equal(("abuse", "secret words"), (seen.Reason, seen.Note));
        using var http = _application.CreateClient();
        foreach (var form in new[] { "thread", "thread.html", "thread.atom" })
        {
            Assert.DoesNotContain("secret words", await http.GetStringAsync(ThreadReader.AddressOf(_page, form), Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_report_a_moderator_has_decided_on_is_neither_changed_nor_taken_back()
    {
        await _ben.FlagAsync(_comment).AssertDoneAsync();
        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Flags.ExecuteUpdateAsync(set => set.SetProperty(f => f.SettledAt, _application.Clock.GetUtcNow()), Cancellation);
            await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenFlags, 0), Cancellation);
        }

        await _ben.FlagAsync(_comment, "abuse").AssertRefusedAsync(HttpStatusCode.Conflict, "flag-settled");
        await _ben.WithdrawFlagAsync(_comment).AssertRefusedAsync(HttpStatusCode.Conflict, "flag-settled");
        Assert.Equal(0, (await ReadAsync()).Open);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Enough_reports_hold_a_comment_again_where_a_rule_says_so(int reports, bool isHeld)
    {
        await _application.ChangeSiteAsync(site => site.Rules = [new Rule { Condition = RuleCondition.Flags, Verdict = RuleVerdict.Hold, Number = 2 }]);
        for (var i = 0; i < reports; i++)
        {
            using var reader = await Person.SignInAsync(_application, $"Reader {i}");
            await reader.FlagAsync(_comment).AssertDoneAsync();
        }

        await using var database = await _application.OpenDatabaseAsync();
        var comment = await database.Comments.Include(c => c.Thread).SingleAsync(c => c.Id == _comment, Cancellation);
        Assert.Equal((isHeld ? CommentState.Pending : CommentState.Published, isHeld ? "flags:2" : "", reports, isHeld ? 0 : 1), (comment.State, comment.HeldFor, comment.OpenFlags, comment.Thread!.CommentCount));
    }

    [Fact]
    public async Task What_cannot_be_reported_is_refused()
    {
        await _ada.FlagAsync(_comment).AssertRefusedAsync(HttpStatusCode.Forbidden, "own-comment");
        await _ben.FlagAsync(_comment, null).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "reason-invalid");
        await _ben.FlagAsync(_comment, "spam", new string('x', 501)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "flag-note-too-long");
        await _ben.FlagAsync(_comment + 100).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ben.WithdrawFlagAsync(_comment + 100).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ada.DeleteAsync(_comment).AssertDoneAsync();
        await _ben.FlagAsync(_comment).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
    }

    [Fact]
    public async Task Guests_sign_in_first()
    {
        await _application.ChangeSiteAsync(site => site.AllowsGuests = true);
        using var nobody = Person.Anonymous(_application);
        var guest = await nobody.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/guest", new { name = "Gast" }).JsonAsync();
        using var person = Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, 0, (string)guest["token"]!);

        await person.FlagAsync(_comment).AssertRefusedAsync(HttpStatusCode.Forbidden, "guest-flag");
        await nobody.FlagAsync(_comment).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task Another_sites_comment_looks_like_none()
    {
        using var stranger = await Person.SignInAsync(_application, "Eve", Role.Commenter, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);

        await stranger.FlagAsync(_comment).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
    }

    [Fact]
    public async Task Without_scripts_a_plain_form_reports()
    {
        using var his = await OwnOrigin.OfAsync(_application, _ben.Id);
        var address = $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}";
        var link = (await his.ReadAsync(address)).QuerySelectorAll($"#comment-{_comment} a").Single(a => a.TextContent == "Report").GetAttribute("href")!;

        var form = (await his.ReadAsync(link)).QuerySelector($"#comment-{_comment} form.ask")!;
        using var sent = await his.SendAsync(form, ("reason", "unlawful"), ("text", "An address"));

        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Equal((FlagReason.Unlawful, "An address"), ((await ReadAsync()).Flag!.Reason, (await ReadAsync()).Flag!.Note));
        Assert.NotNull((await his.ReadAsync(address)).QuerySelector($"#comment-{_comment} .flagged"));
    }

    private async Task<(Flag? Flag, int Open)> ReadAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return (await database.Flags.AsNoTracking().SingleOrDefaultAsync(Cancellation),
            await database.Comments.Where(c => c.Id == _comment).Select(c => c.OpenFlags).SingleAsync(Cancellation));
    }
}
