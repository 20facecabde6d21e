using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>Words of the log that are about the same kind of thing, to look for together.</summary>
/// <param name="Name">What it is called in addresses.</param>
/// <param name="Words">Its words.</param>
internal sealed record ActGroup(string Name, IReadOnlyList<string> Words)
{
    /// <summary>All groups; every word is in one of them.</summary>
    public static readonly IReadOnlyList<ActGroup> All =
    [
        new("comments",
        [
            ActWord.CommentApproved, ActWord.CommentRejected, ActWord.CommentMarkedSpam, ActWord.CommentDeleted, ActWord.CommentEdited,
            ActWord.CommentPinned, ActWord.CommentUnpinned, ActWord.FlagsDismissed,
        ]),
        new("threads",
        [
            ActWord.ThreadClosed, ActWord.ThreadOpened, ActWord.ThreadChanged, ActWord.ThreadDeleted, MergeThreads.Word, MoveThread.Word,
            SplitBranch.Word,
        ]),
        new("people",
        [
            ActWord.CommenterBanned, ActWord.BanLifted, ActWord.NoteAdded, ActWord.NoteDeleted, ActWord.RoleGiven, ActWord.RoleTaken,
            ActWord.InvitationMade, ActWord.InvitationRevoked, ActWord.InvitationAccepted,
        ]),
        new("sites", [ActWord.SiteMade, ActWord.SiteChanged, ActWord.RulesChanged, ActWord.SingleSignOnChanged]),
        new("transfers",
        [
            ActWord.ImportStarted, ActWord.ImportStopped, ActWord.ImportThrownAway, ActWord.ImportUndone, ActWord.ClaimAccepted, ActWord.ClaimRefused,
            ActWord.Exported,
        ]),
        new("undone", [ActWord.Undone]),
    ];

    /// <summary>The words that a group's name or a word itself stands for; none for neither.</summary>
    public static IReadOnlyList<string> WordsOf(string name) =>
        All.FirstOrDefault(group => group.Name == name)?.Words
        ?? (All.Any(group => group.Words.Contains(name)) ? [name] : []);
}
