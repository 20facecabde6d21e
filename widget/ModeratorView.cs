using System.Collections.Immutable;

namespace Embed.Widget;

/// <summary>What moderators see of a thread besides what everyone sees.</summary>
/// <param name="Note">The Markdown of the note at its top; empty for none.</param>
/// <param name="SlowModeMinutes">The thread's own slow mode, the site's left aside.</param>
/// <param name="Comments">What is known of each comment that is shown.</param>
public sealed record ModeratorView(string Note, int SlowModeMinutes, ImmutableDictionary<long, ModeratorFacts> Comments);

/// <summary>What moderators know of a comment.</summary>
/// <param name="Revision">Steps with every decision and edit: who decides says which they have seen.</param>
/// <param name="HeldFor">Why it waits, as a code such as <c>links:5</c>; empty where nothing says.</param>
/// <param name="Flags">Readers' reports that nobody has decided on yet.</param>
public sealed record ModeratorFacts(int Revision, string HeldFor, ImmutableArray<FlagFact> Flags)
{
    /// <summary>Whether they are the same as others.</summary>
    public bool Equals(ModeratorFacts? other) =>
        other is not null && (Revision, HeldFor) == (other.Revision, other.HeldFor) && Flags.SequenceEqual(other.Flags);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Revision, HeldFor, Flags.Length);
}

/// <summary>A reader's report. Who made it is nobody's business.</summary>
/// <param name="Reason">One of <see cref="FlagReasons"/>.</param>
/// <param name="Note">What else they say; often empty.</param>
public sealed record FlagFact(string Reason, string Note);

/// <summary>Why readers report comments, as the words of the form and of the API.</summary>
public static class FlagReasons
{
    /// <summary>All of them, in the order they are offered.</summary>
    public static readonly ImmutableArray<string> All = ["spam", "abuse", "offTopic", "unlawful", "other"];
}

/// <summary>What a moderator does in a thread, or a reader by a form that is no comment.</summary>
/// <param name="Verb">One of the constants of <see cref="ThreadVerb"/>.</param>
/// <param name="CommentId">The comment it concerns; 0 for the thread itself.</param>
/// <param name="Revision">The comment's <see cref="ModeratorFacts.Revision"/> that they have seen.</param>
/// <param name="Text">The reason, note or new text.</param>
/// <param name="Number">Days of a ban, or minutes of slow mode; null for none.</param>
/// <param name="IsShadow">Whether whom it bans is not to be told.</param>
public sealed record ModeratorAct(
    string Verb, long CommentId = 0, int Revision = 0, string Text = "", int? Number = null, bool IsShadow = false);
