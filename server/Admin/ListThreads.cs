using System.Text;
using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>A thread in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its key.</param>
/// <param name="Address">The host page.</param>
/// <param name="Title">Its title; empty if unknown.</param>
/// <param name="IsClosed">Whether it takes no more comments.</param>
/// <param name="Comments">Published comments, tombstones not counted.</param>
public sealed record ListedThread(long Id, string Key, string Address, string Title, bool IsClosed, int Comments);

/// <summary>A page of the list.</summary>
/// <param name="Threads">Its threads.</param>
/// <param name="Before">Where the next page begins; 0 if there is none.</param>
public sealed record ThreadList(IReadOnlyList<ListedThread> Threads, long Before);

/// <summary>A site's threads, newest first.</summary>
internal sealed class ListThreads(IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Threads a page.</summary>
    public const int PageSize = 50;

    /// <summary>Longest text that is searched for, in characters.</summary>
    public const int MaxSearchCharacters = 200;

    /// <summary>Those whose title or address, a former one too, contains a text.</summary>
    /// <param name="siteId">The site.</param>
    /// <param name="search">The text; empty for all threads.</param>
    /// <param name="before">The id that the page before ended at; 0 for the first page.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ThreadList> HandleAsync(long siteId, string search, long before, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var site = database.Threads.Where(t => t.SiteId == siteId);
        var threads = site.Where(t => t.AliasOfId == null && (before == 0 || t.Id < before));
        if (search.Length > 0)
        {
            var (title, address) = (PatternOf(search), PatternOf(InAddresses(search)));
            var former = site.Where(t => t.AliasOfId != null
                && (EF.Functions.Like(t.PageAddress, address, "\\") || EF.Functions.Like(t.Key, title, "\\"))).Select(t => t.AliasOfId);
            threads = threads.Where(t => EF.Functions.Like(t.Title, title, "\\") || EF.Functions.Like(t.PageAddress, address, "\\")
                || EF.Functions.Like(t.Key, title, "\\") || former.Contains(t.Id));
        }

        var rows = await threads.OrderByDescending(t => t.Id).Take(PageSize + 1)
            .Select(t => new ListedThread(t.Id, t.Key, t.PageAddress, t.Title, t.IsClosed, t.CommentCount))
            .ToListAsync(cancellationToken);
        return rows.Count > PageSize ? new ThreadList(rows[..PageSize], rows[PageSize - 1].Id) : new ThreadList(rows, 0);
    }

    private static string PatternOf(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    /// <summary>The text as addresses spell it: letters beyond ASCII percent-encoded.</summary>
    private static string InAddresses(string text)
    {
        var written = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            written.Append(rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return written.ToString();
    }
}
