using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>Where a comment, a reply or an edit is written.</summary>
public partial class CommentForm
{
    /// <summary>Longest text, in UTF-16 units; the server refuses longer ones, the page counts down to it.</summary>
    public const int MaxCharacters = 10_000;

    /// <summary>What it is drawn from.</summary>
    [Parameter, EditorRequired]
    public required ThreadDrawing Drawing { get; set; }

    /// <summary>Which form this is: <c>new</c>, <c>reply-{id}</c> or <c>edit-{id}</c>.</summary>
    [Parameter, EditorRequired]
    public required string Slot { get; set; }

    /// <summary>The comment answered or edited; null for a new one.</summary>
    [Parameter]
    public CommentModel? Comment { get; set; }

    /// <summary>Called when the form is sent, previewed or cancelled.</summary>
    [Parameter]
    public EventCallback<FormEventArgs> OnForm { get; set; }

    private WidgetText Text => Drawing.Text;

    private FormState? State => Drawing.Form(Slot);

    private bool IsEdit => Slot.StartsWith("edit", StringComparison.Ordinal);

    // Said before anything is written; an edit is no new comment.
    private MarkupString SlowHint => Drawing.Thread.SlowModeMinutes > 0 && Drawing.Viewer?.IsNotSlowed != true && !IsEdit
        ? CommentMarkup.Of($"<p class=\"hint slow\">{Text.Count("SlowModeHint", Drawing.Thread.SlowModeMinutes)}</p>")
        : default;

    // What a moderator changes of somebody else's is no draft of theirs, to become a comment if the form is gone.
    private bool IsOthers => IsEdit && Comment is not null && !Drawing.IsOwn(Comment);

    private string FieldId => $"text-{Slot}";

    private string HintId => $"hint-{Slot}";

    private string Label => Comment is null ? Text["YourComment"]
        : IsEdit ? Text["EditYourComment"]
        : Text.Format("YourReplyTo", Text.NameOf(Comment.AuthorName));

    private string Placeholder => Text[Comment is null ? "WriteComment" : "WriteReply"];

    private string SubmitLabel => Text[Comment is null ? "Post" : IsEdit ? "Save" : "PostReply"];

    private bool IsRefused(PlainForms plain) => plain.Refusal is not null && plain.ReplyTo == (Comment?.Id ?? 0);

    private bool IsNameRefused(PlainForms plain) => IsRefused(plain) && plain.Refusal?.Code is "guest-name-invalid" or "name-refused";
}
