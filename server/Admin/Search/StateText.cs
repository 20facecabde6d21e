using Embed.Server.Model;

namespace Embed.Server.Admin.Search;

/// <summary>What the pages below <c>/admin</c> call the states of comments.</summary>
internal static class StateText
{
    public static string Of(CommentState state) => state switch
    {
        CommentState.Pending => "held",
        CommentState.Published => "published",
        CommentState.Rejected => "rejected",
        CommentState.Spam => "spam",
        CommentState.Deleted => "deleted",
        CommentState.Shadowed => "seen by its author alone",
        _ => "in a deleted thread",
    };
}
