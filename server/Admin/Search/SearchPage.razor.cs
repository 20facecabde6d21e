using System.Globalization;
using Embed.Server.Admin.Shell;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Search;

/// <summary>All comments of a site, in every state, by their words and by what else is known of them.</summary>
public sealed partial class SearchPage
{
    private const string OldestFirst = "oldest";

    private readonly CancellationTokenSource _leaving = new();
    private SearchComments.Page? _page;
    private Refusal? _refusal;
    private Refusal? _fault;
    private bool _isAdministrator;
    private bool _hasRead;
    private Form _typed = new("", "", "", "", "");

    // The form's fields as typed: the search is made when it is sent.
    private sealed record Form(string Text, string State, string From, string To, string Sort);

    /// <summary>The site's key.</summary>
    [Parameter]
    public required string Key { get; set; }

    /// <summary>What is looked for.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    /// <summary>In this state only.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>By this person only.</summary>
    [SupplyParameterFromQuery]
    public string? Author { get; set; }

    /// <summary>In this thread only.</summary>
    [SupplyParameterFromQuery]
    public string? Thread { get; set; }

    /// <summary>The first day.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary><c>oldest</c> for the oldest first.</summary>
    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>The id that the page before ended at, newest first.</summary>
    [SupplyParameterFromQuery]
    public string? Before { get; set; }

    /// <summary>The same, oldest first.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    private bool IsOldestFirst => Sort == OldestFirst;

    private long? AuthorId => AddressState.IdOf(Author);

    private long? ThreadId => AddressState.IdOf(Thread);

    // Where the page before ended; 0 for the first.
    private long Place => AddressState.IdOf(IsOldestFirst ? After : Before) ?? 0;

    // What only administrators see is for others no state at all.
    private CommentState? WantedState => SearchEndpoints.StateOf(State) is { } state && States.Contains(state) ? state : null;

    [Inject]
    private Browser Browser { get; set; } = null!;

    private IEnumerable<CommentState> States => Enum.GetValues<CommentState>().Where(state => _isAdministrator || state < CommentState.InDeletedThread);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        _typed = new Form(Text ?? "", State ?? "", From ?? "", To ?? "", IsOldestFirst ? OldestFirst : "");
        var actor = await Session.IdentifyAsync(Key, _leaving.Token);
        _hasRead = true;
        if (actor.Value is null)
        {
            _refusal = actor.Refusal;
            return;
        }

        _isAdministrator = actor.Value.Role == SiteRole.Administrator;
        var found = await Comments.HandleAsync(
            actor.Value,
            new SearchComments.Query(
                (Text ?? "").Trim(), WantedState, AuthorId, ThreadId, StartOf(LocalDays.Parse(From)), StartOf(LocalDays.Parse(To)?.AddDays(1)), Place,
                IsOldestFirst),
            _leaving.Token);
        _page = found.Value;
        // What is wrong with the words stands at their field, and they can be changed there.
        var isFault = found.Refusal == Refusal.SearchEmpty || found.Refusal == Refusal.SearchTooLong;
        _fault = isFault ? found.Refusal : null;
        _refusal = isFault ? null : found.Refusal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private void Send() => Navigation.Choose(
        ("q", _typed.Text.Trim()), ("state", _typed.State), ("from", _typed.From), ("to", _typed.To), ("sort", _typed.Sort), (KeyPager.Before, null),
        (KeyPager.After, null));

    private static string Typed(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private DateTimeOffset? StartOf(DateOnly? day) => day is { } known ? LocalDays.StartOf(known, Browser.Zone) : null;

    private static string? Next(SearchComments.Page page) => page.Next == 0 ? null : page.Next.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(FoundComment comment) =>
        comment.Title.Length > 0 ? comment.Title : Uri.UnescapeDataString(comment.Address);

    // Where it is decided on; null for what does not wait for anybody.
    private static string? QueueTab(FoundComment comment) =>
        comment.State == CommentState.Pending ? "held"
        : comment.State == CommentState.Spam ? "spam"
        : comment is { OpenFlags: > 0, State: < CommentState.InDeletedThread } ? "flagged"
        : null;

    private string Summary(SearchComments.Page page)
    {
        var shown = ThreadActText.Count(page.Comments.Count, "comment");
        var further = Place == 0 ? "" : IsOldestFirst ? " further on" : " further back";
        var order = IsOldestFirst ? "oldest first" : "newest first";
        return page.IsCutShort ? $"{shown} found{further} so far. There is too much to look through at once."
            : page.Next != 0 ? $"{shown}{further}, {order}. There are more."
            : page.Comments.Count == 0 ? $"Nothing was found{further}."
            : $"{shown}{further}, {order}.";
    }
}
