using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>Decides whether a new comment is shown at once or waits. Pure: facts in, verdict out.</summary>
internal static class FirstState
{
    /// <summary>A site that holds comments holds everyone's but its moderators'; one that holds guests', at least theirs.</summary>
    public static CommentState Of(Site site, CommenterKind kind, bool isModerator) =>
        !isModerator && (site.HoldsComments || (site.HoldsGuests && kind == CommenterKind.Guest)) ? CommentState.Pending : CommentState.Published;
}
