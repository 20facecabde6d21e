using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Embed.Server.Admin.Rules;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.PreModeration;
using Embed.Tests;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Services elsewhere that are asked about comments, and what comes of those that answer wrongly, slowly or not at all.</summary>
public sealed class OutsideCheckTests : IAsyncLifetime
{
    private const string Address = "https://check.example/comments";

    private readonly EmbedApplication _application = new();
    private readonly StandInChecks _checks = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Actor _owner = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChangeOutsideCheck Change => _application.Services.GetRequiredService<ChangeOutsideCheck>();

    public async ValueTask InitializeAsync()
    {
        _checks.PutInto(_application);
        _ada = await Person.SignInAsync(_application, "Ada");
        _owner = await AdminActors.OfAsync(_application, Role.Administrator);
    }

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _checks.Dispose();
        await _application.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"verdict":"publish"}""", 200, CommentState.Published, "")]
    [InlineData("""{"verdict":"hold","why":"new"}""", 200, CommentState.Pending, "outside-hold:http")]
    [InlineData("""{"verdict":"spam"}""", 200, CommentState.Spam, "outside-spam:http")]
    [InlineData("""{"verdict":"perhaps"}""", 200, CommentState.Pending, "outside-silent:http")]
    [InlineData("""{"verdict":7}""", 200, CommentState.Pending, "outside-silent:http")]
    [InlineData("[]", 200, CommentState.Pending, "outside-silent:http")]
    [InlineData("null", 200, CommentState.Pending, "outside-silent:http")]
    [InlineData("<html>", 200, CommentState.Pending, "outside-silent:http")]
    [InlineData("", 200, CommentState.Pending, "outside-silent:http")]
    [InlineData("""{"verdict":"publish"}""", 500, CommentState.Pending, "outside-silent:http")]
    [InlineData("""{"verdict":"publish"}""", 302, CommentState.Pending, "outside-silent:http")]
    public async Task A_service_of_the_site_s_own_decides_and_what_is_no_verdict_holds(string answer, int status, object state, string heldFor)
    {
        await SetUpAsync(OutsideCheckKind.Http, "token-7");
        _checks.Answer = (_, _) => StandInChecks.Of(answer, (HttpStatusCode)status);

        Assert.Equal(((CommentState)state, heldFor), await PostAsync("Is this fine?"));
        var (address, body, bearer) = Assert.Single(_checks.Asked);
        Assert.Equal((Address, "token-7"), (address.ToString(), bearer));
        Assert.Equal(
            ["at", "isEdit", "isGuest", "name", "page", "site", "text"],
            JsonNode.Parse(body)!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("Ada", "Is this fine?", _page), (Field(body, "name"), Field(body, "text"), Field(body, "page")));
    }

    [Theory]
    [InlineData("false", CommentState.Published, "")]
    [InlineData("true", CommentState.Spam, "outside-spam:akismet")]
    [InlineData("invalid", CommentState.Pending, "outside-silent:akismet")]
    [InlineData("Missing required field: user_ip.", CommentState.Pending, "outside-silent:akismet")]
    public async Task Akismet_decides_by_its_word(string answer, object state, string heldFor)
    {
        await SetUpAsync(OutsideCheckKind.Akismet, "akismet-key");
        _checks.Answer = (_, _) => StandInChecks.Of(answer);

        Assert.Equal(((CommentState)state, heldFor), await PostAsync("Is this fine?"));
        var (address, body, _) = Assert.Single(_checks.Asked);
        var form = QueryHelpers.ParseQuery(body);
        Assert.Equal("https://rest.akismet.com/1.1/comment-check", address.ToString());
        Assert.Equal(
            "akismet-key https://blog.example/ Ada: Is this fine?",
            $"{form["api_key"]} {form["blog"]} {form["comment_author"]}: {form["comment_content"]}");
        Assert.DoesNotContain(form.Keys, key => key.EndsWith("_ip", StringComparison.Ordinal) || key.Contains("email", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_never_answers_holds_the_comment_when_its_time_is_over()
    {
        await SetUpAsync(OutsideCheckKind.Http);
        _checks.Answer = (_, stop) => StandInChecks.Never(stop);

        var posting = PostAsync("Anybody there?");
        await _checks.FirstAsked.Task.WaitAsync(Cancellation);
        Assert.False(posting.IsCompleted);
        _application.Clock.Advance(TimeSpan.FromSeconds(OutsideChecks.PatienceSeconds));

        Assert.Equal((CommentState.Pending, "outside-silent:http"), await posting);
    }

    [Fact]
    public async Task Several_services_are_asked_at_once_and_the_rules_order_decides()
    {
        await SetUpAsync(OutsideCheckKind.Http);
        await SetUpAsync(OutsideCheckKind.Akismet, "akismet-key");
        await RulesAsync(OutsideRule(OutsideCheckKind.Akismet), OutsideRule(OutsideCheckKind.Http));
        var both = new TaskCompletionSource();
        _checks.Answer = async (request, _) =>
        {
            // Each answers once the other was asked, too.
            if (_checks.Asked.Count == 2)
            {
                both.SetResult();
            }

            await both.Task;
            return await StandInChecks.Of(request.RequestUri!.Host == "check.example" ? """{"verdict":"hold"}""" : "true");
        };

        Assert.Equal((CommentState.Spam, "outside-spam:akismet"), await PostAsync("Is this fine?"));
    }

    [Fact]
    public async Task Nobody_is_asked_about_what_a_rule_before_decides_or_whoever_skips_the_rules()
    {
        await SetUpAsync(OutsideCheckKind.Http);
        await RulesAsync(new Rule { Condition = RuleCondition.Links, Verdict = RuleVerdict.Hold }, OutsideRule(OutsideCheckKind.Http));
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);

        await PostAsync("https://a.example");
        await moderator.PostAsync(_page, "Welcome");
        Assert.Empty(_checks.Asked);
        await PostAsync("Words");
        Assert.Single(_checks.Asked);
    }

    [Fact]
    public async Task A_check_whose_rule_is_left_when_it_is_gone_holds()
    {
        await RulesAsync(OutsideRule(OutsideCheckKind.Http));

        Assert.Equal((CommentState.Pending, "outside-silent:http"), await PostAsync("Words"));
    }

    [Fact]
    public async Task Answers_are_counted()
    {
        await SetUpAsync(OutsideCheckKind.Http);
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name == "embed.outside_checks")
            {
                to.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, number, tags, _) => counted.Add($"{number} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.Start();

        await PostAsync("Words");

        Assert.Contains("1 Http Publish", counted);
    }

    [Fact]
    public async Task The_connection_can_be_tried_without_anybody_s_comment()
    {
        await SetUpAsync(OutsideCheckKind.Http);
        await SetUpAsync(OutsideCheckKind.Akismet, "akismet-key");

        _checks.Answer = (request, _) => StandInChecks.Of(request.RequestUri!.AbsolutePath == "/1.1/verify-key" ? "valid" : """{"verdict":"publish"}""");
        Assert.Equal("", (await Change.TestAsync(_owner, OutsideCheckKind.Http, Cancellation)).Value);
        Assert.Equal("", (await Change.TestAsync(_owner, OutsideCheckKind.Akismet, Cancellation)).Value);

        _checks.Answer = (_, _) => StandInChecks.Of("invalid", HttpStatusCode.OK);
        Assert.Equal("It answered, but not with JSON as described.", (await Change.TestAsync(_owner, OutsideCheckKind.Http, Cancellation)).Value);
        Assert.Equal("Akismet does not know this key for this site.", (await Change.TestAsync(_owner, OutsideCheckKind.Akismet, Cancellation)).Value);

        _checks.Answer = (_, _) => StandInChecks.Of("", HttpStatusCode.NotFound);
        Assert.Contains("404", (await Change.TestAsync(_owner, OutsideCheckKind.Http, Cancellation)).Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://check.example/")]
    [InlineData("https://10.0.0.7/")]
    [InlineData("https://[::1]/")]
    [InlineData("http://localhost:8080/")]
    [InlineData("https://user:secret@check.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("check.example")]
    [InlineData("")]
    public async Task An_address_that_is_not_of_the_internet_is_not_taken(string address)
    {
        var saved = await Change.SaveAsync(_owner, OutsideCheckKind.Http, address, "", Cancellation);

        Assert.NotEqual("", saved.Value);
        Assert.Empty((await Change.ListAsync(_owner, Cancellation)).Value!);
    }

    [Fact]
    public async Task A_site_that_is_built_on_this_machine_may_ask_it()
    {
        await _application.ChangeSiteAsync(site => site.Origins = ["http://localhost:3000"]);
        var local = await AdminActors.OfAsync(_application, Role.Administrator);

        Assert.Equal("", (await Change.SaveAsync(local, OutsideCheckKind.Http, "http://localhost:8080/check", "", Cancellation)).Value);
    }

    [Fact]
    public async Task The_key_is_kept_protected_is_never_shown_and_goes_to_no_other_address()
    {
        await SetUpAsync(OutsideCheckKind.Http, "token-7");

        await using (var database = await _application.OpenDatabaseAsync())
        {
            Assert.DoesNotContain("token-7", (await database.OutsideChecks.SingleAsync(Cancellation)).Secret, StringComparison.Ordinal);
            Assert.DoesNotContain(await database.ModerationLog.ToListAsync(Cancellation), entry => entry.Changes.Contains("Secret", StringComparison.Ordinal));
        }

        Assert.Equal([new ChangeOutsideCheck.Shown(OutsideCheckKind.Http, Address, HasKey: true)], (await Change.ListAsync(_owner, Cancellation)).Value!);
        await Change.SaveAsync(_owner, OutsideCheckKind.Http, Address, "", Cancellation);
        Assert.True((await Change.ListAsync(_owner, Cancellation)).Value![0].HasKey);
        await Change.SaveAsync(_owner, OutsideCheckKind.Http, "https://elsewhere.example/", "", Cancellation);
        Assert.False((await Change.ListAsync(_owner, Cancellation)).Value![0].HasKey);
    }

    [Fact]
    public async Task An_undone_address_does_not_get_the_key_of_another()
    {
        await Change.SaveAsync(_owner, OutsideCheckKind.Http, "https://first.example/", "", Cancellation);
        await Change.SaveAsync(_owner, OutsideCheckKind.Http, Address, "", Cancellation);
        var moved = (await _application.ReadLogAsync())[0].Entry.Id;
        await Change.SaveAsync(_owner, OutsideCheckKind.Http, Address, "token-7", Cancellation);

        Assert.Equal(UndoResult.ChangedSince, Assert.Single(await _application.UndoAsync(moved)).Result);

        Assert.Equal([new ChangeOutsideCheck.Shown(OutsideCheckKind.Http, Address, HasKey: true)], (await Change.ListAsync(_owner, Cancellation)).Value!);
    }

    [Fact]
    public async Task Nobody_is_asked_about_an_edit_that_is_not_ones_own_to_make()
    {
        var comment = await _ada.PostAsync(_page, "Mine");
        await SetUpAsync(OutsideCheckKind.Http);
        using var eve = await Person.SignInAsync(_application, "Eve");

        await eve.EditAsync(comment, "Yours").AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await eve.EditAsync(comment + 999, "Nobody's").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");

        Assert.Empty(_checks.Asked);
    }

    [Fact]
    public async Task What_a_moderator_approves_though_Akismet_took_it_for_spam_Akismet_is_told()
    {
        await SetUpAsync(OutsideCheckKind.Akismet, "akismet-key");
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _checks.Answer = (request, _) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("submit-ham", StringComparison.Ordinal))
            {
                told.TrySetResult();
            }

            return StandInChecks.Of("true");
        };
        var comment = await _ada.PostAsync(_page, "Taken for spam");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);

        await moderator.ActAsync(_application, "approve", comment);

        await told.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task A_check_that_a_rule_asks_is_not_removed()
    {
        await SetUpAsync(OutsideCheckKind.Http);
        Assert.NotEqual("", (await Change.RemoveAsync(_owner, OutsideCheckKind.Http, Cancellation)).Value);

        await RulesAsync();

        Assert.Equal("", (await Change.RemoveAsync(_owner, OutsideCheckKind.Http, Cancellation)).Value);
        Assert.Empty((await Change.ListAsync(_owner, Cancellation)).Value!);
    }

    [Fact]
    public async Task Whoever_does_not_own_the_site_sees_and_changes_nothing()
    {
        var moderator = await AdminActors.OfAsync(_application, Role.Moderator);

        Assert.Equal(Refusal.NotAllowed, (await Change.ListAsync(moderator, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await Change.SaveAsync(moderator, OutsideCheckKind.Http, Address, "", Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await Change.RemoveAsync(moderator, OutsideCheckKind.Http, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await Change.TestAsync(moderator, OutsideCheckKind.Http, Cancellation)).Refusal);
    }

    [Fact]
    public async Task Akismet_is_told_where_a_moderator_decides_otherwise_and_only_there()
    {
        await SetUpAsync(OutsideCheckKind.Akismet, "akismet-key");
        _checks.Answer = (request, _) => StandInChecks.Of(request.RequestUri!.AbsolutePath.EndsWith("comment-check", StringComparison.Ordinal) ? "true" : "Thanks");
        var spam = await _ada.PostAsync(_page, "Taken for spam");
        _checks.Answer = (_, _) => StandInChecks.Of("false");
        var fine = await _ada.PostAsync(_page, "Let through");
        _checks.Asked.Clear();
        var teach = _application.Services.GetRequiredService<TeachOutsideChecks>();

        await teach.TeachAsync(spam, isSpam: true, Cancellation);
        await teach.TeachAsync(fine, isSpam: false, Cancellation);
        Assert.Empty(_checks.Asked);
        await teach.TeachAsync(spam, isSpam: false, Cancellation);
        await teach.TeachAsync(fine, isSpam: true, Cancellation);

        Assert.Equal(
            ["submit-ham Taken for spam", "submit-spam Let through"],
            _checks.Asked.Select(asked => $"{asked.Address.Segments[^1]} {QueryHelpers.ParseQuery(asked.Body)["comment_content"]}"));
    }

    private static Rule OutsideRule(OutsideCheckKind kind) =>
        new Rule { Condition = RuleCondition.OutsideCheck, Words = [kind.ToString()], Verdict = RuleVerdict.Spam };

    private static string? Field(string json, string name) => (string?)JsonNode.Parse(json)![name];

    private async Task SetUpAsync(OutsideCheckKind kind, string key = "")
    {
        Assert.Equal("", (await Change.SaveAsync(_owner, kind, Address, key, Cancellation)).Value);
        await RulesAsync(OutsideRule(kind));
    }

    private Task RulesAsync(params Rule[] rules) => _application.ChangeSiteAsync(site => site.Rules = [.. rules]);

    private async Task<(CommentState State, string HeldFor)> PostAsync(string body)
    {
        var id = await _ada.PostAsync(_page, body);
        await using var database = await _application.OpenDatabaseAsync();
        var comment = await database.Comments.AsNoTracking().SingleAsync(c => c.Id == id, Cancellation);
        return (comment.State, comment.HeldFor);
    }
}
