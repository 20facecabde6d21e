using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Embed.Server.Admin.SelfCheck;

/// <summary>An element of a page that the check looks at.</summary>
/// <param name="Name">Its name, in lower case.</param>
/// <param name="Attributes">Its attributes, names in lower case.</param>
/// <param name="IsInHead">Whether it stands in the page's head.</param>
internal sealed record PageElement(string Name, IReadOnlyDictionary<string, string> Attributes, bool IsInHead)
{
    /// <summary>An attribute's value; null where it has none of that name.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>Whether an attribute's value is this word, in any case.</summary>
    public bool Is(string attribute, string word) => string.Equals(this[attribute]?.Trim(), word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Reads the few elements that matter out of a page's source. Tokens only, no tree: a page may nest as deeply as it likes, and
/// building its tree would take the square of that.
/// </summary>
internal static class PageElements
{
    /// <summary>Most elements that are kept: of those that matter no page has so many.</summary>
    public const int Most = 1_000;

    private static readonly HashSet<string> Wanted = new(StringComparer.Ordinal) { "script", "meta", "link", "embed-comments" };

    // After any other start tag a browser is in the body.
    private static readonly HashSet<string> OfHead = new(StringComparer.Ordinal)
        { "html", "head", "base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style", "template", "title" };

    /// <summary>The elements, in the order of the source. Not those that no browser sees: in templates, and for readers without scripts.</summary>
    public static List<PageElement> Read(string html)
    {
        using var source = new TextSource(html);
        using var tokens = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true };
        var elements = new List<PageElement>();
        var (isInHead, templates) = (true, 0);
        for (var token = tokens.Get(); token.Type != HtmlTokenType.EndOfFile && elements.Count < Most; token = tokens.Get())
        {
            if (token.Type == HtmlTokenType.EndTag)
            {
                tokens.State = HtmlParseMode.PCData;
                templates -= token.Name == "template" && templates > 0 ? 1 : 0;
                isInHead &= token.Name != "head";
            }
            else if (token.Type == HtmlTokenType.StartTag)
            {
                tokens.State = ModeAfter(token.Name);
                templates += token.Name == "template" ? 1 : 0;
                isInHead &= OfHead.Contains(token.Name);
                if (templates == 0 && Wanted.Contains(token.Name))
                {
                    elements.Add(new PageElement(token.Name, AttributesOf(token.AsTag()), isInHead));
                }
            }
        }

        return elements;
    }

    // HTML Standard, section 13.2.6.4: what stands in these is text. With scripting on, noscript is one of them.
    private static HtmlParseMode ModeAfter(string name) => name switch
    {
        "script" => HtmlParseMode.Script,
        "style" or "xmp" or "iframe" or "noembed" or "noframes" or "noscript" => HtmlParseMode.Rawtext,
        "title" or "textarea" => HtmlParseMode.RCData,
        "plaintext" => HtmlParseMode.Plaintext,
        _ => HtmlParseMode.PCData,
    };

    private static Dictionary<string, string> AttributesOf(HtmlTagToken tag)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in tag.Attributes)
        {
            // The first of a name counts.
            attributes.TryAdd(attribute.Name, attribute.Value);
        }

        return attributes;
    }
}
