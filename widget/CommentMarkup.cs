using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

#pragma warning disable RS0030 // The one exception to the ban, for the reason the summary gives.

/// <summary>
/// The only place where text becomes markup. Markup is written as an interpolated string: what stands in it is ours, what is
/// filled in is encoded, unless it is <see cref="CommentHtml"/>, which is only ever made from the sanitiser's output.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct CommentMarkup(int literalLength, int formattedCount)
{
    // Letters of all scripts stand for themselves.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new(literalLength + (16 * formattedCount));

    /// <summary>The markup.</summary>
    public static MarkupString Of(CommentMarkup markup) => new(markup._text.ToString());

    /// <summary>Sanitised HTML as it is.</summary>
    public static MarkupString Of(CommentHtml html) => new(html.Value);

    public void AppendLiteral(string ours) => _text.Append(ours);

    public void AppendFormatted(string? text) => _text.Append(text is null ? null : Encoder.Encode(text));

    public void AppendFormatted(long number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(CommentHtml html) => _text.Append(html.Value);

    public void AppendFormatted(MarkupString markup) => _text.Append(markup.Value);
}
