using Embed.Server.Pages;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>Whether search engines may list a thread's own page, and what they are told about it.</summary>
internal sealed class ThreadListing(ReadLatest latest)
{
    // Which thread, and which part of it. Every other parameter shows the same comments again: in another order, at one of
    // them, with a form.
    private static readonly string[] Listed = ["page", "thread", "after", "replies", PageLanguage.Parameter];

    /// <summary>
    /// The structured data of a page that may be listed; null for one that may not: where the site does not want it, for
    /// variants and refused forms, and for pages without comments, of which there are as many as addresses.
    /// </summary>
    public async Task<string?> DescribeAsync(HttpRequest request, ThreadPlace place, ThreadModel thread, CancellationToken cancellationToken) =>
        place.Site.IsIndexed && thread.Comments.Any(c => c.Standing != CommentStanding.Pending) && HttpMethods.IsGet(request.Method)
        && request.Query.Keys.All(name => Listed.Contains(name, StringComparer.OrdinalIgnoreCase))
        && await latest.ThreadAsync(place, cancellationToken) is { } facts
            ? StructuredData.Of(thread, facts.Title, facts.CreatedAt, WidgetText.For(PageLanguage.Of(request)))
            : null;
}
