using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>
/// Judges a comment by the rules and settings of its site, before its turn to be written. Only what rules that are on ask for is looked
/// up; a site without rules costs nothing. Two comments that come at the same moment may both miss the other.
/// </summary>
internal sealed class PreModerate(SharedReader reader, OutsideChecks outside, TimeProvider clock)
{
    /// <summary>The comment as it would be written.</summary>
    /// <param name="Body">The Markdown source.</param>
    /// <param name="BodyHtml">The HTML made of it.</param>
    /// <param name="TextHash">What it has in common with others that say the same.</param>
    /// <param name="DraftId">The draft that it is posted from; empty for an edit.</param>
    /// <param name="CommentId">The comment that is edited; 0 for a new one.</param>
    public sealed record Written(string Body, string BodyHtml, long TextHash, Guid DraftId = default, long CommentId = 0);

    private sealed record ThreadFacts(string Page, DateTimeOffset? BeganAt, int OpenFlags);

    /// <summary>Whether services elsewhere may be asked about somebody's comments.</summary>
    public static bool MayAskOutside(Actor actor) => actor.Role < SiteRole.Trusted && RuleBook.Of(actor.Site).Needs.OutsideChecks.Count > 0;

    /// <summary>Judges a new comment.</summary>
    public Task<Judgement> PostAsync(Actor actor, ThreadPlace place, Written written, CancellationToken cancellationToken) => JudgeAsync(
        actor,
        written,
        async (database, needs) => new ThreadFacts(
            place.Page.Address,
            needs.ThreadAge ? (await ThreadPlaces.FindThreadAsync(database, place, cancellationToken))?.CreatedAt : null,
            OpenFlags: 0),
        cancellationToken);

    /// <summary>Judges a comment anew, with another text. Of one that is not there nothing is known; the edit itself is refused.</summary>
    public Task<Judgement> EditAsync(Actor actor, Written written, CancellationToken cancellationToken) => JudgeAsync(
        actor,
        written,
        async (database, _) => await database.Comments
            .Where(c => c.Id == written.CommentId && c.SiteId == actor.Site.Id)
            .Select(c => new ThreadFacts(c.Thread!.PageAddress, c.Thread.CreatedAt, c.OpenFlags))
            .FirstOrDefaultAsync(cancellationToken) ?? new ThreadFacts(actor.Site.Origins[0], null, OpenFlags: 0),
        cancellationToken);

    private async Task<Judgement> JudgeAsync(
        Actor actor, Written written, Func<EmbedDbContext, RuleNeeds, Task<ThreadFacts>> ofThread, CancellationToken cancellationToken)
    {
        // Who is trusted, or moderates, is not looked at twice.
        if (actor.Role >= SiteRole.Trusted)
        {
            return Judgement.Published;
        }

        var isGuest = actor.Commenter.Kind == CommenterKind.Guest;
        var book = RuleBook.Of(actor.Site);
        if (book.IsEmpty)
        {
            return FirstState.Of(actor.Site, isGuest);
        }

        var (thread, facts) = await reader.ReadAsync(
            async database =>
            {
                var found = await ofThread(database, book.Needs);
                return (found, await GatherAsync(database, actor, written, found, book.Needs, cancellationToken));
            },
            cancellationToken);
        if (book.AsksOutside(facts))
        {
            var question = new OutsideQuestion(
                actor.Site.Key, new Uri(actor.Site.Origins[0]), thread.Page, facts.Name, facts.Body, isGuest, written.CommentId != 0, facts.Now);
            facts = facts with { Outside = await outside.AskAsync(actor.Site, book.Needs.OutsideChecks, question, cancellationToken) };
        }

        return book.Judge(facts) ?? FirstState.Of(actor.Site, isGuest);
    }

    private async Task<RuleFacts> GatherAsync(
        EmbedDbContext database, Actor actor, Written written, ThreadFacts thread, RuleNeeds needs, CancellationToken cancellationToken)
    {
        var (now, siteId, commenterId) = (clock.GetUtcNow(), actor.Site.Id, actor.Commenter.Id);
        // Neither itself before the edit, nor itself as a first try of the same draft has left it.
        var isEdit = written.DraftId == Guid.Empty;
        var others = database.Comments.Where(c => c.SiteId == siteId && c.Id != written.CommentId && (isEdit || c.DraftId != written.DraftId));
        var own = others.Where(c => c.CommenterId == commenterId);
        // Whoever is under a shadow ban sees those of theirs as published, and would wonder why they are new here for ever.
        var isShadowed = actor.IsShadowed;
        var (sameSince, postsSince) = (now.AddHours(-needs.SameTextHours), now.AddMinutes(-needs.PostsMinutes));
        return new RuleFacts
        {
            Body = written.Body,
            BodyHtml = written.BodyHtml,
            Name = actor.Commenter.Name,
            IsGuest = actor.Commenter.Kind == CommenterKind.Guest,
            Now = now,
            PublishedBefore = needs.PublishedUpTo == 0 ? 0
                : await own.Where(c => c.State == CommentState.Published || (isShadowed && c.State == CommentState.Shadowed)).OrderBy(c => c.Id).Take(needs.PublishedUpTo).CountAsync(cancellationToken),
            AccountMadeAt = needs.AccountAge
                ? await database.Accounts.Where(a => a.CommenterId == commenterId).MinAsync(a => a.MadeAt, cancellationToken)
                : null,
            SameTextAt = needs.SameTextHours == 0 ? null
                : await others.Where(c => c.TextHash == written.TextHash && c.PostedAt >= sameSince)
                    .MaxAsync(c => (DateTimeOffset?)c.PostedAt, cancellationToken),
            EarlierPosts = needs.PostsUpTo == 0 ? []
                : await own.Where(c => c.PostedAt > postsSince).OrderByDescending(c => c.Id).Take(needs.PostsUpTo)
                    .Select(c => c.PostedAt).ToListAsync(cancellationToken),
            ThreadBeganAt = thread.BeganAt,
            OpenFlags = thread.OpenFlags,
        };
    }
}
