using System.Text;
using System.Text.Encodings.Web;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>The styles of a thread that stands in a page's source.</summary>
/// <param name="Css">The stylesheet's text.</param>
internal sealed record IncludedStyles(string Css);

/// <summary>
/// A thread as an element with a declarative shadow root (HTML, "the template element"), for builds and servers that put it
/// into a page's source: browsers paint it without a script or request of ours, and the script takes it over as it is.
/// </summary>
internal sealed class IncludedThread(IncludedStyles styles)
{
    /// <summary>What <c>as</c> asks for it.</summary>
    public const string As = "document-fragment";

    /// <summary>The form for a request; sort and theme are stated where they were asked for.</summary>
    public FragmentForm FormFor(ThreadSort? sort, string? theme, WidgetText text, string serverAddress)
    {
        var knownTheme = theme is "light" or "dark" ? theme : null;
        return new FragmentForm(
            $"{As} {serverAddress} {sort} {knownTheme}", serverAddress, (thread, html) => Write(thread, html, sort, knownTheme, text));
    }

    private string Write(ThreadModel thread, string html, ThreadSort? sort, string? theme, WidgetText text)
    {
        var explicitThread = PageUrl.ThreadIn(thread.Key);
        var order = sort?.ToString().ToLowerInvariant();
        (string Name, string? Value)[] means =
        [
            ("site", thread.Site), ("page", thread.PageAddress), ("thread", explicitThread),
            ("sort", order), ("lang", text.Language),
        ];
        var link = new OwnPageAddress(thread.Site, thread.PageAddress, explicitThread, order, text.Language).At(0);
        var written = new StringBuilder("<embed-comments");
        Append(written, "", means);
        Append(written, "", ("theme", theme));
        // Stated once more on the inside: an element that was given other attributes since does not mean this thread.
        written.Append("><template shadowrootmode=\"open\"><style>").Append(styles.Css).Append("</style><div class=\"embed\"");
        Append(written, "data-", means);
        Append(written, "data-", ("theme", theme), ("scheme", theme));
        written.Append('>').Append(html).Append("</div><slot></slot></template><a");
        Append(written, "", ("href", thread.ServerAddress + link));
        return written.Append('>').Append(HtmlEncoder.Default.Encode(text["OpenOwnPage"])).Append("</a></embed-comments>").ToString();
    }

    private static void Append(StringBuilder written, string prefix, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                written.Append(' ').Append(prefix).Append(name).Append("=\"").Append(HtmlEncoder.Default.Encode(value)).Append('"');
            }
        }
    }
}
