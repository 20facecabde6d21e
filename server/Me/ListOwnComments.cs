using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>A comment in its author's list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Site">The site's name.</param>
/// <param name="Page">The page's title, or its address where that is unknown.</param>
/// <param name="Excerpt">The beginning of its text, plain; empty once deleted.</param>
/// <param name="State">The last part of its state's name in <see cref="MeText"/>: <c>State_…</c>.</param>
/// <param name="PostedAt">When it was written.</param>
/// <param name="HasPermalink">Whether its permalink leads anywhere.</param>
/// <param name="Reason">What a moderator says of its removal; empty for nothing.</param>
public sealed record OwnComment(
    long Id, string Site, string Page, string Excerpt, string State, DateTimeOffset PostedAt, bool HasPermalink, string Reason);

/// <summary>One's own comments, newest first: a page of them by key.</summary>
internal sealed class ListOwnComments(IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Comments a page.</summary>
    public const int PageSize = 50;

    private const int ExcerptCharacters = 200;

    public static async Task<IResult> GetAsync(HttpContext http, ListOwnComments handler, CancellationToken cancellationToken)
    {
        var before = long.TryParse(http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        var (comments, next) = await handler.HandleAsync(MePages.SessionOf(http).CommenterId, before, cancellationToken);
        return MePages.Page<OwnCommentsPage>(http, new()
        {
            [nameof(OwnCommentsPage.Comments)] = comments,
            [nameof(OwnCommentsPage.Before)] = next,
        });
    }

    /// <summary>A page of somebody's comments.</summary>
    /// <param name="commenterId">Whose.</param>
    /// <param name="before">The id that the page before ended at; 0 for the first page.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The comments, and where the next page begins; 0 if there is none.</returns>
    public async Task<(IReadOnlyList<OwnComment> Comments, long Next)> HandleAsync(long commenterId, long before, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Comments.AsNoTracking()
            .Where(c => c.CommenterId == commenterId && (before == 0 || c.Id < before))
            .OrderByDescending(c => c.Id).Take(PageSize + 1)
            .Select(c => new { c.Id, Site = c.Thread!.Site!.Name, c.Thread.Title, c.Thread.PageAddress, c.BodyHtml, c.State, c.PostedAt, c.RemovalReason })
            .ToListAsync(cancellationToken);
        var comments = rows.Take(PageSize).Select(row => new OwnComment(
            row.Id, row.Site, row.Title.Length > 0 ? row.Title : Uri.UnescapeDataString(row.PageAddress),
            PlainText.Excerpt(row.BodyHtml, ExcerptCharacters), StateOf(row.State), row.PostedAt,
            row.State is CommentState.Published or CommentState.Deleted or CommentState.Shadowed,
            row.State is CommentState.Rejected or CommentState.Deleted ? row.RemovalReason : "")).ToList();
        return (comments, rows.Count > PageSize ? comments[^1].Id : 0);
    }

    private static string StateOf(CommentState state) => state switch
    {
        >= CommentState.InDeletedThread => "ThreadDeleted",
        CommentState.Shadowed => nameof(CommentState.Published),
        _ => state.ToString(),
    };
}
