using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin;

/// <summary>What the pages below <c>/admin</c> say about acts on threads.</summary>
internal static class ThreadActText
{
    /// <summary>What an act that moved comments has done.</summary>
    public static string Of(ThreadActDetails details) => details switch
    {
        MergeThreads.Details merge => $"Merged {merge.FromAddress} into {merge.IntoAddress}: {Count(merge.Comments, "comment")}.",
        SplitBranch.Details split =>
            $"Split comment {split.Comment} off {split.FromAddress} to {split.IntoAddress}: {Count(split.Comments, "comment")}.",
        _ => $"Moved {details.FromAddress} to {details.IntoAddress}: {Count(details.Comments, "comment")}.",
    };

    /// <summary>What is the matter and what to do.</summary>
    public static string Of(ThreadActResult result) => result.Fault switch
    {
        ThreadFault.AddressInvalid =>
            $"Write the whole address of a page of this site, such as https://blog.example/post, at most {CommentThread.MaxAddressCharacters:N0} characters; or # and the id that the page’s snippet gives.",
        ThreadFault.NoThreadThere => "Nobody has commented on that page yet. To bring this thread there, move it.",
        ThreadFault.SameThread => "That address leads to this very thread. Name another page.",
        ThreadFault.SameAddress => "The thread is at this address already. Name another.",
        ThreadFault.AddressTaken => "There is another thread at this address. Merge this thread into it instead: the form for merging has the address already.",
        ThreadFault.CommentInvalid => "There is no such comment in this thread. Copy the address that the comment’s time leads to, or write its number.",
        ThreadFault.TitleTooLong => $"Write a title of at most {CommentThread.MaxTitleCharacters} characters.",
        _ => "There is no such thread any more.",
    };

    /// <summary>A number and what is counted.</summary>
    public static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
