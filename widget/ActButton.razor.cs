using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>A button that performs an act, the same markup in the fragment and live.</summary>
public partial class ActButton
{
    /// <summary>What pressing it means.</summary>
    [Parameter, EditorRequired]
    public required ThreadAct Act { get; set; }

    /// <summary>Called when it is pressed in a live thread.</summary>
    [Parameter]
    public EventCallback<ThreadAct> OnAct { get; set; }

    /// <summary>What it shows.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Its CSS class; default <c>act</c>.</summary>
    [Parameter]
    public string Class { get; set; } = "act";

    /// <summary>Its name for screen readers where the content is only a sign.</summary>
    [Parameter]
    public string? Label { get; set; }

    /// <summary>For a toggle: <c>true</c> or <c>false</c>.</summary>
    [Parameter]
    public string? Pressed { get; set; }

    /// <summary>Whether it cannot be pressed now.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    private Task PressAsync() => OnAct.InvokeAsync(Act);
}
