using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Threads;
using Embed.Widget;

namespace Embed.Server.Comments;

/// <summary>Draws a thread's own page for whoever our own origin's cookie signs in.</summary>
internal sealed class ThreadPages(
    ReadThread read, Admission admission, BrowserAddresses files, ThreadListing listing, TimeProvider clock)
{
    /// <summary>The page of a thread.</summary>
    /// <param name="http">The request.</param>
    /// <param name="address">Which thread, in which order and language; hostile.</param>
    /// <param name="replyTo">The comment whose reply form is to be open; none where it cannot be answered.</param>
    /// <param name="flagOf">The comment whose report form is to be open; 0 for none.</param>
    /// <param name="part">Which part of it; null where a place is named that no thread has.</param>
    /// <param name="refused">The post just refused and its text; null on a first look.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IResult> DrawAsync(
        HttpContext http, OwnPageAddress address, long replyTo, long flagOf, ThreadSlice? part, RefusedPost? refused,
        CancellationToken cancellationToken)
    {
        var located = await read.LocateAsync(address.Site, address.Page, address.Canonical, address.Thread, cancellationToken);
        if ((located.Refusal ?? (part is null ? Refusal.PlaceUnknown : null)) is { } refusal)
        {
            return Fault(http, refusal.Status, TextOf(http).Sentence(refusal.ForWidget()));
        }

        var place = located.Value!;
        var sort = ThreadEndpoints.SortOf(address.Sort) ?? place.Site.DefaultSort;
        var form = Math.Max(replyTo, flagOf);
        var slice = part == ThreadSlice.First && form > 0 ? new ThreadSlice(Around: form) : part!.Value;
        var rows = await read.RowsAsync(place, sort, slice, cancellationToken);
        var (viewer, own) = await ViewerAsync(http, place, rows, slice.Around, cancellationToken);
        var seen = own is null ? rows.Slice : rows.Slice.With(own.Comments);
        var canReply = !rows.IsClosed && seen.Comments.Any(row => row.Id == replyTo && row.State == CommentState.Published);
        var thread = ReadThread.Shape(place, rows, sort, http.Request.ServerOrigin(), own);
        return PageResult.Page<ThreadPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(ThreadPage.Thread)] = thread,
                [nameof(ThreadPage.Address)] = address with { Page = place.Page.Address, Thread = place.Page.ExplicitThread, Canonical = null },
                [nameof(ThreadPage.Text)] = TextOf(http),
                [nameof(ThreadPage.Now)] = clock.GetUtcNow(),
                [nameof(ThreadPage.StylesAddress)] = files.Styles,
                [nameof(ThreadPage.PageTitle)] = rows.Title,
                [nameof(ThreadPage.StructuredData)] = await listing.DescribeAsync(http.Request, place, thread, cancellationToken),
                [nameof(ThreadPage.Viewer)] = viewer,
                // What answered a comment that is gone moves to the form for a new one, as its refusal says.
                [nameof(ThreadPage.ReplyTo)] = canReply ? replyTo : 0,
                [nameof(ThreadPage.FlagOf)] = flagOf,
                [nameof(ThreadPage.Attempt)] = refused,
            },
            refused?.Status ?? StatusCodes.Status200OK);
    }

    /// <summary>The page for a link that leads to no thread.</summary>
    public static IResult Fault(HttpContext http, int status, string sentence) =>
        PageResult.Page<NoticePage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(NoticePage.Title)] = TextOf(http)["Discussion"],
                [nameof(NoticePage.Culture)] = TextOf(http).Culture,
                [nameof(NoticePage.Sentence)] = sentence,
            },
            status);

    /// <summary>The strings in the language of the request.</summary>
    public static WidgetText TextOf(HttpContext http) => WidgetText.For(PageLanguage.Of(http.Request));

    private async Task<(Viewer? Viewer, ViewerRows? Own)> ViewerAsync(
        HttpContext http, ThreadPlace place, ThreadRows rows, long around, CancellationToken cancellationToken)
    {
        if (CurrentCommenter.Of(http, place.Site) is not { } commenter)
        {
            return (null, null);
        }

        var actor = await admission.IdentifyAsync(place.Site, commenter, ActedVia.Thread, isModerator: false, cancellationToken);
        var own = await read.ViewerRowsAsync(place, rows, commenter.Id, actor.IsModerator, unseen: null, around > 0 ? [around] : [], cancellationToken);
        var viewer = new Viewer(commenter.Id, commenter.Name, actor.IsModerator, own.Votes, commenter.Kind == CommenterKind.Guest)
        {
            Flagged = own.Flagged,
            IsNotSlowed = SlowMode.Exempts(actor.Role),
        };
        return (viewer, own);
    }
}
