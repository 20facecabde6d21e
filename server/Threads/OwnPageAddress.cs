using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace Embed.Server.Threads;

/// <summary>The address of a thread's own page, and those that lead on from it.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="Page">The host page's address.</param>
/// <param name="Thread">The explicit thread id, or null.</param>
/// <param name="Sort">The order asked for; null for the site's.</param>
/// <param name="Language">The language asked for; null for the browser's.</param>
/// <param name="Canonical">The host page's canonical address as it was stated; null once it is known which page is meant.</param>
public sealed record OwnPageAddress(
    string Site, string Page, string? Thread, string? Sort, string? Language, string? Canonical = null)
{
    /// <summary>The page, with the reply form of a comment open; 0 for none.</summary>
    public string At(long replyTo) => Part("reply", replyTo == 0 ? "" : replyTo.ToString(CultureInfo.InvariantCulture));

    /// <summary>The page at one comment.</summary>
    public string AtComment(long commentId) => $"{Part("comment", commentId.ToString(CultureInfo.InvariantCulture))}#comment-{commentId}";

    /// <summary>The page with one more parameter: <c>after</c>, <c>replies</c> or <c>comment</c>, or another <c>sort</c>.</summary>
    public string Part(string name, string value)
    {
        var query = new QueryBuilder { { "page", Page } };
        Add(query, "canonical", Canonical);
        Add(query, "thread", Thread);
        Add(query, "sort", name == "sort" ? value : Sort);
        Add(query, Pages.PageLanguage.Parameter, Language);
        Add(query, name == "sort" ? "" : name, name == "sort" ? "" : value);
        return $"/t/{Site}{query}";
    }

    /// <summary>The page with the reply form of a comment open, at that comment.</summary>
    public string ReplyingTo(long commentId) => $"{At(commentId)}#comment-{commentId}";

    /// <summary>The page with the form to report a comment open, at that comment.</summary>
    public string Flagging(long commentId) => $"{Part("flag", commentId.ToString(CultureInfo.InvariantCulture))}#comment-{commentId}";

    /// <summary>Where its forms are posted: the thread stands in their fields.</summary>
    public string Action
    {
        get
        {
            var query = new QueryBuilder();
            Add(query, "sort", Sort);
            Add(query, Pages.PageLanguage.Parameter, Language);
            return $"/t/{Site}{query}";
        }
    }

    private static void Add(QueryBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Add(name, value);
        }
    }
}
