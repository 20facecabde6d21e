using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>A button that performs an act, the same markup in the fragment and live.</summary>
public partial class ActButton
{
    /// <summary>What pressing it means.</summary>
    [Parameter, EditorRequired]
    public required ThreadAct Act { get; set; }

    /// <summary>What it shows.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Its CSS class; default <c>act</c>.</summary>
    [Parameter]
    public string Class { get; set; } = "act";
}
