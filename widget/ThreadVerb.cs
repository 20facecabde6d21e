namespace Embed.Widget;

/// <summary>
/// What somebody pressed. In the fragment the same buttons carry <see cref="Verb"/> and <see cref="CommentId"/> as
/// <c>data-act</c> and <c>data-id</c>; <c>embed.js</c> starts the circuit and presses them again there.
/// </summary>
/// <param name="Verb">One of the constants of <see cref="ThreadVerb"/>.</param>
/// <param name="CommentId">The comment it concerns; 0 for the thread itself.</param>
/// <param name="Revision">The comment's <see cref="ModeratorFacts.Revision"/> that was on the screen; 0 for all but moderators.</param>
public sealed record ThreadAct(string Verb, long CommentId = 0, int Revision = 0);

/// <summary>The verbs of <see cref="ThreadAct"/>; they stand in the markup, so they are lower-case words.</summary>
public static class ThreadVerb
{
    /// <summary>Open the form for a new top-level comment.</summary>
    public const string Compose = "compose";

    /// <summary>Open the reply form below a comment.</summary>
    public const string Reply = "reply";

    /// <summary>Open the editing form in place of a comment.</summary>
    public const string Edit = "edit";

    /// <summary>Ask whether to delete.</summary>
    public const string Delete = "delete";

    /// <summary>Delete, having been asked.</summary>
    public const string DeleteConfirmed = "delete-yes";

    /// <summary>Keep the comment after all.</summary>
    public const string DeleteCancelled = "delete-no";

    /// <summary>Vote for a comment, or take that vote back.</summary>
    public const string VoteUp = "up";

    /// <summary>Vote against a comment, or take that vote back.</summary>
    public const string VoteDown = "down";

    /// <summary>A moderator publishes a pending comment.</summary>
    public const string Approve = "approve";

    /// <summary>A moderator rejects a pending comment.</summary>
    public const string Reject = "reject";

    /// <summary>A moderator closes the thread.</summary>
    public const string CloseThread = "close";

    /// <summary>A moderator reopens the thread.</summary>
    public const string ReopenThread = "reopen";

    /// <summary>Open or close what a moderator can do with a comment, or (0) with the thread.</summary>
    public const string Moderate = "moderate";

    /// <summary>A moderator deletes a comment, and may say why to everybody.</summary>
    public const string DeleteWithReason = "delete-why";

    /// <summary>A moderator takes a comment for advertising or abuse.</summary>
    public const string Spam = "spam";

    /// <summary>A moderator has a comment shown first.</summary>
    public const string Pin = "pin";

    /// <summary>A moderator ends that.</summary>
    public const string Unpin = "unpin";

    /// <summary>A moderator finds nothing in what readers have reported.</summary>
    public const string DismissFlags = "dismiss";

    /// <summary>A moderator bans a comment's author.</summary>
    public const string Ban = "ban";

    /// <summary>A moderator writes a note at the top of the thread.</summary>
    public const string Note = "note";

    /// <summary>A moderator lets each person write once in so many minutes.</summary>
    public const string SlowMode = "slow";

    /// <summary>Take the last act of a moderator back.</summary>
    public const string Undo = "undo";

    /// <summary>Report a comment to the moderators.</summary>
    public const string Flag = "flag";

    /// <summary>Take the report back.</summary>
    public const string Unflag = "unflag";

    /// <summary>Show nothing of a person any more; done by the browser alone, which remembers it.</summary>
    public const string HidePerson = "hide";

    /// <summary>Show more: the replies after a comment in its branch, or the next top-level comments.</summary>
    public const string More = "more";

    /// <summary>Show the thread from its start, where it was opened around a comment.</summary>
    public const string FromStart = "earlier";

    /// <summary>Choose another order; done by the browser, which remembers it.</summary>
    public const string Sort = "sort";

    /// <summary>Sign in; done by the browser alone.</summary>
    public const string SignIn = "signin";

    /// <summary>Open the page of one's account, signed in there by this page's session; done by the browser.</summary>
    public const string Account = "account";

    /// <summary>Sign out; done by the browser, which drops its token.</summary>
    public const string SignOut = "signout";

    /// <summary>Collapse or expand a branch; done by the browser alone, in both renderings.</summary>
    public const string Fold = "fold";
}
