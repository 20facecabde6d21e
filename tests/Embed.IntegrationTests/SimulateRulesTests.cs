using Embed.Server.Admin.Rules;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Embed.IntegrationTests;

/// <summary>What rules would have done to comments that are there already.</summary>
public sealed class SimulateRulesTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _ben = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _ben = await Person.SignInAsync(_application, "Ben");
    }

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _ben.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Each_comment_is_judged_by_what_was_known_when_it_was_posted()
    {
        await PostAsync(_ada, "First of Ada");
        await PostAsync(_ada, "Second of Ada");
        await PostAsync(_ben, "First of Ben");
        await PostAsync(_ben, "second of ADA!");
        await PostAsync(_ben, "Third of Ben");

        Assert.Equal(
            ["", "", "first:1", "", "first:1"],
            await HeldAsync(new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold }));
        Assert.Equal(
            ["", "repeated:1", "", "", ""],
            await HeldAsync(new Rule { Condition = RuleCondition.RepeatedText, Number = 1, Verdict = RuleVerdict.Hold }));
        Assert.Equal(
            ["speed:2:10", "", "", "", ""],
            await HeldAsync(new Rule { Condition = RuleCondition.Speed, Number = 2, Minutes = 10, Verdict = RuleVerdict.Hold }));
        Assert.Equal(
            ["", "", "", "", ""],
            await HeldAsync(new Rule { Condition = RuleCondition.ThreadAge, Number = 1, Verdict = RuleVerdict.Hold }));
    }

    [Fact]
    public async Task It_says_the_same_as_posting_did()
    {
        Rule[] rules =
        [
            new Rule { Condition = RuleCondition.Words, Words = ["tea"], Verdict = RuleVerdict.Publish },
            new Rule { Condition = RuleCondition.RepeatedText, Number = 5, Verdict = RuleVerdict.Spam },
            new Rule { Condition = RuleCondition.Speed, Number = 3, Minutes = 20, Verdict = RuleVerdict.Hold },
            new Rule { Condition = RuleCondition.Links, Number = 0, Verdict = RuleVerdict.Hold },
            new Rule { Condition = RuleCondition.FirstComments, Number = 2, Verdict = RuleVerdict.Hold },
        ];
        await _application.ChangeSiteAsync(site => site.Rules = [.. rules]);
        string[] bodies = ["Hello", "About tea", "hello!", "https://a.example", "More tea", "Words", "Other words", "words."];
        foreach (var (i, body) in bodies.Index())
        {
            await PostAsync(i % 3 == 0 ? _ada : _ben, body);
        }

        var rows = await SimulateAsync(rules);

        await using var database = await _application.OpenDatabaseAsync();
        var stored = await database.Comments.AsNoTracking().OrderByDescending(c => c.Id).Select(c => new { c.State, c.HeldFor }).ToListAsync(Cancellation);
        Assert.Equal(stored.Select(c => (c.State, c.HeldFor)), rows.Select(row => (row.Drafted.State, row.Drafted.HeldFor)));
        Assert.True(rows.Select(row => row.Drafted.Verdict).Distinct().Count() == 3);
        Assert.DoesNotContain(rows, row => row.DiffersFromNow || row.DiffersFromSaved);
    }

    [Fact]
    public async Task Rows_say_what_would_differ_and_which_rule_decides()
    {
        await PostAsync(_ada, "Best casino in town");
        await PostAsync(_ben, "Fine");

        var rows = await SimulateAsync(
            new Rule { Condition = RuleCondition.Links, Verdict = RuleVerdict.Hold },
            new Rule { Condition = RuleCondition.Words, Words = ["casino"], Verdict = RuleVerdict.Refuse });

        Assert.Equal(["Fine", "Best casino in town"], rows.Select(row => row.Excerpt));
        Assert.Equal(["Ben", "Ada"], rows.Select(row => row.Author));
        Assert.Equal([(0, false, false), (2, true, true)], rows.Select(row => (row.Drafted.Rule, row.DiffersFromNow, row.DiffersFromSaved)));
    }

    [Fact]
    public async Task Whoever_skips_the_rules_skips_them_here_and_nobody_elsewhere_is_asked()
    {
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await PostAsync(moderator, "Welcome");
        await PostAsync(_ada, "Thanks");

        var rows = await SimulateAsync(
            new Rule { Condition = RuleCondition.OutsideCheck, Words = ["Http"], Verdict = RuleVerdict.Spam },
            new Rule { Condition = RuleCondition.Everything, Verdict = RuleVerdict.Hold });

        Assert.Equal([RuleVerdict.Hold, RuleVerdict.Publish], rows.Select(row => row.Drafted.Verdict));
    }

    [Fact]
    public async Task It_takes_a_few_queries_however_many_comments_there_are()
    {
        Rule[] rules =
        [
            new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold },
            new Rule { Condition = RuleCondition.RepeatedText, Number = 1, Verdict = RuleVerdict.Hold },
            new Rule { Condition = RuleCondition.AccountAge, Number = 1, Verdict = RuleVerdict.Hold },
        ];
        await PostAsync(_ada, "One");
        var owner = await AdminActors.OfAsync(_application, Role.Administrator);
        var simulate = _application.Services.GetRequiredService<SimulateRules>();
        var few = (await _application.Queries.DuringAsync(() => simulate.HandleAsync(owner, rules, Cancellation))).Count;
        for (var i = 0; i < 20; i++)
        {
            await PostAsync(i % 2 == 0 ? _ada : _ben, $"Comment {i}");
        }

        var many = (await _application.Queries.DuringAsync(() => simulate.HandleAsync(owner, rules, Cancellation))).Count;

        Assert.Equal(few, many);
        Assert.InRange(many, 1, 6);
    }

    [Fact]
    public void After_ten_seconds_it_stops_wherever_it_is_and_says_how_far_it_came()
    {
        var clock = new FakeTimeProvider();

        var rows = SimulateRules.Until(
            Enumerable.Range(1, SimulateRules.MaxComments),
            (comment, stop) =>
            {
                // A rule that takes three seconds for each comment.
                clock.Advance(TimeSpan.FromSeconds(3));
                stop.ThrowIfCancellationRequested();
                return comment;
            },
            clock, Cancellation);

        Assert.Equal([1, 2, 3], rows);
        using var left = new CancellationTokenSource();
        left.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => SimulateRules.Until([1], (comment, _) => comment, clock, left.Token));
    }

    [Fact]
    public async Task A_site_without_comments_has_nothing_to_show() =>
        Assert.Empty(await SimulateAsync(new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold }));

    private async Task PostAsync(Person person, string body)
    {
        await person.PostAsync(_page, body);
        _application.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task<IEnumerable<string>> HeldAsync(Rule rule) => (await SimulateAsync(rule)).Select(row => row.Drafted.HeldFor);

    private async Task<IReadOnlyList<SimulateRules.Row>> SimulateAsync(params Rule[] rules) =>
        (await _application.Services.GetRequiredService<SimulateRules>()
            .HandleAsync(await AdminActors.OfAsync(_application, Role.Administrator), rules, Cancellation)).Value!.Rows;
}
