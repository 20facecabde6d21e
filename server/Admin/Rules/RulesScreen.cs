using Embed.Server.Model;
using Embed.Server.PreModeration;

namespace Embed.Server.Admin.Rules;

/// <summary>A list of rules while it is worked on, shared by the parts of the page.</summary>
/// <param name="changed">Called when the page is to be drawn again; whether the list differs from the saved one by now is known then.</param>
internal sealed class RulesScreen(Func<Task> changed)
{
    private static readonly Dictionary<int, string> NoFaults = [];

    /// <summary>The rules in order.</summary>
    public List<RuleDraft> Drafts { get; private set; } = [];

    /// <summary>The outside checks that the site has.</summary>
    public IReadOnlyList<ChangeOutsideCheck.Shown> Checks { get; set; } = [];

    /// <summary>What is wrong, by the rule's place from 0.</summary>
    public IReadOnlyDictionary<int, string> Faults { get; private set; } = NoFaults;

    /// <summary>What the rules would have done; null while nobody asked.</summary>
    public IReadOnlyList<SimulateRules.Row>? Rows { get; private set; }

    /// <summary>How many comments there were to judge; more than <see cref="Rows"/> where time ran out.</summary>
    public int Latest { get; private set; }

    /// <summary>Whether the rules have been changed since <see cref="Rows"/> were made.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Whether the list differs from the saved one.</summary>
    public bool IsUnsaved { get; private set; }

    /// <summary>The rule whose fields are shown.</summary>
    public RuleDraft? Opened { get; private set; }

    /// <summary>The rule that was moved last, and by how much: its button takes focus back. The browser takes it from what is moved.</summary>
    public (RuleDraft? Draft, int By) Moved { get; set; }

    /// <summary>What a screen reader says of the last change.</summary>
    public string Told { get; private set; } = "";

    /// <summary>The list as rules.</summary>
    public IReadOnlyList<Rule> Rules => Drafts.ConvertAll(draft => draft.ToRule());

    /// <summary>Begins anew with saved rules.</summary>
    public void Load(IEnumerable<Rule> rules)
    {
        Drafts = [.. rules.Select(RuleDraft.Of)];
        (Faults, Rows, Opened, IsUnsaved) = (NoFaults, null, null, false);
    }

    /// <summary>A rule by its id.</summary>
    public RuleDraft? Find(Guid id) => Drafts.Find(draft => draft.Id == id);

    /// <summary>Adds a rule at the end, open.</summary>
    public Task AddAsync(RuleCondition condition)
    {
        var draft = RuleDraft.Begin(condition);
        draft.Check = Checks.Count > 0 ? Checks[0].Kind : default;
        Drafts.Add(draft);
        return ChangeAsync($"Rule {Drafts.Count} was added.", draft);
    }

    /// <summary>Shows a rule's fields, or hides them.</summary>
    public Task OpenAsync(RuleDraft draft)
    {
        Opened = Opened == draft ? null : draft;
        return changed();
    }

    /// <summary>Moves a rule up (-1) or down (1); at the end of the list nothing happens.</summary>
    public Task MoveAsync(RuleDraft draft, int by)
    {
        var from = Drafts.IndexOf(draft);
        var to = from + by;
        if (from < 0 || to < 0 || to >= Drafts.Count)
        {
            return Task.CompletedTask;
        }

        Drafts.RemoveAt(from);
        Drafts.Insert(to, draft);
        Moved = (draft, by);
        return ChangeAsync($"It is rule {to + 1} of {Drafts.Count} now.", Opened);
    }

    /// <summary>Takes a rule off the list.</summary>
    public Task DeleteAsync(RuleDraft draft)
    {
        var place = Drafts.IndexOf(draft) + 1;
        Drafts.Remove(draft);
        return ChangeAsync($"Rule {place} was deleted.", Opened == draft ? null : Opened);
    }

    /// <summary>Something of a rule was changed.</summary>
    public Task ChangeAsync() => ChangeAsync("", Opened);

    /// <summary>Says what is wrong; the first rule concerned is opened.</summary>
    /// <returns>Whether anything is.</returns>
    public bool Show(IReadOnlyDictionary<int, string> faults)
    {
        Faults = faults;
        Opened = faults.Count > 0 ? Drafts.ElementAtOrDefault(faults.Keys.Min()) : Opened;
        return faults.Count > 0;
    }

    /// <summary>Shows what the rules as they are now would have done; null: nothing any more.</summary>
    public void Show(SimulateRules.Result? result) => (Rows, Latest, IsStale) = (result?.Rows, result?.Latest ?? 0, false);

    /// <summary>What is wrong with the list as it is.</summary>
    public IReadOnlyDictionary<int, string> FindFaults() => RuleLimits.Faults(Rules, [.. Checks.Select(check => check.Kind)]);

    // Faults and rows are of the list as it was.
    private Task ChangeAsync(string told, RuleDraft? opened)
    {
        (Faults, IsStale, IsUnsaved, Told, Opened) = (NoFaults, Rows is not null, true, told, opened);
        return changed();
    }
}
