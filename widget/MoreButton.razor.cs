using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>Shows what follows where a page of a thread was cut.</summary>
public partial class MoreButton
{
    /// <summary>What it is drawn from.</summary>
    [Parameter, EditorRequired]
    public required ThreadDrawing Drawing { get; set; }

    /// <summary>Where the top level goes on; null for a branch.</summary>
    [Parameter]
    public string? After { get; set; }

    /// <summary>The rest of a branch; null for the top level.</summary>
    [Parameter]
    public MoreReplies? More { get; set; }

    /// <summary>Called when it is pressed in a live thread.</summary>
    [Parameter]
    public EventCallback<ThreadAct> OnAct { get; set; }

    private string Label => More is null ? Drawing.Text["MoreComments"] : Drawing.Text.Count("MoreReplies", More.Count);

    private string Replies => (More?.After ?? 0).ToString(CultureInfo.InvariantCulture);

    private Task PressAsync() => OnAct.InvokeAsync(new ThreadAct(ThreadVerb.More, More?.After ?? 0));
}
