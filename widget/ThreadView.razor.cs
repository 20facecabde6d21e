using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>A whole thread.</summary>
public partial class ThreadView
{
    /// <summary>What to draw.</summary>
    [Parameter, EditorRequired]
    public required ThreadDrawing Drawing { get; set; }

    /// <summary>Called when a button is pressed in a live thread.</summary>
    [Parameter]
    public EventCallback<ThreadAct> OnAct { get; set; }

    /// <summary>Called when a form is used in a live thread.</summary>
    [Parameter]
    public EventCallback<FormEventArgs> OnForm { get; set; }

    /// <summary>Called when a form that is no comment's is sent or given up in a live thread.</summary>
    [Parameter]
    public EventCallback<AskEventArgs> OnAsk { get; set; }

    private static readonly ThreadSort[] Sorts = [ThreadSort.Oldest, ThreadSort.Newest, ThreadSort.Best, ThreadSort.Discussed];

    private ThreadModel Thread => Drawing.Thread;

    private WidgetText Text => Drawing.Text;

    // One handler for all controls: a handler of its own for each would cost every circuit some hundred bytes a control.
    private Task ActAsync(ActEventArgs pressed) => OnAct.InvokeAsync(new ThreadAct(pressed.Verb, pressed.CommentId, pressed.Revision));

    private Task AskAsync(AskEventArgs asked) => OnAsk.InvokeAsync(asked);

    private string OwnPage =>
        $"{Thread.ServerAddress}/t/{Thread.Site}?page={Uri.EscapeDataString(Thread.PageAddress)}" +
        (Thread.Key.StartsWith('#') ? $"&thread={Uri.EscapeDataString(Thread.Key[1..])}" : "");

    private string ClosedText => Thread.ClosedBy switch
    {
        ThreadClosing.Moderator => "ClosedByModerator",
        ThreadClosing.Age => "ClosedByAge",
        _ => "Closed",
    };

    // As it stands in addresses and attributes; ToString would allocate each time.
    private static string Name(ThreadSort sort) => sort switch
    {
        ThreadSort.Newest => "newest",
        ThreadSort.Best => "best",
        ThreadSort.Discussed => "discussed",
        _ => "oldest",
    };
}
