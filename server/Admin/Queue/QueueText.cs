using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin.Queue;

/// <summary>The sentences of the queue.</summary>
internal static class QueueText
{
    /// <summary>The name of a tab.</summary>
    public static string NameOf(QueueTab tab) => tab switch
    {
        QueueTab.Held => "Held",
        QueueTab.Flagged => "Flagged",
        QueueTab.Spam => "Spam",
        _ => "Recent",
    };

    /// <summary>What an empty tab says.</summary>
    public static string NothingIn(QueueTab tab) => tab switch
    {
        QueueTab.Held => "Nothing waits.",
        QueueTab.Flagged => "Nobody has reported anything.",
        QueueTab.Spam => "There is no spam.",
        _ => "There are no comments yet.",
    };

    /// <summary>What readers report.</summary>
    public static string ReasonOf(string reason) => reason switch
    {
        "spam" => "Spam",
        "abuse" => "Abuse",
        "offTopic" => "Off topic",
        "unlawful" => "Unlawful or private",
        _ => "Something else",
    };

    /// <summary>Who did what.</summary>
    public static string Said(Decision decision) => decision.Act switch
    {
        Decision.EditedByAuthor => "Edited by its author",
        Decision.DeletedByAuthor => "Deleted by its author",
        ActWord.Undone => $"A decision was taken back by {By(decision)}",
        _ => $"{Done(decision.Act)} by {By(decision)}",
    };

    /// <summary>What was done, for the toast.</summary>
    /// <param name="act">The act.</param>
    /// <param name="count">With how many comments.</param>
    /// <param name="by">Whose the comment is, if it is one.</param>
    public static string Told(CommentAct act, int count, string by)
    {
        var done = act switch
        {
            CommentAct.Approve => "Approved",
            CommentAct.Reject => "Rejected",
            CommentAct.MarkSpam => "Marked as spam",
            CommentAct.Delete => "Deleted",
            CommentAct.Edit => "Edited",
            CommentAct.Pin => "Pinned",
            _ => "Unpinned",
        };
        return count == 1 ? $"{done}: the comment by {AdminText.NameOf(by)}." : $"{done}: {Number(count)} comments.";
    }

    /// <summary>What is said after it of those of a selection that were left alone; empty for none.</summary>
    /// <param name="count">How many somebody else has changed since they were selected.</param>
    public static string Kept(int count) => count switch
    {
        0 => "",
        1 => " One was changed meanwhile and is still selected: look at it again.",
        _ => $" {Number(count)} were changed meanwhile and are still selected: look at them again.",
    };

    /// <summary>Who was banned, and who was not.</summary>
    /// <param name="banned">The names of those who are.</param>
    /// <param name="refused">The names of those who could not be.</param>
    public static string Banned(IReadOnlyList<string> banned, IReadOnlyList<string> refused)
    {
        var done = banned.Count switch
        {
            0 => "Nobody was banned.",
            1 => $"Banned: {banned[0]}.",
            _ => $"Banned: {Number(banned.Count)} people.",
        };
        return refused.Count == 0 ? done : $"{done} Not banned: {Names(refused)}. Nobody bans themselves, or people with as much power.";
    }

    /// <summary>Some names, and how many others there are.</summary>
    public static string Names(IReadOnlyList<string> names)
    {
        const int Most = 5;
        return names.Count <= 1 ? string.Concat(names)
            : names.Count <= Most ? $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}"
            : $"{string.Join(", ", names.Take(Most - 1))} and {Number(names.Count - Most + 1)} others";
    }

    /// <summary>What came of undoing.</summary>
    public static string Undone(IReadOnlyCollection<UndoAct.Item> items)
    {
        var undone = items.Count(item => item.Result == UndoResult.Undone);
        return undone == items.Count ? "Undone."
            : undone == 0 ? "Nothing was undone: it has been changed again since."
            : $"{Number(undone)} of {Number(items.Count)} undone. The others have been changed again since.";
    }

    /// <summary>A number that may stand for more.</summary>
    public static string UpTo(int number, int most) => number >= most ? $"{Number(most)}+" : Number(number);

    /// <summary>A number as English writes it.</summary>
    public static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string By(Decision decision) => AdminText.NameOf(decision.By);

    private static string Done(string word) => word switch
    {
        ActWord.CommentApproved => "Approved",
        ActWord.CommentRejected => "Rejected",
        ActWord.CommentMarkedSpam => "Marked as spam",
        ActWord.CommentDeleted => "Deleted",
        ActWord.CommentEdited => "Edited",
        ActWord.FlagsDismissed => "Reports settled",
        _ => "Changed",
    };
}
