using System.Text.Json;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embed.Server.Threads;

/// <summary>What index pages ask for: counts and latest comments.</summary>
internal static class ListEndpoints
{
    /// <summary>Most pages and threads whose counts one request may ask for.</summary>
    public const int MaxCounted = 100;

    /// <summary>Most comments of a list of the latest.</summary>
    public const int MaxRecent = 50;

    private const int UsualRecent = 5;
    private const int ExcerptCharacters = 200;
    private const string MediaType = "application/json; charset=utf-8";

    /// <summary>A comment in a list of the latest.</summary>
    /// <param name="Id">Its lasting id.</param>
    /// <param name="Address">Where it is on the host page.</param>
    /// <param name="AuthorName">Its author's shown name; empty where they have deleted their account.</param>
    /// <param name="PostedAt">When it was written (UTC).</param>
    /// <param name="Excerpt">The beginning of its text, plain, at most 200 characters and an ellipsis.</param>
    /// <param name="PageAddress">The host page.</param>
    /// <param name="PageTitle">Its title; empty if unknown.</param>
    /// <param name="Author">The commenter's id.</param>
    /// <param name="AuthorPicture">The path of their picture on this server; null where they have none.</param>
    public sealed record RecentComment(
        long Id, string Address, string AuthorName, DateTimeOffset PostedAt, string Excerpt, string PageAddress, string PageTitle, long Author,
        string? AuthorPicture);

    /// <summary>A site's latest comments, newest first.</summary>
    public sealed record RecentComments(IReadOnlyList<RecentComment> Comments);

    /// <summary>Counts for index pages.</summary>
    public static async Task GetCountsAsync(
        string site, string[] page, string[] thread, HttpContext http, SiteBodies bodies, CountComments count, IOptions<JsonOptions> json)
    {
        var body = page.Length + thread.Length > MaxCounted
            ? Refusal.TooManyPages
            : await bodies.GetAsync(
                site, $"counts {JsonSerializer.Serialize(new { page, thread })}",
                async found => Serialize(await count.HandleAsync(found, page, thread, CancellationToken.None), json), http.RequestAborted);
        await SiteBodies.WriteAsync(http, body, MediaType);
    }

    /// <summary>The latest comments of a site.</summary>
    public static async Task GetRecentAsync(
        string site, int? count, HttpContext http, SiteBodies bodies, ReadLatest latest, IOptions<JsonOptions> json)
    {
        var wanted = count ?? UsualRecent;
        var body = wanted is < 1 or > MaxRecent
            ? Refusal.CountInvalid
            : await bodies.GetAsync(site, $"recent {wanted}", async found =>
            {
                var comments = await latest.OfSiteAsync(found.Id, wanted, CancellationToken.None);
                return Serialize(new RecentComments([.. comments.Select(Recent)]), json);
            }, http.RequestAborted);
        await SiteBodies.WriteAsync(http, body, MediaType);
    }

    private static RecentComment Recent(LatestComment comment) => new(
        comment.Id, comment.Address, comment.AuthorName, comment.PostedAt, PlainText.Excerpt(comment.BodyHtml, ExcerptCharacters),
        comment.PageAddress, comment.PageTitle, comment.Author, PictureEndpoints.PathOf(comment.AuthorPicture));

    private static string Serialize<T>(T value, IOptions<JsonOptions> json) => JsonSerializer.Serialize(value, json.Value.SerializerOptions);
}
