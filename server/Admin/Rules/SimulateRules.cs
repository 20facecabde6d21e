using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Rules;

/// <summary>
/// What a list of rules would have done to the latest comments of a site, and what the saved list would have done. Facts are as they
/// were when each comment was posted, as far as is known; <see cref="Approximations"/> says what is not. A few queries in all.
/// </summary>
internal sealed class SimulateRules(IDbContextFactory<EmbedDbContext> databases, Administrators administrators, TimeProvider clock)
{
    /// <summary>How long comments are judged, in seconds: slow patterns must not keep the server busy for whoever tries them.</summary>
    public const int PatienceSeconds = 10;

    /// <summary>How many of the latest comments.</summary>
    public const int MaxComments = 500;

    // Excerpts on the page, in characters.
    private const int ExcerptCharacters = 140;

    /// <summary>What differs from how it was, for whoever reads the result.</summary>
    public static readonly IReadOnlyList<string> Approximations =
    [
        "Text, name, flags and role are as they are now, not as they were when the comment was posted.",
        "Earlier comments of a person count if they are published now.",
        "Outside checks are not asked: a rule about one passes every comment on.",
        "Deleted comments have no text any more and are left out. Comments that were refused were never kept.",
    ];

    /// <summary>One comment.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Excerpt">The beginning of its text.</param>
    /// <param name="Author">The name shown beside it.</param>
    /// <param name="PostedAt">When it was posted.</param>
    /// <param name="State">What it is now.</param>
    /// <param name="Saved">What the saved rules say of it.</param>
    /// <param name="Drafted">What the rules as drafted say of it.</param>
    public sealed record Row(
        long Id, string Excerpt, string Author, DateTimeOffset PostedAt, CommentState State, Judgement Saved, Judgement Drafted)
    {
        /// <summary>Whether readers would have seen it at once and do not see it now, or the other way round.</summary>
        public bool DiffersFromNow => IsUp(State) != (Drafted.Verdict == RuleVerdict.Publish);

        /// <summary>Whether the draft does something else than the saved rules.</summary>
        public bool DiffersFromSaved => Saved.Verdict != Drafted.Verdict;
    }

    /// <summary>What would have been done.</summary>
    /// <param name="Rows">The comments judged, the latest first.</param>
    /// <param name="Latest">How many there are to judge; more than the rows where time ran out.</param>
    public sealed record Result(IReadOnlyList<Row> Rows, int Latest);

    private sealed record Found(
        long Id, long CommenterId, string Body, string BodyHtml, long TextHash, int OpenFlags, CommentState State,
        DateTimeOffset PostedAt, DateTimeOffset ThreadBeganAt)
    {
        // What was posted before hashes were kept.
        public SimulatedHistory.Post Post { get; } = new(CommenterId, PostedAt, TextHash != 0 ? TextHash : RuleText.HashOf(Body));
    }

    /// <summary>Judges the latest comments, the latest first, until time runs out.</summary>
    /// <returns>What would have been done; refused: not-allowed.</returns>
    public async Task<Outcome<Result>> HandleAsync(Actor actor, IReadOnlyList<Rule> draft, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var found = await database.Comments.AsNoTracking()
            .Where(c => c.SiteId == actor.Site.Id && c.State != CommentState.Deleted)
            .OrderByDescending(c => c.Id).Take(MaxComments)
            .Select(c => new Found(
                c.Id, c.CommenterId, c.Body, c.BodyHtml, c.TextHash, c.OpenFlags, c.State, c.PostedAt, c.Thread!.CreatedAt))
            .ToListAsync(cancellationToken);
        found.Reverse();
        var people = found.Select(c => c.CommenterId).Distinct().ToList();
        var authors = await database.Commenters.AsNoTracking().Include(c => c.Accounts)
            .Where(c => people.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellationToken);
        var trusted = await TrustedAsync(database, actor.Site, authors.Values, cancellationToken);
        var (saved, drafted) = (RuleBook.Of(actor.Site), new RuleBook(draft));
        var needs = RuleNeeds.Widest(saved.Needs, drafted.Needs);
        var history = await SimulatedHistory.ReadAsync(
            database, actor.Site.Id, found.FirstOrDefault()?.Id ?? 0, people, needs, cancellationToken);
        var passed = needs.OutsideChecks.ToDictionary(id => id, _ => OutsideVerdict.Publish);
        var known = new List<(Found Comment, RuleFacts Facts)>(found.Count);
        foreach (var comment in found)
        {
            known.Add((comment, history.Before(comment.Post, FactsOf(comment, authors[comment.CommenterId], passed))));
            history.Add(comment.Post, IsUp(comment.State));
        }

        known.Reverse();
        // Not on the thread of whoever looks at the page: it goes on drawing.
        var rows = await Task.Run(
            () => Until(
                known,
                (pair, stop) => new Row(
                    pair.Comment.Id, PlainText.Excerpt(pair.Comment.BodyHtml, ExcerptCharacters), pair.Facts.Name, pair.Comment.PostedAt, pair.Comment.State,
                    Judge(actor.Site, saved, pair, trusted, stop), Judge(actor.Site, drafted, pair, trusted, stop)),
                clock, cancellationToken),
            cancellationToken);
        return new Result(rows, known.Count);
    }

    /// <summary>Judges one after another, as far as <see cref="PatienceSeconds"/> reach.</summary>
    internal static List<TRow> Until<T, TRow>(
        IEnumerable<T> comments, Func<T, CancellationToken, TRow> judge, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(PatienceSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var rows = new List<TRow>();
        try
        {
            foreach (var comment in comments)
            {
                either.Token.ThrowIfCancellationRequested();
                rows.Add(judge(comment, either.Token));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever asked is told how far it came.
        }

        return rows;
    }

    // Whoever is under a shadow ban sees theirs as published: rules let them through.
    private static bool IsUp(CommentState state) => state is CommentState.Published or CommentState.Shadowed;

    // As Standings finds it for one person at a time.
    private async Task<HashSet<long>> TrustedAsync(
        EmbedDbContext database, Site site, IReadOnlyCollection<Commenter> authors, CancellationToken cancellationToken)
    {
        var granted = await database.RoleGrants.Where(g => (g.SiteId == site.Id || g.SiteId == null) && g.Role >= SiteRole.Trusted)
            .Select(g => g.CommenterId).ToListAsync(cancellationToken);
        return
        [
            .. granted,
            .. authors.Where(author => administrators.Contains(author) || Administrators.IsListed(site.Moderators, author)).Select(author => author.Id),
        ];
    }

    private static RuleFacts FactsOf(Found comment, Commenter author, Dictionary<OutsideCheckKind, OutsideVerdict> outside) => new()
    {
        Body = comment.Body,
        BodyHtml = comment.BodyHtml,
        Name = author.Name,
        IsGuest = author.Kind == CommenterKind.Guest,
        Now = comment.PostedAt,
        AccountMadeAt = author.Accounts.Min(account => account.MadeAt),
        ThreadBeganAt = comment.ThreadBeganAt,
        OpenFlags = comment.OpenFlags,
        Outside = outside,
    };

    private static Judgement Judge(Site site, RuleBook book, (Found Comment, RuleFacts Facts) of, HashSet<long> trusted, CancellationToken stop) =>
        trusted.Contains(of.Comment.CommenterId) ? Judgement.Published : book.JudgeUntil(of.Facts, stop) ?? FirstState.Of(site, of.Facts.IsGuest);
}
