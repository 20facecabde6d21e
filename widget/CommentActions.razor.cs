using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>The controls below one comment.</summary>
public partial class CommentActions
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

    private WidgetText Text => Drawing.Text;

    private string ReplyLabel => Text.Format("ReplyTo", Comment.AuthorName);

    private ThreadAct Act(string verb) => new(verb, Comment.Id);

    private string Pressed(int value) =>
        Drawing.Viewer?.Votes.GetValueOrDefault(Comment.Id) == value ? "true" : "false";
}
