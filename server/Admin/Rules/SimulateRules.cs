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
internal sealed class SimulateRules(IDbContextFactory<EmbedDbContext> databases, Administrators administrators)
{
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
        public bool DiffersFromNow => (State == CommentState.Published) != (Drafted.Verdict == RuleVerdict.Publish);

        /// <summary>Whether the draft does something else than the saved rules.</summary>
        public bool DiffersFromSaved => Saved.Verdict != Drafted.Verdict;
    }

    private sealed record Found(
        long Id, long CommenterId, string Body, string BodyHtml, long TextHash, int OpenFlags, CommentState State,
        DateTimeOffset PostedAt, DateTimeOffset ThreadBeganAt)
    {
        // What was posted before hashes were kept.
        public SimulatedHistory.Post Post { get; } = new(CommenterId, PostedAt, TextHash != 0 ? TextHash : RuleText.HashOf(Body));
    }

    /// <summary>Judges the latest comments, the latest first.</summary>
    /// <returns>The rows; refused: not-allowed.</returns>
    public async Task<Outcome<IReadOnlyList<Row>>> HandleAsync(Actor actor, IReadOnlyList<Rule> draft, CancellationToken cancellationToken)
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
        var rows = new List<Row>(found.Count);
        foreach (var comment in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var author = authors[comment.CommenterId];
            var facts = history.Before(comment.Post, FactsOf(comment, author, passed));
            var skips = trusted.Contains(author.Id);
            rows.Add(new Row(
                comment.Id, PlainText.Excerpt(comment.BodyHtml, ExcerptCharacters), author.Name, comment.PostedAt, comment.State,
                Judge(actor.Site, saved, facts, skips), Judge(actor.Site, drafted, facts, skips)));
            history.Add(comment.Post, comment.State == CommentState.Published);
        }

        rows.Reverse();
        return new Outcome<IReadOnlyList<Row>>(rows, null);
    }

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

    private static Judgement Judge(Site site, RuleBook book, RuleFacts facts, bool skipsRules) =>
        skipsRules ? Judgement.Published : book.Judge(facts) ?? FirstState.Of(site, facts.IsGuest);
}
