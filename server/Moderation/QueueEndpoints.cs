using System.Globalization;
using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Moderation;

/// <summary>The moderators' queue over HTTP, for one site: the same handlers as in the page and the widget.</summary>
internal static class QueueEndpoints
{
    /// <summary>A page of a tab, with how much there is to do.</summary>
    /// <param name="Comments">Its comments, in order.</param>
    /// <param name="Next">The <c>after</c> of the next page; null if there is none.</param>
    /// <param name="Counts">How many comments the tabs have.</param>
    public sealed record Queue(IReadOnlyList<QueuedComment> Comments, long? Next, QueueCounts Counts);

    /// <summary>An act on comments.</summary>
    /// <param name="Word"><c>approve</c>, <c>reject</c>, <c>spam</c>, <c>delete</c>, <c>edit</c>, <c>pin</c> or <c>unpin</c>.</param>
    /// <param name="Comments">Which, 1 to 100, with the revision of each that was looked at.</param>
    /// <param name="Reason">With <c>delete</c>: what readers are told.</param>
    /// <param name="Body">With <c>edit</c>: the new Markdown.</param>
    public sealed record Act(
        [property: JsonPropertyName("act"), JsonRequired] string Word, [property: JsonRequired] IReadOnlyList<SeenComment> Comments,
        string? Reason = null, string? Body = null);

    /// <summary>A comment as it was looked at.</summary>
    public sealed record SeenComment([property: JsonRequired] long Id, [property: JsonRequired] int Revision);

    /// <summary>What came of an act for each comment.</summary>
    public sealed record ActResults(IReadOnlyList<ActedComment> Comments);

    /// <summary>What came of an act for a comment.</summary>
    /// <param name="Id">The comment.</param>
    /// <param name="Entry">The entry of the moderation log, for undoing it; null where nothing had to change.</param>
    /// <param name="Revision">Its revision now.</param>
    /// <param name="Code">Why it was refused; null if it is as asked.</param>
    /// <param name="Detail">The same as a sentence.</param>
    /// <param name="Decided">With <c>decided-already</c>: what somebody else has decided.</param>
    public sealed record ActedComment(long Id, long? Entry, int Revision, string? Code, string? Detail, Decision? Decided);

    /// <summary>What is to be taken back.</summary>
    /// <param name="Entries">Entries of the moderation log, at most 100.</param>
    public sealed record Undo([property: JsonRequired] IReadOnlyList<long> Entries);

    /// <summary>What came of undoing each entry.</summary>
    public sealed record UndoResults(IReadOnlyList<UndoneEntry> Entries);

    /// <summary>What came of undoing an entry.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Result"><c>undone</c>, <c>undoneAlready</c>, <c>changedSince</c>, <c>addressTaken</c>, <c>notFound</c> or <c>notUndoable</c>.</param>
    public sealed record UndoneEntry(long Entry, string Result);

    public static void MapQueue(this RouteGroupBuilder api)
    {
        api.MapGet("/sites/{site}/moderation/queue", ReadAsync).WithSummary("What waits, is flagged, spam or recent (moderators)")
            .WithDescription("tab is held, flagged, spam or recent; sort newest or oldest; after the next of the page before. Counts end at 1,000, an author's at 100.");
        api.MapPost("/sites/{site}/moderation/acts", ActAsync).WithSummary("Act on comments (moderators)")
            .WithDescription("A comment that somebody else has decided on since is refused alone, as decided-already, with what was decided.");
        api.MapPost("/sites/{site}/moderation/undo", UndoAsync).WithSummary("Take acts back (moderators)");
    }

    /// <summary>Registers what the queue is made of.</summary>
    public static void AddQueue(this IServiceCollection services)
    {
        services.AddSingleton<ModerateComments>();
        services.AddSingleton<QueueAuthors>();
        services.AddSingleton<ReadQueue>();
    }

    private static async Task<Results<Ok<Queue>, ProblemHttpResult>> ReadAsync(
        string site, HttpContext http, HttpAdmission admission, ReadQueue handler, CancellationToken cancellationToken,
        string tab = "held", string sort = "newest", string? after = null)
    {
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        if (TabOf(tab) is not { } wanted || sort is not ("newest" or "oldest") || !TryReadId(after, out var from))
        {
            return Refusal.RequestInvalid.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        var page = await handler.HandleAsync([actor.Value!], wanted, sort == "oldest", from, cancellationToken);
        var counts = await handler.CountAsync([actor.Value!], cancellationToken);
        return page.Refusal is null
            ? TypedResults.Ok(new Queue(page.Value!.Comments, page.Value.Next, counts.Value!))
            : page.Refusal.ToProblem(http);
    }

    private static async Task<Results<Ok<ActResults>, ProblemHttpResult>> ActAsync(
        string site, Act act, HttpContext http, HttpAdmission admission, ModerateComments handler, CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        if (ActOf(act) is not { } wanted || act.Comments is null || act.Comments.Contains(null!))
        {
            return Refusal.RequestInvalid.ToProblem(http);
        }

        var done = await handler.HandleAsync(
            actor.Value!, [.. act.Comments.Select(seen => new ModerateComments.Seen(seen.Id, seen.Revision))], wanted, cancellationToken);
        if (done.Refusal is not null)
        {
            return done.Refusal.ToProblem(http);
        }

        var text = WidgetText.For(PageLanguage.Of(http.Request));
        return TypedResults.Ok(new ActResults([.. done.Value!.Select(item => new ActedComment(
            item.Id, item.Entry, item.Revision, item.Refusal?.Code, item.Refusal is null ? null : text.Sentence(item.Refusal.ForWidget()), item.Decided))]));
    }

    private static async Task<Results<Ok<UndoResults>, ProblemHttpResult>> UndoAsync(
        string site, Undo undo, HttpContext http, HttpAdmission admission, UndoAct handler, CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        if (undo.Entries is null)
        {
            return Refusal.RequestInvalid.ToProblem(http);
        }

        var done = await handler.HandleAsync(actor.Value!, undo.Entries, cancellationToken);
        return done.Refusal is null
            ? TypedResults.Ok(new UndoResults([.. done.Value!.Select(item => new UndoneEntry(item.Entry, ApiWord.Of(item.Result)))]))
            : done.Refusal.ToProblem(http);
    }

    private static QueueTab? TabOf(string word) => word switch
    {
        "held" => QueueTab.Held,
        "flagged" => QueueTab.Flagged,
        "spam" => QueueTab.Spam,
        "recent" => QueueTab.Recent,
        _ => null,
    };

    private static CommentAct? ActOf(Act act) => act.Word switch
    {
        "approve" => new CommentAct.Approve(),
        "reject" => new CommentAct.Reject(),
        "spam" => new CommentAct.MarkSpam(),
        "delete" => new CommentAct.Delete(act.Reason),
        "edit" => new CommentAct.Edit(act.Body),
        "pin" => new CommentAct.Pin(),
        "unpin" => new CommentAct.Unpin(),
        _ => null,
    };

    private static bool TryReadId(string? text, out long? id)
    {
        id = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return id is not null || string.IsNullOrEmpty(text);
    }
}
