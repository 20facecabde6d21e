using System.Net;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Tests;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>
/// Whoever is under a shadow ban cannot tell: each answer is compared with what somebody else gets who did the same. And nobody else
/// sees anything of theirs.
/// </summary>
public sealed class ShadowBanTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private readonly string _twin = EmbedApplication.NewPage();
    private Person _eve = null!;
    private Person _ada = null!;
    private long _first;
    private long _twins;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _eve = await Person.SignInAsync(_application, "Ada");
        using var ben = await Person.SignInAsync(_application, "Ben");
        _first = await ben.PostAsync(_page, "A question");
        _twins = await ben.PostAsync(_twin, "A question");
        await _application.ShadowAsync(_eve.Id);
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _eve.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task Every_answer_is_the_one_that_somebody_else_gets()
    {
        var hers = await ActAsync(_eve, _page, _first);
        var others = await ActAsync(_ada, _twin, _twins);

        Assert.NotEmpty(hers);
        Assert.Equal(others, hers);
    }

    [Fact]
    public async Task What_they_see_as_published_counts_as_their_first_comments()
    {
        await _eve.PostAsync(_page, "Seen by herself alone");
        await _application.ChangeSiteAsync(site => site.Rules = [new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold }]);

        var second = await _eve.PostAsync(_page, "Not her first");
        await _application.ShadowAsync(_eve.Id, isOn: false);
        var third = await _eve.PostAsync(_page, "Heard by nobody so far");

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(
            [CommentState.Shadowed, CommentState.Pending],
            await database.Comments.Where(c => c.Id == second || c.Id == third).OrderBy(c => c.Id).Select(c => c.State).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task What_they_see_of_a_thread_is_what_somebody_else_sees_who_did_the_same()
    {
        await WriteAsync(_eve, _page, _first);
        await WriteAsync(_ada, _twin, _twins);
        // On another device: a session of its own.
        await using var hers = await LiveThread.OpenAsync(_application, _page, await _application.SessionOfAsync(_eve.Id));
        await using var others = await LiveThread.OpenAsync(_application, _twin, _ada.Token);

        Assert.Equal(Told(others.Opened), Told(hers.Opened));
        Assert.Equal(3, hers.Opened.Thread!.CommentCount);
        using var herPage = await OwnOrigin.OfAsync(_application, _eve.Id);
        using var otherPage = await OwnOrigin.OfAsync(_application, _ada.Id);
        Assert.Equal(await OwnPageAsync(otherPage, _twin), await OwnPageAsync(herPage, _page));
        Assert.Equal(await OwnCommentsAsync(otherPage), await OwnCommentsAsync(herPage));
        var (own, twin) = (await ExportAsync(herPage), await ExportAsync(otherPage));
        Assert.Equal(twin, own);
        Assert.DoesNotContain("hadow", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_sees_anything_of_it()
    {
        await WriteAsync(_eve, _page, _first);
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await using var theirs = await LiveThread.OpenAsync(_application, _page, moderator.Token);
        using var http = _application.CreateClient();
        var thread = await _application.ReadThreadAsync(_page);

        Assert.Equal((1, 0, 1), (thread.CommentCount, thread.Comments[0].UpVotes, thread.All().Count()));
        Assert.Equal(1, theirs.Opened.Thread!.CommentCount);
        Assert.Empty(theirs.Opened.Thread.Comments[0].Replies);
        Assert.Empty(theirs.Opened.Viewer!.Moderation!.Comments[_first].Flags);
        foreach (var address in new[]
        {
            ThreadReader.AddressOf(_page), ThreadReader.AddressOf(_page, "thread"), ThreadReader.AddressOf(_page, "thread.atom"),
            $"/api/v1/sites/{EmbedApplication.Site}/recent?count=50", $"/api/v1/sites/{EmbedApplication.Site}/comments.atom",
            $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}",
        })
        {
            Assert.DoesNotContain("Buy this", await http.GetStringAsync(address, Cancellation), StringComparison.Ordinal);
        }

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(0, await database.Comments.SumAsync(c => c.OpenFlags + c.UpVotes + c.DownVotes + c.ReplyCount, Cancellation));
    }

    [Fact]
    public async Task What_was_published_before_is_seen_by_nobody_else_once_they_have_edited_it()
    {
        await _application.ShadowAsync(_eve.Id, isOn: false);
        var id = await _eve.PostAsync(_page, "Harmless");
        await _application.ShadowAsync(_eve.Id);

        await _eve.EditAsync(id, "Buy this").AssertDoneAsync();

        Assert.Equal((1, 1), ((await _application.ReadThreadAsync(_page)).CommentCount, (await _application.ReadThreadAsync(_page)).All().Count()));
        await using var hers = await LiveThread.OpenAsync(_application, _page, _eve.Token);
        Assert.Equal(CommentStanding.Published, hers.Opened.Thread!.Find(id)!.Standing);
    }

    [Fact]
    public async Task What_a_site_holds_waits_as_anybodys_does()
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);

        var posted = await _eve.TryPostAsync(_page, "Text").JsonAsync();

        Assert.Equal("pending", (string?)posted["state"]);
    }

    [Fact]
    public async Task Others_can_neither_answer_nor_vote_on_nor_report_what_they_do_not_see()
    {
        var id = await _eve.PostAsync(_page, "Buy this");

        await _ada.TryPostAsync(_page, "x", id).AssertRefusedAsync(HttpStatusCode.Conflict, "parent-gone");
        await _ada.VoteAsync(id, 1).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ada.FlagAsync(id).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ada.EditAsync(id, "x").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ada.DeleteAsync(id).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
    }

    [Fact]
    public async Task Once_it_is_over_what_they_write_and_vote_counts_again_but_not_below_what_nobody_sees()
    {
        var before = await _eve.PostAsync(_page, "Buy this");
        await _eve.VoteAsync(_first, 1).AssertDoneAsync();
        await _application.ShadowAsync(_eve.Id, isOn: false);

        await _eve.PostAsync(_page, "Sorry");
        await _eve.PostAsync(_page, "Below it", before);
        await _eve.VoteAsync(_first, 1).AssertDoneAsync();

        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal((2, 1), (thread.CommentCount, thread.Comments[0].UpVotes));
        Assert.Equal(["A question", "Sorry"], thread.All().Select(c => c.Body.Replace("<p dir=\"auto\">", "", StringComparison.Ordinal).Replace("</p>", "", StringComparison.Ordinal)));
    }

    // What anybody may do, and what each answers.
    private async Task<IReadOnlyList<string>> ActAsync(Person person, string page, long other)
    {
        var draft = Guid.NewGuid();
        List<string> answers = [];
        var (id, answer) = await PostAsync(person, page, null, draft);
        answers.Add(answer);
        answers.Add((await PostAsync(person, page, null, draft)).Answer);
        var (reply, replied) = await PostAsync(person, page, id, Guid.NewGuid());
        answers.Add(replied);
        foreach (var act in new[]
        {
            () => person.TryReadSourceAsync(id), () => person.EditAsync(id, "Buy this twice"), () => person.TryReadSourceAsync(id),
            () => person.VoteAsync(id, 1), () => person.FlagAsync(id), () => person.VoteAsync(other, 1), () => person.VoteAsync(other, 1),
            () => person.VoteAsync(other, -1), () => person.VoteAsync(other, 0), () => person.FlagAsync(other), () => person.FlagAsync(other, "abuse", "More"),
            () => person.WithdrawFlagAsync(other), () => person.WithdrawFlagAsync(other), () => person.SendAsync(HttpMethod.Get, $"/c/{id}"),
            () => person.DeleteAsync(reply), () => person.DeleteAsync(id), () => person.EditAsync(id, "x"), () => person.SendAsync(HttpMethod.Get, $"/c/{id}"),
        })
        {
            answers.Add(await SayAsync(act, page));
        }

        return answers;
    }

    private async Task WriteAsync(Person person, string page, long other)
    {
        var id = await person.PostAsync(page, "Buy this");
        await person.PostAsync(page, "Buy this, too", id);
        await person.VoteAsync(other, 1).AssertDoneAsync();
        await person.FlagAsync(other).AssertDoneAsync();
    }

    private static async Task<(long Id, string Answer)> PostAsync(Person person, string page, long? parent, Guid draft)
    {
        using var answer = await person.TryPostAsync(page, "Buy this", parent, draftId: draft);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!.AsObject();
        var id = (long)json["id"]!;
        return (id, $"{(int)answer.StatusCode} {json.ToJsonString()}".Replace($"{id}", "(id)", StringComparison.Ordinal));
    }

    private async Task<string> SayAsync(Func<Task<HttpResponseMessage>> act, string page)
    {
        using var answer = await act();
        var text = $"{(int)answer.StatusCode} {answer.Headers.Location} {await answer.Content.ReadAsStringAsync(Cancellation)}";
        return Digits(text.Replace(page, "(page)", StringComparison.Ordinal));
    }

    private string Told(SessionResult seen) => string.Join('\n', Below(seen.Thread!.Comments).Select(c =>
        $"{c.Depth} {c.Standing} {c.AuthorName} {c.Body.Value} {c.UpVotes} {c.DownVotes} {c.Outline} {c.EditedAt} {c.More} {c.Author == seen.Viewer!.Commenter}")
        .Append($"{seen.Thread.CommentCount} {seen.Viewer!.Votes.Count} {seen.Viewer.Votes.Values.Sum()} {seen.Viewer.Flagged.Count} {seen.Viewer.IsNotSlowed}"));

    private static IEnumerable<CommentModel> Below(IEnumerable<CommentModel> comments) => comments.SelectMany(c => Below(c.Replies).Prepend(c));

    private static async Task<string> OwnPageAsync(OwnOrigin browser, string page)
    {
        var thread = (await browser.ReadAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(page)}")).QuerySelector(".thread")!;
        foreach (var field in thread.QuerySelectorAll("input[type=hidden]").ToList())
        {
            field.Remove();
        }

        thread.RemoveAttribute("data-version");
        foreach (var picture in thread.QuerySelectorAll(".avatar").ToList())
        {
            picture.Remove();
        }

        return Digits(thread.OuterHtml.Replace(Uri.EscapeDataString(page), "(page)", StringComparison.Ordinal).Replace(page, "(page)", StringComparison.Ordinal));
    }

    private async Task<string> OwnCommentsAsync(OwnOrigin browser)
    {
        var text = (await browser.ReadAsync("/me/comments")).QuerySelector("ul.cards")!.InnerHtml;
        return Digits(text.Replace(_page, "(page)", StringComparison.Ordinal).Replace(_twin, "(page)", StringComparison.Ordinal));
    }

    private async Task<string> ExportAsync(OwnOrigin browser)
    {
        using var answer = await browser.GetAsync("/me/export");
        var export = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!.AsObject();
        export.Remove("profile");
        export.Remove("accounts");
        export.Remove("sessions");
        return Digits(export.ToJsonString().Replace(_page, "(page)", StringComparison.Ordinal).Replace(_twin, "(page)", StringComparison.Ordinal));
    }

    // Ids differ.
    private static string Digits(string text) => System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{16,}|[0-9]+", "#", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
