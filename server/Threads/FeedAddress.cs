using System.Globalization;
using Embed.Server.Pages;
using Microsoft.AspNetCore.Http.Extensions;

namespace Embed.Server.Threads;

/// <summary>The path of an Atom feed: of a site, or of the thread of one page.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="Page">The host page's address; null for the feed of the whole site.</param>
/// <param name="Thread">The explicit thread id, or null.</param>
/// <param name="Language">The language asked for; null for the reader's.</param>
internal sealed record FeedAddress(string Site, string? Page = null, string? Thread = null, string? Language = null)
{
    /// <summary>The feed of the thread that holds a comment.</summary>
    public static FeedAddress Holding(string site, LatestComment comment, string? language) =>
        new(site, comment.PageAddress, PageUrl.ThreadIn(comment.ThreadKey), language);

    /// <summary>The page of comments with smaller ids; null for the first page.</summary>
    public string At(long? before)
    {
        var query = new QueryBuilder();
        Add(query, "page", Page);
        Add(query, "thread", Thread);
        Add(query, PageLanguage.Parameter, Language);
        Add(query, "before", before?.ToString(CultureInfo.InvariantCulture));
        return $"/api/v1/sites/{Site}/{(Page is null ? "comments" : "thread")}.atom{query}";
    }

    private static void Add(QueryBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Add(name, value);
        }
    }
}
