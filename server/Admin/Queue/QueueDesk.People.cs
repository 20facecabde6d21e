using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Widget;

namespace Embed.Server.Admin.Queue;

/// <summary>What is done about who wrote: answering them, and banning them.</summary>
internal sealed partial class QueueDesk
{
    /// <summary>What came of banning the authors of some comments.</summary>
    /// <param name="Entries">The entries of the log, for undoing it.</param>
    /// <param name="Banned">The names of who is banned.</param>
    /// <param name="Refused">The names of who is not; their comments say why.</param>
    /// <param name="Refusal">Why nobody at a site could be banned; null where that did not happen.</param>
    public sealed record BanResult(
        IReadOnlyList<long> Entries, IReadOnlyList<string> Banned, IReadOnlyList<string> Refused, Refusal? Refusal);

    /// <summary>Answers a comment as the moderator.</summary>
    /// <returns>The reply's id; refused as any comment is.</returns>
    public async Task<Outcome<long>> ReplyAsync(QueueItem item, string body, Guid draftId, CancellationToken cancellationToken)
    {
        var actor = await session.AdmitAsync(item.Comment.Site, cancellationToken);
        if (actor.Value is null)
        {
            return actor.Refusal!;
        }

        var thread = item.Comment.Thread;
        // The key of a thread with an id of its own is that, after a number sign.
        var id = thread.Key.StartsWith('#') ? thread.Key[1..] : null;
        var draft = new PostComment.Draft(thread.Address, id, null, item.Comment.Id, body, draftId);
        var posted = await post.HandleAsync(actor.Value, draft, cancellationToken);
        return posted.Value is { } reply ? reply.Id : posted.Refusal!;
    }

    /// <summary>Takes a reply back: it is deleted, as its author can at any time.</summary>
    /// <returns>What came of it, as a sentence.</returns>
    public async Task<string> DeleteReplyAsync(string site, long reply, CancellationToken cancellationToken)
    {
        var actor = await session.AdmitAsync(site, cancellationToken);
        var deleted = actor.Value is null ? actor.Refusal! : await moderate.DeleteAsync(actor.Value, reply, cancellationToken);
        if (deleted.Refusal is { } refusal)
        {
            return WidgetText.For("en").Sentence(refusal.ForWidget());
        }

        if (Items.Exists(item => item.Comment.Id == reply) && (await ActorsAsync(cancellationToken)).Value is { } by)
        {
            foreach (var comment in (await read.FindAsync(by, [reply], cancellationToken)).Value ?? [])
            {
                Put(comment);
            }
        }

        return "Your reply is deleted.";
    }

    /// <summary>Bans the authors of comments, at each site, or from the whole server, as one act; the comments stay as they are.</summary>
    public async Task<BanResult> BanAsync(
        IReadOnlyCollection<QueueItem> items, BanCommenter.Terms terms, CancellationToken cancellationToken)
    {
        var done = new List<(BanCommenter.Item Item, string Name)>();
        Refusal? refused = null;
        foreach (var site in items.GroupBy(item => terms.IsEverywhere ? items.First().Comment.Site : item.Comment.Site))
        {
            var names = site.DistinctBy(item => item.Comment.Author.Id).ToDictionary(item => item.Comment.Author.Id, item => item.Comment.Author.Name);
            var actor = await session.AdmitAsync(site.Key, cancellationToken);
            var banned = actor.Value is null ? actor.Refusal! : await bans.HandleAsync(Authority.Of(actor.Value), names.Keys, terms, cancellationToken);
            refused = banned.Refusal ?? refused;
            var results = (banned.Value ?? []).ToDictionary(result => result.CommenterId);
            done.AddRange(results.Values.Select(result => (result, AdminText.NameOf(names[result.CommenterId]))));
            foreach (var item in site)
            {
                item.Refusal = results.GetValueOrDefault(item.Comment.Author.Id)?.Refusal?.ForWidget();
            }
        }

        await RenewAuthorsAsync([.. done.Where(one => one.Item.Entry is not null).Select(one => one.Item.CommenterId)], cancellationToken);
        return new BanResult(
            [.. done.Select(one => one.Item.Entry).OfType<long>()],
            [.. done.Where(one => one.Item.Entry is not null).DistinctBy(one => one.Item.CommenterId).Select(one => one.Name)],
            [.. done.Where(one => one.Item.Entry is null).DistinctBy(one => one.Item.CommenterId).Select(one => one.Name)],
            refused);
    }

    private async Task RenewAuthorsAsync(HashSet<long> authors, CancellationToken cancellationToken)
    {
        if (authors.Count > 0 && (await ActorsAsync(cancellationToken)).Value is { } by)
        {
            var theirs = Items.Where(item => authors.Contains(item.Comment.Author.Id)).ToDictionary(item => item.Comment.Id);
            foreach (var comment in (await read.FindAsync(by, theirs.Keys, cancellationToken)).Value ?? [])
            {
                theirs[comment.Id].Comment = comment;
            }
        }
    }
}
