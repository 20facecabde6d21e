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

    /// <summary>Whom the replies answer, by their shown name; empty for nobody.</summary>
    [Parameter]
    public string? To { get; set; }

    // Buttons alike must be told apart by those who hear them.
    private string? Name => More is null || string.IsNullOrEmpty(To) ? null : Drawing.Text.Count("MoreRepliesTo", More.Count, To);

    private string Label => More is null ? Drawing.Text["MoreComments"] : Drawing.Text.Count("MoreReplies", More.Count);

    private string Replies => (More?.After ?? 0).ToString(CultureInfo.InvariantCulture);
}
