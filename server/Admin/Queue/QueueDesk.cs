using Embed.Server.Admin.Shell;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Widget;

namespace Embed.Server.Admin.Queue;

/// <summary>
/// What one moderator has before them: the comments on the screen, what has become of them, and what has come since. Each call asks
/// anew who they are and where they moderate.
/// </summary>
internal sealed partial class QueueDesk(AdminSession session, ReadQueue read, ModerateComments moderate, UndoAct undo, PostComment post, BanCommenter bans)
{
    // What no comment's revision ever is.
    private const int Unseen = -1;

    // Fewer than these, and the next ones are fetched.
    private const int Least = 10;

    private readonly HashSet<long> _known = [];
    private string? _site;
    private bool _isOldestFirst;

    /// <summary>The tab.</summary>
    public QueueTab Tab { get; private set; }

    /// <summary>The comments on the screen, in order.</summary>
    public List<QueueItem> Items { get; } = [];

    /// <summary>Where the next page begins; null if there is none.</summary>
    public long? Next { get; private set; }

    /// <summary>How much there is to do.</summary>
    public QueueCounts Counts { get; private set; } = new(0, 0, 0);

    /// <summary>How many comments have come since, and are not on the screen.</summary>
    public int New { get; private set; }

    /// <summary>The sites that can be chosen.</summary>
    public IReadOnlyList<SiteChoice> Sites { get; private set; } = [];

    /// <summary>Whether whoever looks administers the server.</summary>
    public bool IsAdministrator { get; private set; }

    /// <summary>Reads a page of a tab.</summary>
    /// <returns>Why it cannot be read; null if it is there.</returns>
    public async Task<Refusal?> OpenAsync(QueueTab tab, string? site, bool isOldestFirst, long? after, CancellationToken cancellationToken)
    {
        (Tab, _site, _isOldestFirst) = (tab, site, isOldestFirst);
        var by = await ActorsAsync(cancellationToken);
        if (by.Refusal is not null)
        {
            return by.Refusal;
        }

        var page = await read.HandleAsync(by.Value!, tab, isOldestFirst, after, cancellationToken);
        if (page.Refusal is not null)
        {
            return page.Refusal;
        }

        Items.Clear();
        Items.AddRange(page.Value!.Comments.Select(comment => new QueueItem(comment)));
        Next = page.Value.Next;
        var (_, first) = (await read.FollowAsync(by.Value!, tab, isOldestFirst, [], cancellationToken)).Value;
        _known.Clear();
        _known.UnionWith(first);
        _known.UnionWith(Items.Select(item => item.Comment.Id));
        New = 0;
        Counts = (await read.CountAsync(by.Value!, cancellationToken)).Value!;
        return null;
    }

    /// <summary>Whose queues these are; for following them.</summary>
    public async Task<IReadOnlyList<long>> SiteIdsAsync(CancellationToken cancellationToken) =>
        [.. ((await ActorsAsync(cancellationToken)).Value ?? []).Select(actor => actor.Site.Id)];

    /// <summary>Looks what others have done meanwhile: to what is on the screen, which stays where it is, and besides.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if ((await ActorsAsync(cancellationToken)).Value is not { } by)
        {
            return;
        }

        var shown = Items.Where(item => !item.IsGone).ToList();
        var (looked, first) = (await read.FollowAsync(by, Tab, _isOldestFirst, [.. shown.Select(item => item.Comment.Id)], cancellationToken)).Value;
        var changed = shown.Where(item => !item.IsBusy && (!looked.TryGetValue(item.Comment.Id, out var now)
            || now != (item.Comment.Revision, item.Comment.OpenFlags))).ToList();
        if (changed.Count > 0)
        {
            await RenewAsync(by, changed, cancellationToken);
        }

        New = first.Count(id => !_known.Contains(id));
        Counts = (await read.CountAsync(by, cancellationToken)).Value ?? Counts;
    }

    /// <summary>Acts on some of the comments. Those that do not belong to the tab any more leave the screen.</summary>
    /// <param name="items">The comments.</param>
    /// <param name="act">The act.</param>
    /// <param name="seen">The revisions that whoever decides has seen, by the comments' ids; what has another one since is refused.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>What was done, for undoing it; refused where nothing could be done at all.</returns>
    public async Task<Outcome<IReadOnlyList<long>>> ActAsync(
        IReadOnlyCollection<QueueItem> items, CommentAct act, IReadOnlyDictionary<long, int> seen, CancellationToken cancellationToken)
    {
        List<long> entries = [];
        Refusal? refused = null;
        var asked = items.Where(item => !item.IsBusy && !item.IsGone && Items.Contains(item)).ToList();
        asked.ForEach(item => (item.IsBusy, item.Refusal) = (true, null));
        try
        {
            foreach (var site in asked.GroupBy(item => item.Comment.Site))
            {
                var actor = await session.AdmitAsync(site.Key, cancellationToken);
                var done = actor.Value is null ? actor.Refusal!
                    : await moderate.HandleAsync(
                        actor.Value, [.. site.Select(item => new ModerateComments.Seen(item.Comment.Id, seen.GetValueOrDefault(item.Comment.Id, Unseen)))], act,
                        cancellationToken);
                refused = done.Refusal ?? refused;
                foreach (var result in done.Value ?? [])
                {
                    site.First(item => item.Comment.Id == result.Id).Refusal = result.Refusal?.ForWidget();
                    entries.AddRange(result.Entry is { } entry ? [entry] : []);
                }
            }
        }
        finally
        {
            asked.ForEach(item => item.IsBusy = false);
        }

        if (refused is not null && entries.Count == 0)
        {
            return refused;
        }

        await SettleAsync(asked, cancellationToken);
        return entries;
    }

    /// <summary>Takes acts back; their comments come back to the screen where they belong.</summary>
    /// <returns>What came of it, as a sentence.</returns>
    public async Task<string> UndoAsync(IReadOnlyCollection<long> entries, IReadOnlyCollection<long> comments, CancellationToken cancellationToken)
    {
        var who = await session.CommenterAsync(cancellationToken);
        var done = who.Value is null ? who.Refusal! : await undo.HandleAsync(who.Value, ActedVia.Admin, entries, cancellationToken);
        if (done.Value is null)
        {
            return WidgetText.For("en").Sentence(done.Refusal!.ForWidget());
        }

        if ((await ActorsAsync(cancellationToken)).Value is { } by)
        {
            foreach (var comment in (await read.FindAsync(by, comments, cancellationToken)).Value ?? [])
            {
                Put(comment);
            }

            Counts = (await read.CountAsync(by, cancellationToken)).Value ?? Counts;
        }

        return QueueText.Undone(done.Value.ToList());
    }

    private async Task SettleAsync(List<QueueItem> asked, CancellationToken cancellationToken)
    {
        if ((await ActorsAsync(cancellationToken)).Value is not { } by)
        {
            return;
        }

        await RenewAsync(by, asked.Where(item => item.Refusal is not null), cancellationToken);
        var done = asked.Where(item => item.Refusal is null).ToDictionary(item => item.Comment.Id);
        foreach (var comment in (await read.FindAsync(by, done.Keys, cancellationToken)).Value ?? [])
        {
            (done[comment.Id].Comment, done[comment.Id].Others) = (comment, null);
        }

        Items.RemoveAll(item => done.ContainsKey(item.Comment.Id) && !item.IsIn(Tab));
        if (Items.Count < Least && Next is { } next)
        {
            var page = (await read.HandleAsync(by, Tab, _isOldestFirst, next, cancellationToken)).Value!;
            Items.AddRange(page.Comments.Where(comment => Items.TrueForAll(item => item.Comment.Id != comment.Id)).Select(comment => new QueueItem(comment)));
            _known.UnionWith(page.Comments.Select(comment => comment.Id));
            Next = page.Next;
        }

        Counts = (await read.CountAsync(by, cancellationToken)).Value ?? Counts;
    }

    // What somebody else has changed is shown as it is now, with who did it; it stays where it is.
    private async Task RenewAsync(IReadOnlyCollection<Actor> by, IEnumerable<QueueItem> changed, CancellationToken cancellationToken)
    {
        var items = changed.ToDictionary(item => item.Comment.Id);
        var found = (await read.FindAsync(by, items.Keys, cancellationToken)).Value ?? [];
        foreach (var comment in found)
        {
            var item = items[comment.Id];
            item.Others = comment.Revision == item.Comment.Revision ? item.Others : comment.Decided;
            item.Comment = comment;
            items.Remove(comment.Id);
        }

        foreach (var item in items.Values)
        {
            item.IsGone = true;
        }
    }

    private void Put(QueuedComment comment)
    {
        if (Items.Find(item => item.Comment.Id == comment.Id) is { } shown)
        {
            (shown.Comment, shown.Refusal, shown.Others) = (comment, null, null);
            return;
        }

        var put = new QueueItem(comment);
        // What belongs to a later page waits there.
        var isWithin = Next is not { } next || (_isOldestFirst ? comment.Id <= next : comment.Id >= next);
        if (put.IsIn(Tab) && isWithin && (_site is null || _site == comment.Site))
        {
            var at = Items.FindIndex(item => _isOldestFirst ? item.Comment.Id > comment.Id : item.Comment.Id < comment.Id);
            Items.Insert(at < 0 ? Items.Count : at, put);
        }
    }

    private async Task<Outcome<IReadOnlyList<Actor>>> ActorsAsync(CancellationToken cancellationToken)
    {
        var who = await session.CommenterAsync(cancellationToken);
        if (who.Value is not { } commenter)
        {
            return who.Refusal!;
        }

        var sites = await session.SitesAsync(commenter, cancellationToken);
        IsAdministrator = sites.Any(pair => pair.Role == SiteRole.Administrator);
        Sites = [.. sites.Select(pair => new SiteChoice(pair.Site.Key, pair.Site.Name))];
        List<Actor> actors =
        [
            .. sites.Where(pair => _site is null || pair.Site.Key == _site)
                .Select(pair => new Actor(pair.Site, commenter, new Standing(pair.Role, null, IsShadowed: false), ActedVia.Admin)),
        ];
        return actors.Count > 0 ? actors : Refusal.NotAllowed;
    }
}
