using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Embed.Server.Threads;

/// <summary>
/// The element that holds <see cref="StructuredData"/>. A data block, which browsers neither run nor submit to the page's
/// script policy (HTML, "the script element"). Written by hand because Razor would escape it as a string of a script.
/// </summary>
public sealed class StructuredDataBlock : ComponentBase
{
    /// <summary>JSON in which <see cref="StructuredData"/> has escaped whatever means something in HTML.</summary>
    [Parameter, EditorRequired]
    public required string Json { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddMarkupContent(0, $"""<script type="application/ld+json">{Json}</script>""");
    }
}
