using System.Globalization;
using System.Text.Json;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin;

/// <summary>What the pages below <c>/admin</c> say about acts on threads.</summary>
internal static class ThreadActText
{
    /// <summary>What an entry of the log says was done.</summary>
    public static string Of(ModerationLogEntry entry) => ThreadActDetails.Of(entry) switch
    {
        MergeThreads.Details merge => $"Merged {merge.FromAddress} into {merge.IntoAddress}: {Count(merge.Comments, "comment")}.",
        MoveThread.Details move => $"Moved {move.FromAddress} to {move.IntoAddress}: {Count(move.Comments, "comment")}.",
        SplitBranch.Details split =>
            $"Split comment {split.Comment} off {split.FromAddress} to {split.IntoAddress}: {Count(split.Comments, "comment")}.",
        _ when entry.Act == ActWord.ThreadDeleted => Of(JsonSerializer.Deserialize<DeleteThread.Details>(entry.Details, JsonSerializerOptions.Web)!),
        _ => BanCommenter.Details.Of(entry) is { } ban ? Of(entry, ban) : entry.Act,
    };

    private static string Of(DeleteThread.Details deleted) =>
        $"Deleted the thread {(deleted.Title.Length > 0 ? $"“{deleted.Title}” " : "")}of {deleted.Address}: {Count(deleted.Comments, "comment")}.";

    private static string Of(ModerationLogEntry entry, BanCommenter.Details ban) =>
        entry.Act == BanCommenter.LiftedWord ? $"Ended the ban of commenter {ban.Commenter}."
        : ban.Until is { } until ? $"Banned commenter {ban.Commenter} until {TimeOf(until)}."
        : $"Banned commenter {ban.Commenter} for good.";

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
        ThreadFault.UndoneAlready => "This has been undone already.",
        ThreadFault.LaterActFirst =>
            $"A later act builds on this one; undo that first: {Of(result.BlockedBy!)} ({TimeOf(result.BlockedBy!.At)})",
        _ => "There is no such thread or entry any more.",
    };

    /// <summary>A number and what is counted.</summary>
    public static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");

    /// <summary>A time as these pages write it.</summary>
    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
