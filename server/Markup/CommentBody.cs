using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Embed.Server.Model;
using Embed.Widget;
using Ganss.Xss;

namespace Embed.Server.Markup;

/// <summary>A comment from elsewhere as ours.</summary>
/// <param name="Markdown">What its author gets to edit.</param>
/// <param name="Html">What everybody sees.</param>
/// <param name="IsSame">Whether the one is rendered from the other; if not, the Markdown says less.</param>
internal sealed record ForeignBody(string Markdown, CommentHtml Html, bool IsSame);

/// <summary>
/// Markdown to sanitised HTML: the only producer of <see cref="CommentHtml"/>. Three steps that do not trust each other:
/// <see cref="CommentMarkdown"/> renders with raw HTML switched off; an allow-list removes whatever else came through;
/// and what is left is dressed here: links, writing direction.
/// </summary>
internal static class CommentBody
{
    // No Referer: a sign-in that seems to come from the page counts for more (OpenedFromPage), and a link is not the page.
    private const string LinkRelation = "nofollow ugc noopener noreferrer";

    private static readonly string[] LinkSchemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto];

    // One instance for all threads: Sanitize* may be called concurrently as long as no option is set meanwhile
    // (HtmlSanitizer's README, "Thread safety").
    private static readonly HtmlSanitizer Sanitizer = new(new HtmlSanitizerOptions
    {
        AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
            "table", "tbody", "td", "th", "thead", "tr", "ul",
        },
        AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "align", "href", "start", "title" },
        AllowedSchemes = new HashSet<string>(LinkSchemes, StringComparer.OrdinalIgnoreCase),
        UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
    });

    /// <summary>
    /// Renders a comment's Markdown as it is stored and shown. The source is only read. NUL and halves of surrogate pairs
    /// are shown as U+FFFD, as CommonMark demands for NUL.
    /// </summary>
    /// <param name="source">The Markdown.</param>
    /// <param name="mostCharacters">Longest source, in UTF-16 units: what is imported may be longer than what is posted.</param>
    /// <returns>
    /// The HTML, or a refusal: <see cref="Refusal.BodyEmpty"/> where nothing would be seen (no text, or only white space,
    /// control and zero-width characters, before or after rendering), <see cref="Refusal.BodyTooLong"/>, or
    /// <see cref="Refusal.BodyTooNested"/> for what <see cref="CommentMarkdown"/> finds too elaborate.
    /// </returns>
    public static Outcome<CommentHtml> Render(string? source, int mostCharacters = Comment.MaxBodyCharacters)
    {
        if (source is null)
        {
            return Refusal.BodyEmpty;
        }

        if (source.Length > mostCharacters)
        {
            return Refusal.BodyTooLong;
        }

        if (!ShowsSomething(source))
        {
            return Refusal.BodyEmpty;
        }

        return CommentMarkdown.ToHtml(WithoutHalfPairs(source)) is not { } html ? Refusal.BodyTooNested
            : Finished(html) is { } finished ? finished : Refusal.BodyEmpty;
    }

    /// <summary>
    /// Takes over a comment that was written elsewhere, as HTML: as Markdown that becomes the same HTML again, where there is such; else
    /// as the HTML, made of our elements alone, and the Markdown that comes nearest, for whoever edits it.
    /// </summary>
    /// <param name="source">The HTML; not trusted.</param>
    /// <param name="hasLineBreaks">Whether a line break in it is one, and an empty line ends a paragraph.</param>
    /// <returns>The comment, or <see cref="Refusal.BodyEmpty"/> where nothing would be seen.</returns>
    public static Outcome<ForeignBody> FromHtml(string source, bool hasLineBreaks = false)
    {
        var body = ForeignHtml.Read(WithoutHalfPairs(source), hasLineBreaks);
        if (!ShowsSomething(body.TextContent))
        {
            return Refusal.BodyEmpty;
        }

        Dress(body);
        var wanted = body.InnerHtml.TrimEnd();
        foreach (var isCautious in (ReadOnlySpan<bool>)[false, true])
        {
            var markdown = MarkdownWriter.Write(body, isCautious);
            if (CommentMarkdown.ToHtml(markdown) is { } html && Finished(html) is { } finished && SameHtml.Are(finished.Value, wanted))
            {
                return new ForeignBody(markdown, finished, IsSame: true);
            }
        }

        return Finished(wanted) is { } kept ? new ForeignBody(MarkdownWriter.Write(body, isCautious: false), kept, IsSame: false) : Refusal.BodyEmpty;
    }

    /// <summary>Whether a link to it is kept: an absolute address that a browser or a mail program opens.</summary>
    public static bool IsLinkable([NotNullWhen(true)] string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && LinkSchemes.Contains(uri.Scheme);

    private static CommentHtml? Finished(string html)
    {
        using var document = Sanitizer.SanitizeDom(html);
        var body = document.Body!;
        Dress(body);
        return ShowsSomething(body.TextContent) ? new CommentHtml(body.InnerHtml.TrimEnd()) : null;
    }

    /// <summary>HTML that <see cref="Render"/> made before and the database kept.</summary>
    public static CommentHtml FromStored(string html) => html.Length == 0 ? CommentHtml.Empty : new CommentHtml(html);

    /// <summary>
    /// HTML that another server says it has rendered, or taken over; not trusted. What came out of <see cref="Render"/> or
    /// <see cref="FromHtml"/> comes out again as it is, of anything else what is left of it.
    /// </summary>
    public static CommentHtml FromOtherServer(string html) => html.Length == 0 || ForeignHtml.IsTooDeep(html) ? CommentHtml.Empty : Finished(html) ?? CommentHtml.Empty;

    private static void Dress(IHtmlElement body)
    {
        foreach (var link in body.QuerySelectorAll<IHtmlAnchorElement>("a"))
        {
            DressLink(link);
        }

        // Outer blocks only: a direction found for a list or a quotation then also moves its markers and its bar.
        foreach (var block in body.Children)
        {
            block.SetAttribute("dir", "auto");
        }

        foreach (var code in body.QuerySelectorAll("pre"))
        {
            code.SetAttribute("dir", "ltr");
        }
    }

    /// <summary>
    /// Keeps links that lead to one place wherever the comment is read (host page, our own page, a mail): absolute ones.
    /// Of others only the text stays.
    /// </summary>
    private static void DressLink(IHtmlAnchorElement link)
    {
        var address = link.GetAttribute("href");
        if (!IsLinkable(address))
        {
            link.Replace([.. link.ChildNodes]);
            return;
        }

        link.SetAttribute("rel", LinkRelation);
        if (!ShowsSomething(link.TextContent))
        {
            link.TextContent = address;
        }
    }

    private static string WithoutHalfPairs(string source)
    {
        // Encoding writes U+FFFD for a lone half, here as well as later in the database and on the network.
        return source.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(source))
            : source;
    }

    private static bool ShowsSomething(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && !IsInvisible(rune))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Characters that draw nothing: controls, format characters, unassigned ones, and those that have another category
    /// but the Unicode property Default_Ignorable_Code_Point (DerivedCoreProperties.txt) or, like the Braille blank, an
    /// empty glyph.
    /// </summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
        || rune.Value
            is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
            or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);
}
