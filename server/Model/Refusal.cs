using Embed.Widget;

namespace Embed.Server.Model;

/// <summary>
/// An expected no. Codes are public contract: kebab-case, never reused. The sentence for each is the resource
/// <c>Refusal_{code}</c> in the widget's texts, so that the API and the page say the same.
/// </summary>
/// <param name="Code">The stable code.</param>
/// <param name="Status">The HTTP status it becomes.</param>
/// <param name="Limit">The number named in the sentence, where there is one.</param>
/// <param name="RetryAfter">When trying again makes sense, where that is known.</param>
/// <param name="Until">When it ends, where it does: then the sentence is <c>Refusal_{code}-until</c>.</param>
/// <param name="Reason">What the site says itself, where it does: then the sentence is <c>Refusal_{code}-because</c> and quotes it, as text.</param>
internal sealed record Refusal(
    string Code, int Status, long? Limit = null, TimeSpan? RetryAfter = null, DateTimeOffset? Until = null, string? Reason = null)
{
    public static readonly Refusal SiteNotFound = new("site-not-found", 404);
    public static readonly Refusal CommentNotFound = new("comment-not-found", 404);
    public static readonly Refusal OriginNotAllowed = new("origin-not-allowed", 403);
    public static readonly Refusal SignInRequired = new("sign-in-required", 401);
    public static readonly Refusal NotAllowed = new("not-allowed", 403);
    public static readonly Refusal ThreadClosed = new("thread-closed", 409);
    public static readonly Refusal ParentGone = new("parent-gone", 409);
    public static readonly Refusal BodyEmpty = new("body-empty", 422);
    public static readonly Refusal BodyTooLong = new("body-too-long", 422, Comment.MaxBodyCharacters);
    public static readonly Refusal BodyTooNested = new("body-too-nested", 422);
    public static readonly Refusal TitleTooLong = new("title-too-long", 422, CommentThread.MaxTitleCharacters);
    public static readonly Refusal PageInvalid = new("page-invalid", 422, CommentThread.MaxAddressCharacters);
    public static readonly Refusal PlaceUnknown = new("place-unknown", 422);
    public static readonly Refusal ThreadTooLong = new("thread-too-long", 422);
    public static readonly Refusal DraftIdMissing = new("draft-id-missing", 422);
    public static readonly Refusal EditWindowOver = new("edit-window-over", 403);
    public static readonly Refusal OwnComment = new("own-comment", 403);
    public static readonly Refusal VoteInvalid = new("vote-invalid", 422);
    public static readonly Refusal CodeInvalid = new("code-invalid", 400);
    public static readonly Refusal SignInUnfinished = new("sign-in-unfinished", 409);
    public static readonly Refusal FormExpired = new("form-expired", 400);
    public static readonly Refusal SsoInvalid = new("sso-invalid", 400);
    public static readonly Refusal SsoExpired = new("sso-expired", 410);
    public static readonly Refusal SsoUnavailable = new("sso-unavailable", 503, RetryAfter: TimeSpan.FromSeconds(30));

    public static readonly Refusal TooManyPages = new("too-many-pages", 422, 100);
    public static readonly Refusal CountInvalid = new("count-invalid", 422, 50);
    public static readonly Refusal RequestInvalid = new("request-invalid", 400);
    public static readonly Refusal RequestTooLarge = new("request-too-large", 413);
    public static readonly Refusal MediaTypeUnsupported = new("media-type-unsupported", 415);
    public static readonly Refusal AddressNotFound = new("address-not-found", 404);
    public static readonly Refusal CircuitsFull = new("circuits-full", 503, RetryAfter: TimeSpan.FromSeconds(30));
    public static readonly Refusal ServerBusy = new("server-busy", 503, RetryAfter: TimeSpan.FromSeconds(2));

    public static readonly Refusal TooManyThreads = new("too-many-threads", 422, 20);
    public static readonly Refusal StreamsFull = new("streams-full", 503, RetryAfter: TimeSpan.FromMinutes(5));

    public static readonly Refusal GuestsNotAllowed = new("guests-not-allowed", 403);
    public static readonly Refusal GuestSignedIn = new("guest-signed-in", 409);
    public static readonly Refusal GuestVote = new("guest-vote", 403);
    public static readonly Refusal GuestNameInvalid = new("guest-name-invalid", 422, Commenter.MaxNameCharacters);
    public static readonly Refusal LogFilterInvalid = new("log-filter-invalid", 422);
    public static readonly Refusal TooManyEntries = new("too-many-entries", 422, 100);
    public static readonly Refusal CommenterNotFound = new("commenter-not-found", 404);
    public static readonly Refusal TooManyComments = new("too-many-comments", 422, 100);
    public static readonly Refusal ReasonTooLong = new("reason-too-long", 422, Comment.MaxReasonCharacters);
    public static readonly Refusal DecidedAlready = new("decided-already", 409);
    public static readonly Refusal CommentDeleted = new("comment-deleted", 409);
    public static readonly Refusal CommentUnpublished = new("comment-unpublished", 409);
    public static readonly Refusal BanReasonTooLong = new("ban-reason-too-long", 422, Ban.MaxReasonCharacters);
    public static readonly Refusal ClaimNotFound = new("claim-not-found", 404);
    public static readonly Refusal ClaimDecided = new("claim-decided", 409);
    public static readonly Refusal ClaimBanned = new("claim-banned", 409);
    public static readonly Refusal LastAdministrator = new("last-administrator", 409);
    public static readonly Refusal RoleHeldAlready = new("role-held-already", 409);
    public static readonly Refusal InvitationNotFound = new("invitation-not-found", 404);
    public static readonly Refusal InvitationNoteTooLong = new("invitation-note-too-long", 422, Invitation.MaxNoteCharacters);
    public static readonly Refusal TooManyInvitations = new("too-many-invitations", 422, 50);
    public static readonly Refusal NoteInvalid = new("note-invalid", 422, PersonNote.MaxTextCharacters);
    public static readonly Refusal TooManyNotes = new("too-many-notes", 422, 100);
    public static readonly Refusal BanDaysInvalid = new("ban-days-invalid", 422, Ban.MaxDays);

    public static readonly Refusal ThreadNotFound = new("thread-not-found", 404);
    public static readonly Refusal NoteTooLong = new("note-too-long", 422, CommentThread.MaxNoteCharacters);
    public static readonly Refusal SlowModeInvalid = new("slow-mode-invalid", 422, CommentThread.MaxSlowModeMinutes);
    public static readonly Refusal SearchTooLong = new("search-too-long", 422, 200);
    public static readonly Refusal SearchEmpty = new("search-empty", 422);
    public static readonly Refusal ReasonInvalid = new("reason-invalid", 422);
    public static readonly Refusal FlagNoteTooLong = new("flag-note-too-long", 422, Flag.MaxNoteCharacters);
    public static readonly Refusal GuestFlag = new("guest-flag", 403);
    public static readonly Refusal FlagSettled = new("flag-settled", 409);
    public static readonly Refusal ThreadDeleted = new("thread-deleted", 410);
    public static readonly Refusal ChangedSince = new("changed-since", 409);

    public static readonly Refusal ImportNotFound = new("import-not-found", 404);
    public static readonly Refusal ImportUnready = new("import-unready", 409);
    public static readonly Refusal ImportTooLarge = new("import-too-large", 413, 20);
    public static readonly Refusal DiskFull = new("disk-full", 507);
    public static readonly Refusal TooManyImports = new("too-many-imports", 409, 20);
    public static readonly Refusal FormatUnknown = new("format-unknown", 422);
    public static readonly Refusal RewriteInvalid = new("rewrite-invalid", 422, 50);

    public static Refusal Banned(DateTimeOffset? until) => new("banned", 403, Until: until);

    public static Refusal RuleRefused(string reason) => new("rule-refused", 422, Reason: reason.Length > 0 ? reason : null);

    public static Refusal NameRefused(string reason) => new("name-refused", 422, Reason: reason.Length > 0 ? reason : null);

    public static Refusal TooManyGuests(TimeSpan retryAfter) => new("too-many-guests", 429, RetryAfter: retryAfter);

    /// <summary>Says the minutes to wait.</summary>
    public static Refusal SlowMode(TimeSpan retryAfter) => new("slow-mode", 429, (long)Math.Ceiling(retryAfter.TotalMinutes), retryAfter);

    public static Refusal TooMany(TimeSpan retryAfter) => new("too-many", 429, RetryAfter: retryAfter);

    /// <summary>What the widget is told.</summary>
    public ThreadRefusal ForWidget() => new(Code, Limit ?? (long?)RetryAfter?.TotalSeconds, Until, Reason);
}

/// <summary>Either a value or the reason there is none.</summary>
internal readonly record struct Outcome<T>(T? Value, Refusal? Refusal)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
