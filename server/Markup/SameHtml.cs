using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;

namespace Embed.Server.Markup;

/// <summary>Whether two texts of our own elements look the same to a reader.</summary>
internal static partial class SameHtml
{
    /// <summary>White space between blocks does not count, nor whether a bare address is a link: Markdown makes it one.</summary>
    public static bool Are(string left, string right) =>
        left == right || Trimmed(left) == Trimmed(right) || Bare(left) == Bare(right);

    private static string Bare(string html)
    {
        using var document = new HtmlParser().ParseDocument(html);
        foreach (var link in document.QuerySelectorAll("a").ToList())
        {
            var (address, text) = (link.GetAttribute("href") ?? "", link.TextContent);
            if (address == text || address == "https://" + text || address == "mailto:" + text || Uri.UnescapeDataString(address) == text)
            {
                link.Replace([.. link.ChildNodes]);
            }
        }

        document.Body!.Normalize();
        return Trimmed(document.Body.InnerHtml);
    }

    private static string Trimmed(string html) => AroundBlocks().Replace(html, "${tag}").Trim();

    [GeneratedRegex("""\s*(?<tag></?(?:blockquote|br|h[3-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul)\b[^>]*>)\s*""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AroundBlocks();
}
