using Embed.Server.Model;

namespace Embed.Server.Admin;

/// <summary>What the pages below <c>/admin</c> call the states of comments.</summary>
internal static class StateText
{
    public static string Of(CommentState state) => state switch
    {
        CommentState.Pending => "Held",
        CommentState.Published => "Published",
        CommentState.Rejected => "Rejected",
        CommentState.Spam => "Spam",
        CommentState.Deleted => "Deleted",
        CommentState.Shadowed => "Seen by its author alone",
        _ => "In a deleted thread",
    };

    /// <summary>The same, of the API's word.</summary>
    public static string Of(string word) => Of(Enum.Parse<CommentState>(word, ignoreCase: true));
}
