namespace Embed.Server.Model;

/// <summary>What has become of a comment. Values are stored; never renumber.</summary>
internal enum CommentState
{
    /// <summary>Waits for a moderator; only its author and moderators see it.</summary>
    Pending = 0,

    /// <summary>Everyone sees it.</summary>
    Published = 1,

    /// <summary>A moderator said no.</summary>
    Rejected = 2,

    /// <summary>Taken for advertising or abuse by machine or moderator.</summary>
    Spam = 3,

    /// <summary>Removed by its author or a moderator; a tombstone while replies hang from it.</summary>
    Deleted = 4,

    /// <summary>By somebody under a shadow ban: its author alone sees it, as if it were published.</summary>
    Shadowed = 5,

    /// <summary>
    /// Added to each of the others while the thread is deleted: nobody but administrators sees it then, and taking the flag away
    /// gives back the state it had.
    /// </summary>
    InDeletedThread = 8,
}

/// <summary>Reads what a stored state says.</summary>
internal static class CommentStates
{
    /// <summary>The state apart from whether the thread is deleted.</summary>
    public static CommentState Own(this CommentState state) => state & ~CommentState.InDeletedThread;
}

/// <summary>A contribution to a thread, or a reply to another comment of it.</summary>
internal sealed class Comment
{
    /// <summary>Longest Markdown source, in UTF-16 units: what a browser's <c>maxlength</c> counts.</summary>
    public const int MaxBodyCharacters = 10_000;

    public long Id { get; init; }

    public long ThreadId { get; init; }

    public CommentThread? Thread { get; init; }

    /// <summary>The thread's site: the latest comments of a site are one range of an index.</summary>
    public long SiteId { get; init; }

    /// <summary>The comment this one answers; null at top level.</summary>
    public long? ParentId { get; init; }

    /// <summary>The top-level comment of its branch; null at top level.</summary>
    public long? RootId { get; init; }

    /// <summary>Its place within the branch (<see cref="ReplyPath"/>); empty at top level.</summary>
    public string Path { get; init; } = "";

    /// <summary>0 at top level, else the parent's depth + 1. Unbounded: only indentation stops.</summary>
    public int Depth { get; init; }

    /// <summary>
    /// Its place among its siblings, from 1, given once: outline numbers built from it stay true when a neighbour goes.
    /// </summary>
    public int Number { get; init; }

    public long CommenterId { get; init; }

    public Commenter? Commenter { get; init; }

    /// <summary>
    /// Made by the client; with the commenter it makes a retried post return the first result. Empty where nobody can try again: of what
    /// was imported, and of somebody who is gone.
    /// </summary>
    public Guid DraftId { get; init; }

    public CommentState State { get; private set; }

    /// <summary>The Markdown source exactly as typed; empty once deleted.</summary>
    public string Body { get; private set; } = "";

    /// <summary>The sanitised HTML of <see cref="Body"/>, made once, when it was written.</summary>
    public string BodyHtml { get; private set; } = "";

    public int UpVotes { get; init; }

    public int DownVotes { get; init; }

    /// <summary>
    /// Published comments in the branch below it. (Below <see cref="ReplyPath.MaxLevels"/> levels only its own replies.) What is
    /// gone is shown as a tombstone while this is not 0.
    /// </summary>
    public int ReplyCount { get; init; }

    /// <summary>How much of the readers' approval is certain, in billionths: what "best first" sorts by.</summary>
    public int Score { get; init; }

    public DateTimeOffset PostedAt { get; init; }

    public DateTimeOffset? EditedAt { get; private set; }

    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Longest <see cref="HeldFor"/>, in characters.</summary>
    public const int MaxHeldForCharacters = 200;

    /// <summary>Longest <see cref="RemovalReason"/>, in characters.</summary>
    public const int MaxReasonCharacters = 200;

    /// <summary>Steps with every decision of a moderator and every edit: who decides says which they have seen.</summary>
    public int Revision { get; set; }

    /// <summary>Readers' reports that no moderator has seen yet.</summary>
    public int OpenFlags { get; set; }

    /// <summary>Why it waits or waited, or was taken for spam: a code such as <c>links:5</c>; empty where nothing held it.</summary>
    public string HeldFor { get; set; } = "";

    /// <summary>What a moderator says to readers about its removal; empty for nothing.</summary>
    public string RemovalReason { get; set; } = "";

    /// <summary>A hash of the normalised text, to find the same text again; 0 for comments from before there was one.</summary>
    public long TextHash { get; set; }

    /// <summary>Gives a new comment its text and first state.</summary>
    public Comment Write(string body, string html, CommentState state)
    {
        (Body, BodyHtml, State) = (body, html, state);
        return this;
    }

    /// <summary>Gives a new comment that was written elsewhere what became of it there.</summary>
    public Comment Date(DateTimeOffset? editedAt, DateTimeOffset? deletedAt)
    {
        (EditedAt, DeletedAt) = (editedAt, deletedAt);
        return this;
    }

    public void Edit(string body, string html, DateTimeOffset now) =>
        (Body, BodyHtml, EditedAt, Revision) = (body, html, now, Revision + 1);

    public void Hold() => Become(CommentState.Pending);

    public void Publish() => Become(CommentState.Published);

    public void Reject() => Become(CommentState.Rejected);

    public void MarkSpam() => Become(CommentState.Spam);

    /// <summary>Has its author alone see it, as if it were published.</summary>
    public void Shadow() => Become(CommentState.Shadowed);

    /// <summary>Whether somebody sees it as a published one: everybody, or its author under a shadow ban.</summary>
    public bool IsPublishedFor(long commenterId) =>
        State == CommentState.Published || (State == CommentState.Shadowed && CommenterId == commenterId);

    /// <summary>Takes the text away for good; the row stays to hold replies and numbers.</summary>
    public void Delete(DateTimeOffset now)
    {
        (Body, BodyHtml, TextHash, DeletedAt) = ("", "", 0, now);
        // Nobody has to look at it any more.
        OpenFlags = 0;
        Become(CommentState.Deleted | (State & CommentState.InDeletedThread));
    }

    private void Become(CommentState state) => (State, Revision) = (state, Revision + 1);
}

/// <summary>One commenter's opinion of one comment.</summary>
internal sealed class Vote
{
    public long CommentId { get; init; }

    public long CommenterId { get; init; }

    /// <summary>+1 or -1; taking a vote back removes the row.</summary>
    public int Value { get; set; }

    /// <summary>Whether it is of somebody under a shadow ban: they see it, and it counts for nothing.</summary>
    public bool IsShadowed { get; set; }
}
