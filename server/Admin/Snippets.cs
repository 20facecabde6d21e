namespace Embed.Server.Admin;

/// <summary>A snippet for one way of making a blog.</summary>
/// <param name="Generator">What makes the blog.</param>
/// <param name="Where">Where the code goes.</param>
/// <param name="Code">The code.</param>
internal sealed record Snippet(string Generator, string Where, string Code);

/// <summary>What is copied into a blog so that its pages show comments, by what makes the blog.</summary>
internal static class Snippets
{
    /// <summary>The script tag alone.</summary>
    public static string Tag(string server, string site) =>
        $"""<script async crossorigin src="{server}/embed.js" data-site="{site}"></script>""";

    /// <summary>Tag and element, with the link for readers without scripts: what a plain page needs.</summary>
    public static string Html(string server, string site) => $"""
        {Tag(server, site)}
        <embed-comments>
          <a href="{server}/t/{site}" referrerpolicy="no-referrer-when-downgrade">Comments</a>
        </embed-comments>
        """;

    /// <summary>Plain HTML first, then the usual generators.</summary>
    public static IReadOnlyList<Snippet> For(string server, string site)
    {
        var html = Html(server, site);
        return
        [
            new("Plain HTML", "Where the comments are to be, in each page.", html),
            new("Hugo", "In a file layouts/partials/comments.html; then call it by {{ partial \"comments.html\" . }} in the template of single pages.", html),
            new("Jekyll", "In a file _includes/comments.html; then call it by {% include comments.html %} in _layouts/post.html.", html),
            new("Eleventy", "In a file _includes/comments.html; then call it by {% include \"comments.html\" %} in the layout of posts (Liquid and Nunjucks).", html),
            new("Hexo", "In the theme’s template of posts, such as layout/post.ejs, below the content.", html),
            new("Astro", "In the layout of posts. is:inline keeps Astro from bundling the script.", html.Replace("<script async", "<script is:inline async", StringComparison.Ordinal)),
            new("WordPress", "In the theme’s comments.php, in place of what it has (in a block theme: a Custom HTML block below the content of the template Single).", html),
            new("Ghost", "In the theme’s post.hbs, below {{content}}.", html),
            new("Next.js", "In the component that shows a post. TypeScript needs embed-comments declared among JSX.IntrinsicElements.", $$"""
                import Script from 'next/script';

                <embed-comments></embed-comments>
                <Script src="{{server}}/embed.js" data-site="{{site}}" crossOrigin="anonymous" strategy="afterInteractive" />
                """),
            new("Docusaurus", "The first part in docusaurus.config.js; the element where the comments are to be, in MDX or a swizzled component.", $$"""
                scripts: [{ src: '{{server}}/embed.js', async: true, crossorigin: 'anonymous', 'data-site': '{{site}}' }],

                <embed-comments></embed-comments>
                """),
        ];
    }
}
