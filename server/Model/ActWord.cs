namespace Embed.Server.Model;

/// <summary>The words of the moderation log: stable, kebab-case, never reused. Who may do an act may undo it.</summary>
internal static class ActWord
{
    public const string CommentApproved = "comment-approved";
    public const string CommentRejected = "comment-rejected";
    public const string CommentMarkedSpam = "comment-marked-spam";
    public const string CommentDeleted = "comment-deleted";
    public const string CommentEdited = "comment-edited";
    public const string CommentPinned = "comment-pinned";
    public const string CommentUnpinned = "comment-unpinned";
    public const string FlagsDismissed = "flags-dismissed";
    public const string ThreadClosed = "thread-closed";
    public const string ThreadOpened = "thread-opened";
    public const string ThreadChanged = "thread-changed";
    public const string ThreadDeleted = "thread-deleted";
    public const string ThreadsMerged = "threads-merged";
    public const string ThreadMoved = "thread-moved";
    public const string BranchSplit = "branch-split";
    public const string CommenterBanned = "commenter-banned";
    public const string BanLifted = "ban-lifted";
    public const string RoleGiven = "role-given";
    public const string RoleTaken = "role-taken";
    public const string InvitationMade = "invitation-made";
    public const string InvitationRevoked = "invitation-revoked";
    public const string InvitationAccepted = "invitation-accepted";
    public const string NoteAdded = "note-added";
    public const string NoteDeleted = "note-deleted";
    public const string SiteMade = "site-made";
    public const string SiteChanged = "site-changed";
    public const string RulesChanged = "rules-changed";
    public const string SingleSignOnChanged = "single-sign-on-changed";
    public const string ImportStarted = "import-started";
    public const string ImportStopped = "import-stopped";
    public const string ImportThrownAway = "import-thrown-away";
    public const string ImportUndone = "import-undone";
    public const string ClaimAccepted = "claim-accepted";
    public const string ClaimRefused = "claim-refused";
    public const string Exported = "exported";
    public const string Undone = "undone";

    /// <summary>The least role that may do the act, and so undo it; of roles, where nothing more is known of the act.</summary>
    public static SiteRole RoleFor(string word) => word switch
    {
        SiteChanged or RulesChanged or SingleSignOnChanged or RoleGiven or RoleTaken or InvitationMade or InvitationRevoked or InvitationAccepted
            or ThreadsMerged or ThreadMoved or BranchSplit => SiteRole.Owner,
        _ when word.StartsWith("comment-", StringComparison.Ordinal) || word is FlagsDismissed or ThreadClosed or ThreadOpened or ThreadChanged
            or ThreadDeleted or CommenterBanned or BanLifted or NoteAdded or NoteDeleted => SiteRole.Moderator,
        _ => SiteRole.Administrator,
    };
}
