using System.Runtime.CompilerServices;
using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>
/// A site's rules, ready to judge by. Pure: facts in, verdict out. The first rule that is on and whose condition holds decides; where
/// none does, the site's own settings (<see cref="FirstState"/>).
/// </summary>
internal sealed class RuleBook
{
    // Sites are shared and never changed (SiteDirectory), so what was made for one is good as long as it is there.
    private static readonly ConditionalWeakTable<Site, RuleBook> Books = [];

    private readonly List<Prepared> _rules;

    /// <param name="rules">The list in order, with those that are off.</param>
    public RuleBook(IReadOnlyList<Rule> rules)
    {
        _rules = [.. rules.Select((rule, i) => new Prepared(rule, i + 1)).Where(prepared => !prepared.Rule.IsOff)];
        Needs = RuleNeeds.Of(_rules.Select(prepared => prepared.Rule));
    }

    /// <summary>Which facts the rules that are on ask for.</summary>
    public RuleNeeds Needs { get; }

    /// <summary>Whether no rule is on.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>The rules of a site.</summary>
    public static RuleBook Of(Site site) => Books.GetValue(site, static known => new RuleBook(known.Rules));

    /// <summary>Judges by the rules alone.</summary>
    /// <returns>
    /// The verdict of the first rule that decides; null where none does, or where one comes first that waits for the services
    /// elsewhere (<see cref="AsksOutside"/>).
    /// </returns>
    public Judgement? Judge(RuleFacts facts) => JudgeUntil(facts, CancellationToken.None);

    /// <summary>The same, stopped between two rules.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Judgement? JudgeUntil(RuleFacts facts, CancellationToken stop) => Find(facts, out _, stop);

    /// <summary>Judges a name by itself, by the rules on names alone.</summary>
    /// <returns>The verdict of the first that it has a word of; null for none.</returns>
    public Judgement? JudgeName(string name)
    {
        var normalised = RuleText.Normalise(name);
        return _rules.Find(prepared => prepared.HasWordOfName(normalised)) is { } found ? JudgementOf(found) : null;
    }

    /// <summary>Whether a rule that no other comes before asks what services elsewhere say, and none was asked.</summary>
    public bool AsksOutside(RuleFacts facts) => Find(facts, out var asksOutside, CancellationToken.None) is null && asksOutside;

    private Judgement? Find(RuleFacts facts, out bool asksOutside, CancellationToken stop)
    {
        asksOutside = false;
        foreach (var prepared in _rules)
        {
            stop.ThrowIfCancellationRequested();
            var rule = prepared.Rule;
            if (rule.Condition == RuleCondition.OutsideCheck && facts.Outside is null)
            {
                asksOutside = true;
                return null;
            }

            switch (prepared.Holds(facts))
            {
                case RuleAnswer.Holds:
                    return JudgementOf(prepared);
                case RuleAnswer.Unknown:
                    return new Judgement(RuleVerdict.Hold, HeldFor.Unanswered(rule), prepared.Place);
                case RuleAnswer.WantsModerator:
                    return new Judgement(RuleVerdict.Hold, HeldFor.OutsideHolds(rule), prepared.Place);
                default:
                    continue;
            }
        }

        return null;
    }

    private static Judgement JudgementOf(Prepared prepared) => new(
        prepared.Rule.Verdict, prepared.Rule.Verdict == RuleVerdict.Publish ? "" : HeldFor.Of(prepared.Rule), prepared.Place, prepared.Rule.Reason);

    private enum RuleAnswer
    {
        DoesNot,
        Holds,

        /// <summary>It could not be found out: then nothing is published unseen.</summary>
        Unknown,

        /// <summary>A service elsewhere says that somebody should look.</summary>
        WantsModerator,
    }

    /// <summary>A rule with what is made of its values once.</summary>
    private sealed class Prepared(Rule rule, int place)
    {
        private readonly WordList? _words = rule.Condition is RuleCondition.Words or RuleCondition.NameWords ? new WordList(rule.Words) : null;
        private readonly RulePattern? _pattern =
            rule is { Condition: RuleCondition.Pattern, Words: [var pattern, ..] } ? RulePattern.Of(pattern, out _) : null;

        public Rule Rule => rule;

        public int Place => place;

        public bool HasWordOfName(string normalised) => rule.Condition == RuleCondition.NameWords && _words!.IsIn(normalised);

        public RuleAnswer Holds(RuleFacts facts) => rule.Condition switch
        {
            RuleCondition.Pattern => _pattern?.Matches(facts.NormalisedLines) is { } matches ? Answer(matches) : RuleAnswer.Unknown,
            RuleCondition.OutsideCheck => OfOutside(facts),
            _ => Answer(Simply(facts)),
        };

        private bool Simply(RuleFacts facts) => rule.Condition switch
        {
            RuleCondition.Everything => true,
            RuleCondition.FirstComments => facts.PublishedBefore < rule.Number,
            RuleCondition.Links => facts.Links > rule.Number,
            RuleCondition.Words => _words!.IsIn(facts.Normalised),
            RuleCondition.NameWords => HasWordOfName(RuleText.Normalise(facts.Name)),
            RuleCondition.AccountAge => facts.AccountMadeAt is { } made && facts.Now - made < TimeSpan.FromDays(rule.Number),
            RuleCondition.Guest => facts.IsGuest,
            RuleCondition.RepeatedText => facts.SameTextAt is { } before && facts.Now - before <= TimeSpan.FromHours(rule.Number),
            // This one counts, too.
            RuleCondition.Speed => facts.EarlierPosts.Count(at => facts.Now - at < TimeSpan.FromMinutes(rule.Minutes)) >= rule.Number,
            RuleCondition.ThreadAge => facts.ThreadBeganAt is { } began && facts.Now - began > TimeSpan.FromDays(rule.Number),
            RuleCondition.Script => WritingScripts.AreMostLettersIn(facts.Body, rule.Words),
            RuleCondition.Flags => facts.OpenFlags >= rule.Number,
            _ => throw new InvalidOperationException($"Nothing answers {rule.Condition}."),
        };

        private RuleAnswer OfOutside(RuleFacts facts) => (RuleLimits.CheckOf(rule) is { } check ? facts.Outside!.GetValueOrDefault(check) : OutsideVerdict.None) switch
        {
            OutsideVerdict.Publish => RuleAnswer.DoesNot,
            OutsideVerdict.Spam => RuleAnswer.Holds,
            OutsideVerdict.Hold => RuleAnswer.WantsModerator,
            _ => RuleAnswer.Unknown,
        };

        private static RuleAnswer Answer(bool holds) => holds ? RuleAnswer.Holds : RuleAnswer.DoesNot;
    }
}
