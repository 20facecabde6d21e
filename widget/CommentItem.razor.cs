using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>One comment with its replies; drawn again only when something about them has changed.</summary>
public partial class CommentItem
{
    private CommentLook _look = null!;
    private CommentModel? _drawn;
    private ThreadDrawing? _drawnIn;
    private bool _isSame;

    /// <summary>The comment.</summary>
    [Parameter, EditorRequired]
    public required CommentModel Comment { get; set; }

    /// <summary>What it is drawn from.</summary>
    [Parameter, EditorRequired]
    public required ThreadDrawing Drawing { get; set; }

    /// <summary>Called when a form is used in a live thread.</summary>
    [Parameter]
    public EventCallback<FormEventArgs> OnForm { get; set; }

    private WidgetText Text => Drawing.Text;

    private bool IsTombstone => Comment.Standing == CommentStanding.Tombstone;

    private string Class => Comment.Standing switch
    {
        CommentStanding.Tombstone => "comment gone",
        CommentStanding.Pending => "comment pending",
        _ => "comment",
    };

    // Of what is gone nothing is left to decide here.
    private ModeratorFacts? Facts => IsTombstone || Drawing.Screen is null ? null : Drawing.FactsOf(Comment);

    private string ReplySlot => ThreadScreen.ReplySlot(Comment.Id);

    private string EditSlot => ThreadScreen.EditSlot(Comment.Id);

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        // A comment that is the same object has the same replies.
        _isSame = ReferenceEquals(Comment, _drawn) && Drawing.Shows(Comment, _drawnIn!);
        (_drawn, _drawnIn) = (Comment, Drawing);
        if (!_isSame)
        {
            _look = CommentLook.Of(Comment, Drawing);
        }
    }

    /// <inheritdoc/>
    protected override bool ShouldRender() => !_isSame;

    private string Pressed(int value) =>
        Drawing.Viewer?.Votes.GetValueOrDefault(Comment.Id) == value ? "true" : "false";
}
