using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>What a form sends: the browser's script reads the text area only then, so no keystroke crosses the network.</summary>
public sealed class FormEventArgs : EventArgs
{
    /// <summary><c>submit</c>, <c>preview</c>, <c>write</c> (back from the preview) or <c>cancel</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The form: <c>new</c>, <c>reply-{id}</c> or <c>edit-{id}</c>.</summary>
    public string Slot { get; set; } = "";

    /// <summary>The text as typed.</summary>
    public string Body { get; set; } = "";

    /// <summary>The draft's id, made by the browser when the draft began; the same on each retry.</summary>
    public Guid DraftId { get; set; }
}

/// <summary>What the browser's script sends when a control of a live thread is pressed.</summary>
public sealed class ActEventArgs : EventArgs
{
    /// <summary>One of the constants of <see cref="ThreadVerb"/>, or anything else.</summary>
    public string Verb { get; set; } = "";

    /// <summary>The comment it concerns; 0 for the thread itself.</summary>
    public long CommentId { get; set; }

    /// <summary>The comment's <see cref="ModeratorFacts.Revision"/> as the screen showed it; 0 for all but moderators.</summary>
    public int Revision { get; set; }
}

/// <summary>What a form sends that is no comment: a report, or what a moderator fills in.</summary>
public sealed class AskEventArgs : EventArgs
{
    /// <summary>The act it is for; empty where it is given up.</summary>
    public string Verb { get; set; } = "";

    /// <summary>The comment it concerns; 0 for the thread itself.</summary>
    public long CommentId { get; set; }

    /// <summary>The reason chosen from a list.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What was typed.</summary>
    public string Text { get; set; } = "";

    /// <summary>The number typed; null for none.</summary>
    public int? Number { get; set; }

    /// <summary>Whether the box was ticked.</summary>
    public bool IsTicked { get; set; }
}

/// <summary>Makes <c>@onembedact</c>, <c>@onembedform</c> and <c>@onembedask</c> known to Razor; <c>live-circuit.js</c> registers the browser's side.</summary>
[EventHandler("onembedact", typeof(ActEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
[EventHandler("onembedform", typeof(FormEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
[EventHandler("onembedask", typeof(AskEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
public static class EventHandlers;

/// <summary>An open form that is no comment's. There is one at a time.</summary>
/// <param name="Verb">The act it is for.</param>
/// <param name="CommentId">The comment it concerns; 0 for the thread itself.</param>
/// <param name="Refusal">Why the last try was refused.</param>
public sealed record AskState(string Verb, long CommentId, ThreadRefusal? Refusal = null)
{
    /// <summary>The comment's revision that was on the screen when the form was opened.</summary>
    public int Revision { get; init; }
}

/// <summary>What a moderator has just done.</summary>
/// <param name="Verb">The act.</param>
/// <param name="Entry">What it is taken back by; 0 where it cannot be, or was.</param>
public sealed record DoneState(string Verb, long Entry);

/// <summary>An open form.</summary>
/// <param name="Source">What the text area starts with when there is no draft on the device.</param>
/// <param name="IsSending">Whether an answer is awaited.</param>
/// <param name="Refusal">Why the last try was refused.</param>
/// <param name="Preview">The rendered text while it is previewed.</param>
/// <param name="Revision">The revision that a moderator edits.</param>
public sealed record FormState(
    string Source = "", bool IsSending = false, ThreadRefusal? Refusal = null, CommentHtml? Preview = null, int Revision = 0);

/// <summary>What is open on the screen of one live thread.</summary>
/// <param name="Forms">Open forms by slot.</param>
/// <param name="Confirming">The comment whose deletion waits for a yes, or 0.</param>
/// <param name="Refusals">The last refusal of an act on a comment, by its id; 0 for the thread.</param>
public sealed record ThreadScreen(
    ImmutableDictionary<string, FormState> Forms, long Confirming, ImmutableDictionary<long, ThreadRefusal> Refusals)
{
    /// <summary>The slot of the form for a new top-level comment.</summary>
    public const string NewSlot = "new";

    /// <summary>Nothing is open: a thread that goes live looks as it did, and nothing jumps.</summary>
    public static readonly ThreadScreen Start = new(
        ImmutableDictionary<string, FormState>.Empty, 0, ImmutableDictionary<long, ThreadRefusal>.Empty);

    /// <summary>The revision that was on the screen when the question of <see cref="Confirming"/> was asked.</summary>
    public int ConfirmingRevision { get; init; }

    /// <summary>The comment whose moderating is open, 0 for the thread's own; null for none.</summary>
    public long? Moderating { get; init; }

    /// <summary>The open form that is no comment's; null for none.</summary>
    public AskState? Ask { get; init; }

    /// <summary>What a moderator has just done; null for nothing.</summary>
    public DoneState? Done { get; init; }

    /// <summary>Whether what is open at a comment is the same as before.</summary>
    public bool Shows(long commentId, ThreadScreen earlier) =>
        (Confirming == commentId) == (earlier.Confirming == commentId)
        && (Moderating == commentId) == (earlier.Moderating == commentId)
        && AskOf(commentId) == earlier.AskOf(commentId)
        && Refusals.GetValueOrDefault(commentId) == earlier.Refusals.GetValueOrDefault(commentId)
        && (ReferenceEquals(Forms, earlier.Forms)
            || (Forms.GetValueOrDefault(ReplySlot(commentId)) == earlier.Forms.GetValueOrDefault(ReplySlot(commentId))
                && Forms.GetValueOrDefault(EditSlot(commentId)) == earlier.Forms.GetValueOrDefault(EditSlot(commentId))));

    /// <summary>The open form of a comment that is no reply or edit; null for none.</summary>
    public AskState? AskOf(long commentId) => Ask?.CommentId == commentId ? Ask : null;

    /// <summary>The slot of the reply form below a comment.</summary>
    public static string ReplySlot(long commentId) => $"reply-{commentId}";

    /// <summary>The slot of the editing form of a comment.</summary>
    public static string EditSlot(long commentId) => $"edit-{commentId}";
}

/// <summary>How forms work without JavaScript, on the thread's own page.</summary>
/// <param name="Action">Where they are posted to.</param>
/// <param name="Hidden">What the form of a slot carries besides the text: antiforgery token, page, parent, draft id.</param>
/// <param name="ReplyAddress">The address that opens the reply form of a comment.</param>
/// <param name="ReplyTo">The comment whose reply form is open; 0 for none.</param>
/// <param name="PartAddress">The page with a parameter: <c>after</c>, <c>replies</c> or <c>sort</c>, and its value.</param>
/// <param name="SignInAddress">Where a signed-out person signs in; null when signed in.</param>
/// <param name="SignOutForm">The id of the page's form that signs out; null when signed out.</param>
/// <param name="Refusal">Why the last post was refused.</param>
/// <param name="Draft">The refused text, so that nothing is lost.</param>
/// <param name="GuestName">The name that a guest typed.</param>
/// <param name="FlagAddress">The address that opens the form to report a comment.</param>
/// <param name="FlagOf">The comment whose report form is open; 0 for none.</param>
public sealed record PlainForms(
    string Action, RenderFragment<string> Hidden, Func<long, string> ReplyAddress, long ReplyTo,
    Func<string, string, string> PartAddress, string? SignInAddress, string? SignOutForm, ThreadRefusal? Refusal, string Draft,
    string GuestName, Func<long, string> FlagAddress, long FlagOf);

/// <summary>Everything a thread is drawn from, handed down whole so that both renderings run the same markup.</summary>
/// <param name="Thread">The thread.</param>
/// <param name="Text">The language.</param>
/// <param name="Now">The time of drawing, from which what is still editable follows (UTC).</param>
/// <param name="Viewer">Who looks; null in the fragment and when signed out.</param>
/// <param name="Screen">What is open; null in the fragment.</param>
/// <param name="Plain">How forms work without JavaScript; null in the fragment and live.</param>
public sealed record ThreadDrawing(
    ThreadModel Thread, WidgetText Text, DateTimeOffset Now, Viewer? Viewer = null, ThreadScreen? Screen = null, PlainForms? Plain = null)
{
    /// <summary>Whether whoever looks may write with a name alone.</summary>
    public bool TakesGuests => Viewer is null && Thread.Guests != GuestPolicy.NotAllowed;

    /// <summary>Whether the viewer may edit the comment now. The server decides again when they try.</summary>
    public bool MayEdit(CommentModel comment) =>
        IsOwn(comment) && !Thread.IsClosed && Now < comment.PostedAt + Thread.EditWindow;

    /// <summary>Whether the viewer may delete the comment.</summary>
    public bool MayDelete(CommentModel comment) => Viewer is not null && (IsOwn(comment) || Viewer.IsModerator);

    /// <summary>Whether the viewer wrote the comment.</summary>
    public bool IsOwn(CommentModel comment) => Viewer is not null && comment.Author == Viewer.Commenter;

    /// <summary>
    /// Whether a comment with its replies, unchanged themselves, looks the same as in an earlier drawing. Then nothing of it is
    /// drawn again: of a hundred comments in each of a thousand circuits, a new one changes few.
    /// </summary>
    public bool Shows(CommentModel comment, ThreadDrawing earlier) =>
        ReferenceEquals(Text, earlier.Text)
        && Plain == earlier.Plain
        && (Thread.IsClosed, Thread.Guests, Thread.IsNumbered, Thread.MaxIndent, Thread.EditWindow, Thread.ServerAddress)
            == (earlier.Thread.IsClosed, earlier.Thread.Guests, earlier.Thread.IsNumbered, earlier.Thread.MaxIndent, earlier.Thread.EditWindow,
                earlier.Thread.ServerAddress)
        && (Viewer?.Commenter, Viewer?.IsModerator, Screen is null) == (earlier.Viewer?.Commenter, earlier.Viewer?.IsModerator, earlier.Screen is null)
        && Viewer?.Moderation is null == earlier.Viewer?.Moderation is null
        && ((Viewer is null && ReferenceEquals(Screen, earlier.Screen)) || ShowsSameStates(comment, earlier));

    // As deep as markup is nested.
    private bool ShowsSameStates(CommentModel comment, ThreadDrawing earlier)
    {
        if (IsOwn(comment) && MayEdit(comment) != earlier.MayEdit(comment))
        {
            return false;
        }

        if (!ReferenceEquals(Viewer?.Votes, earlier.Viewer?.Votes)
            && Viewer!.Votes.GetValueOrDefault(comment.Id) != earlier.Viewer!.Votes.GetValueOrDefault(comment.Id))
        {
            return false;
        }

        if (Viewer?.Flagged.Contains(comment.Id) != earlier.Viewer?.Flagged.Contains(comment.Id) || FactsOf(comment) != earlier.FactsOf(comment))
        {
            return false;
        }

        if (!ReferenceEquals(Screen, earlier.Screen) && !Screen!.Shows(comment.Id, earlier.Screen!))
        {
            return false;
        }

        foreach (var reply in comment.Replies)
        {
            if (!ShowsSameStates(reply, earlier))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What a moderator who looks knows of a comment; null for everybody else.</summary>
    public ModeratorFacts? FactsOf(CommentModel comment) => Viewer?.Moderation?.Comments.GetValueOrDefault(comment.Id);

    /// <summary>The form in a slot, if it is open.</summary>
    public FormState? Form(string slot) => Screen?.Forms.GetValueOrDefault(slot);
}
