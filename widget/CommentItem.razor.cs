using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>One comment with its replies.</summary>
public partial class CommentItem
{
    /// <summary>The comment.</summary>
    [Parameter, EditorRequired]
    public required CommentModel Comment { get; set; }

    /// <summary>What it is drawn from.</summary>
    [Parameter, EditorRequired]
    public required ThreadDrawing Drawing { get; set; }

    /// <summary>Called when a button is pressed in a live thread.</summary>
    [Parameter]
    public EventCallback<ThreadAct> OnAct { get; set; }

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

    private bool PlainReply => Drawing.Plain!.ReplyTo == Comment.Id;

    private string ReplySlot => ThreadScreen.ReplySlot(Comment.Id);

    private string EditSlot => ThreadScreen.EditSlot(Comment.Id);

    private string Permalink => $"{Drawing.Thread.ServerAddress}/c/{Comment.Id}";

    // The first text element, not the first char: names may begin with a surrogate pair or a combined letter.
    private string Initial => Comment.AuthorName.Length == 0
        ? "?"
        : StringInfo.GetNextTextElement(Comment.AuthorName).ToUpper(Text.Culture);
}
