using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Comments;

/// <summary>
/// How fast one commenter may write and vote, by whatever way they come, counted by the minute. Moderators have
/// a queue to clear and are not slowed.
/// </summary>
internal sealed class CommenterPace(IOptions<EmbedOptions> options) : IDisposable
{
    private readonly Pace<long> _posts = new(options.Value.Limits.PostsPerCommenter, TimeSpan.FromMinutes(1));
    private readonly Pace<long> _votes = new(options.Value.Limits.VotesPerCommenter, TimeSpan.FromMinutes(1));

    /// <summary>Counts a comment or edit.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? Post(Actor actor) => Take(_posts, actor);

    /// <summary>Whether a comment or edit would be beyond the limit; counts nothing.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? AskPost(Actor actor) => Take(_posts, actor, times: 0);

    /// <summary>Counts a vote.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? Vote(Actor actor) => Take(_votes, actor);

    public void Dispose()
    {
        _posts.Dispose();
        _votes.Dispose();
    }

    private static Refusal? Take(Pace<long> pace, Actor actor, int times = 1) =>
        !actor.IsModerator && pace.Take(actor.Commenter.Id, times) is { } wait ? Refusal.TooMany(wait) : null;
}
