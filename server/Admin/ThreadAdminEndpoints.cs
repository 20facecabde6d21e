using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Pages;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Admin;

/// <summary>A site's threads and its moderation log, below <c>/admin</c>.</summary>
internal static class ThreadAdminEndpoints
{
    /// <summary>A site's threads.</summary>
    public static async Task<IResult> ListAsync(
        string key, HttpContext http, SiteDirectory sites, ListThreads handler, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(key, cancellationToken) is not { } site)
        {
            return AdminEndpoints.NotFound(http);
        }

        var search = http.Request.Query["q"].ToString().Trim();
        var isTooLong = search.Length > ListThreads.MaxSearchCharacters;
        return PageResult.Page<ThreadsPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(ThreadsPage.Site)] = site.Key,
                [nameof(ThreadsPage.Search)] = search,
                [nameof(ThreadsPage.Fault)] = isTooLong ? ThreadActText.SearchTooLong : null,
                [nameof(ThreadsPage.Page)] = isTooLong
                    ? new ThreadList([], 0)
                    : await handler.HandleAsync(site.Id, search, BeforeOf(http), cancellationToken),
            },
            isTooLong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    /// <summary>A thread, with what can be done with it.</summary>
    public static Task<IResult> OpenAsync(
        long threadId, HttpContext http, ReadThreadSettings threads, CancellationToken cancellationToken) =>
        DrawAsync(http, threads, threadId, ThreadActForm.Read(name => http.Request.Query[name]), [], StatusCodes.Status200OK, cancellationToken);

    /// <summary>Plans a merge, or carries it out.</summary>
    public static Task<IResult> MergeAsync(
        long threadId, IFormCollection form, HttpContext http, AdminForms forms, ReadThreadSettings threads, MergeThreads handler,
        CancellationToken cancellationToken) =>
        ActAsync(
            threadId, form, MergeThreads.Word, http, forms, threads,
            (actor, typed, seen) => handler.HandleAsync(actor, threadId, new(typed.Into, seen), cancellationToken), cancellationToken);

    /// <summary>Plans a move, or carries it out.</summary>
    public static Task<IResult> MoveAsync(
        long threadId, IFormCollection form, HttpContext http, AdminForms forms, ReadThreadSettings threads, MoveThread handler,
        CancellationToken cancellationToken) =>
        ActAsync(
            threadId, form, MoveThread.Word, http, forms, threads,
            (actor, typed, seen) => handler.HandleAsync(actor, threadId, new(typed.Address, seen), cancellationToken), cancellationToken);

    /// <summary>Plans a split, or carries it out.</summary>
    public static Task<IResult> SplitAsync(
        long threadId, IFormCollection form, HttpContext http, AdminForms forms, ReadThreadSettings threads, SplitBranch handler,
        CancellationToken cancellationToken) =>
        ActAsync(
            threadId, form, SplitBranch.Word, http, forms, threads,
            (actor, typed, seen) => handler.HandleAsync(actor, threadId, new(typed.Comment, typed.Page, typed.Title, seen), cancellationToken),
            cancellationToken);

    private static async Task<IResult> ActAsync(
        long threadId, IFormCollection form, string word, HttpContext http, AdminForms forms, ReadThreadSettings threads,
        Func<Commenter, ThreadActForm, string?, Task<ThreadActResult>> act, CancellationToken cancellationToken)
    {
        var typed = ThreadActForm.Read(name => form[name]);
        var (actor, answer) = await forms.AdmitAsync(http, cancellationToken);
        if (actor is null)
        {
            return answer ?? await DrawAsync(
                http, threads, threadId, typed, new() { [SaveSite.WholeForm] = AdminText.FormExpired }, StatusCodes.Status400BadRequest, cancellationToken);
        }

        string? seen = form["seen"];
        var result = await act(actor, typed, seen);
        if (result.Plan is { } plan)
        {
            return PageResult.Page<ThreadPlanPage>(http, new Dictionary<string, object?>
            {
                [nameof(ThreadPlanPage.ThreadId)] = threadId,
                [nameof(ThreadPlanPage.Plan)] = plan,
                [nameof(ThreadPlanPage.Form)] = typed,
                [nameof(ThreadPlanPage.HasChanged)] = seen is not null,
            });
        }

        if (result.Fault is { } fault)
        {
            typed = fault == ThreadFault.AddressTaken ? typed with { Into = typed.Address } : typed;
            return await DrawAsync(
                http, threads, threadId, typed, new() { [ThreadActForm.FieldOf(word, fault)] = ThreadActText.Of(result) },
                StatusCodes.Status422UnprocessableEntity, cancellationToken);
        }

        return result.Refusal is not null
            ? SignInPages.Denied(http)
            : new SeeOther(await forms.LogAddressAsync(result.Done!, cancellationToken));
    }

    private static async Task<IResult> DrawAsync(
        HttpContext http, ReadThreadSettings threads, long threadId, ThreadActForm form, Dictionary<string, string> faults, int status,
        CancellationToken cancellationToken)
    {
        var thread = await threads.HandleAsync(threadId, cancellationToken);
        return thread is null ? AdminEndpoints.NotFound(http)
            // An address that leads elsewhere has no page of its own.
            : thread.Thread.Id != threadId ? new SeeOther($"/admin/threads/{thread.Thread.Id}")
            : Draw(http, thread, form, faults, status);
    }

    private static RazorComponentResult<ThreadActsPage> Draw(
        HttpContext http, ThreadSettings thread, ThreadActForm form, Dictionary<string, string> faults, int status) =>
        PageResult.Page<ThreadActsPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(ThreadActsPage.Settings)] = thread,
                [nameof(ThreadActsPage.Form)] = form,
                [nameof(ThreadActsPage.Faults)] = faults,
            },
            status);

    /// <summary>The id that the page before ended at; 0 for the first page.</summary>
    internal static long BeforeOf(HttpContext http) =>
        long.TryParse(http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : 0;
}

/// <summary>What the forms below <c>/admin</c> ask before they act, and where they lead.</summary>
internal sealed class AdminForms(IAntiforgery antiforgery, SiteDirectory sites)
{
    /// <summary>Whoever sent a form of a page of ours.</summary>
    /// <returns>The sender; or the answer for somebody not signed in; or neither, for a form that is too old.</returns>
    public async Task<(Commenter? Actor, IResult? Answer)> AdmitAsync(HttpContext http, CancellationToken cancellationToken) =>
        !await antiforgery.IsRequestValidAsync(http) ? (null, null)
        : CurrentCommenter.Of(http) is { } actor ? (actor, null)
        : (null, new SeeOther("/signin?return=/admin"));

    /// <summary>The address of an entry of the log.</summary>
    public async Task<string> LogAddressAsync(ModerationLogEntry entry, CancellationToken cancellationToken) =>
        $"/admin/sites/{(await sites.FindAsync(entry.SiteId!.Value, cancellationToken))!.Key}/log?entry={entry.Id}";
}
