using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>Says why something was refused.</summary>
public partial class RefusalNotice
{
    /// <summary>The refusal; null draws nothing.</summary>
    [Parameter]
    public ThreadRefusal? Refusal { get; set; }

    /// <summary>The language.</summary>
    [Parameter, EditorRequired]
    public required WidgetText Text { get; set; }
}
