using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>Draws sanitised HTML.</summary>
public partial class CommentMarkup
{
    /// <summary>The HTML.</summary>
    [Parameter, EditorRequired]
    public required CommentHtml Html { get; set; }

#pragma warning disable RS0030 // The one exception to the ban: CommentHtml is only ever made from the sanitiser's output.
    private MarkupString Markup => new(Html.Value);
#pragma warning restore RS0030
}
