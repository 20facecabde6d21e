using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Reads threads as everybody can: without origin, token or cookie.</summary>
internal static class ThreadReader
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The address of a thread in one of its forms: <c>thread.html</c>, <c>thread</c> or <c>thread/events</c>.</summary>
    public static string AddressOf(string page, string form = "thread.html", string? more = null) =>
        $"/api/v1/sites/{EmbedApplication.Site}/{form}?page={Uri.EscapeDataString(page)}{(more is null ? "" : $"&{more}")}";

    /// <summary>The fragment as parsed HTML.</summary>
    public static async Task<IElement> ReadHtmlAsync(this EmbedApplication application, string page, string? more = null)
    {
        using var http = application.CreateClient();
        return Parse(await http.GetStringAsync(AddressOf(page, more: more), Cancellation));
    }

    /// <summary>The thread as JSON.</summary>
    public static async Task<ThreadJson> ReadThreadAsync(this EmbedApplication application, string page, string? more = null)
    {
        using var http = application.CreateClient();
        using var answer = await http.GetAsync(AddressOf(page, "thread", more), Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return (await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<ThreadJson>(answer.Content, Cancellation))!;
    }

    /// <summary>Every page of the thread as JSON, read on to the end of the top level.</summary>
    public static async Task<IReadOnlyList<ThreadJson>> ReadPagesAsync(this EmbedApplication application, string page, string more = "sort=oldest")
    {
        var pages = new List<ThreadJson> { await application.ReadThreadAsync(page, more) };
        while (pages[^1].After is { } after)
        {
            pages.Add(await application.ReadThreadAsync(page, $"{more}&after={after}"));
        }

        return pages;
    }

    /// <summary>HTML as a browser reads it.</summary>
    public static IElement Parse(string html) => new HtmlParser().ParseDocument($"<!doctype html><body>{html}").Body!;

    /// <summary>The element of a comment; fails where there is none.</summary>
    public static IElement Comment(this IElement thread, long id) =>
        thread.QuerySelector($"#comment-{id}") ?? throw new InvalidOperationException($"The thread shows no comment {id}.");

    /// <summary>The ids of the comments directly below an element, in order.</summary>
    public static IReadOnlyList<long> Ids(this IElement list) =>
        [.. list.Children.Where(item => item.ClassList.Contains("comment")).Select(item => long.Parse(item.GetAttribute("data-id")!, CultureInfo.InvariantCulture))];

    /// <summary>All comments of a thread, in reading order.</summary>
    public static IEnumerable<CommentJson> All(this ThreadJson thread) => thread.Comments.SelectMany(Below);

    private static IEnumerable<CommentJson> Below(CommentJson comment) => comment.Replies.SelectMany(Below).Prepend(comment);
}

/// <summary>The thread as the API's clients read it.</summary>
internal sealed record ThreadJson(string Key, string PageAddress, bool IsClosed, int CommentCount, long Version, string Sort, bool IsFromStart, string? After, CommentJson[] Comments,
    CommentJson? Pinned = null, string? Note = null, int SlowModeMinutes = 0);

/// <summary>A comment as the API's clients read it.</summary>
internal sealed record CommentJson(
    long Id, long? ParentId, int Depth, string Outline, string Standing, string AuthorName, bool IsByModerator, DateTimeOffset? EditedAt,
    string Body, int UpVotes, int DownVotes, CommentJson[] Replies, MoreJson? More, string? Reason = null, bool IsPinned = false);

/// <summary>Where a branch goes on.</summary>
internal sealed record MoreJson(int Count, long After);
