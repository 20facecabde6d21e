using Embed.Server.Moderation;

namespace Embed.Server.Admin;

/// <summary>The forms of a thread's page as they were typed, so that nothing is lost when one is refused.</summary>
/// <param name="Address">The new address, for a move.</param>
/// <param name="Into">The other thread's address, for merging.</param>
/// <param name="Comment">The comment to split off.</param>
/// <param name="Page">The address of the page that gets the branch.</param>
/// <param name="Title">That page's title.</param>
public sealed record ThreadActForm(string Address, string Into, string Comment, string Page, string Title)
{
    /// <summary>The fields of a form, or of an address that leads back to it.</summary>
    internal static ThreadActForm Read(Func<string, string?> field) =>
        new(field("address") ?? "", field("into") ?? "", field("comment") ?? "", field("page") ?? "", field("title") ?? "");

    /// <summary>The fields that have something in them, by their names.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Fields =>
    [
        .. new KeyValuePair<string, string>[]
        {
            new("address", Address), new("into", Into), new("comment", Comment), new("page", Page), new("title", Title),
        }.Where(typed => typed.Value.Length > 0),
    ];

    /// <summary>The name of the field that a fault concerns.</summary>
    internal static string FieldOf(string act, ThreadFault fault) => (act, fault) switch
    {
        (_, ThreadFault.CommentInvalid) => "comment",
        (_, ThreadFault.TitleTooLong) => "title",
        (MergeThreads.Word, _) => "into",
        (MoveThread.Word, _) => "address",
        _ => "page",
    };
}
