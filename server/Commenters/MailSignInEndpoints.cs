using Embed.Server.Http;
using Embed.Server.Mail;
using Embed.Server.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Commenters;

/// <summary>
/// Signing in by mail as addresses. <see cref="AskAsync"/> sends a mail; its code is typed at <see cref="CodeAsync"/>, its link
/// leads to <see cref="Link"/>; somebody new says their name at <see cref="NameAsync"/>, somebody in another browser says at
/// <see cref="ConfirmAsync"/> that it is them. Then as with any provider.
/// </summary>
internal static class MailSignInEndpoints
{
    /// <summary>What all of its addresses begin with.</summary>
    public const string Path = "/signin/mail";

    /// <summary>Registers what it is made of.</summary>
    public static void AddMailSignIn(this IServiceCollection services)
    {
        services.AddMail();
        services.AddSingleton<ServerSecrets>();
        services.AddSingleton<MailSignIn>();
        services.AddSingleton<MailTickets>();
    }

    /// <summary>Every address of it; forms carry the antiforgery token of their page.</summary>
    public static void MapMailSignIn(this IEndpointRouteBuilder pages)
    {
        pages.MapPost(Path, AskAsync).RequireAntiforgery(SignInPages.FormExpired);
        pages.MapGet($"{Path}/code", OpenCodeAsync);
        pages.MapPost($"{Path}/code", CodeAsync).RequireAntiforgery(SignInPages.FormExpired).RequireFailurePace();
        pages.MapGet($"{Path}/link", Link);
        pages.MapPost($"{Path}/link", LinkAsync).RequireAntiforgery(SignInPages.FormExpired).RequireFailurePace();
        pages.MapPost($"{Path}/name", NameAsync).RequireAntiforgery(SignInPages.FormExpired);
        pages.MapPost($"{Path}/confirm", ConfirmAsync).RequireAntiforgery(SignInPages.FormExpired);
        pages.MapGet($"{Path}/opened", Opened);
    }

    /// <summary>Sends a mail, or does not; the answer is the same.</summary>
    private static async Task<IResult> AskAsync(
        [AsParameters] SignInDemand demand, SentForm form, HttpContext http, SignInFlows flows, MailSignIn mail,
        CancellationToken cancellationToken)
    {
        var ready = await CheckAsync(demand, http, flows, mail, cancellationToken);
        if (ready.Flow is not { } flow)
        {
            return Refuse(http, ready);
        }

        if (Mailbox.Of(form["address"]) is not { } mailbox)
        {
            return MailSignInPages.Ask(http, flow, form["address"].ToString(), "MailAddressInvalid");
        }

        await mail.SendAsync(http, flow, ready.Site?.Name, mailbox, cancellationToken);
        // Not a page at once: reloaded, it would send another mail.
        return new SeeOther(flow.AddressAt($"{Path}/code"));
    }

    /// <summary>Where the code is typed. Opened again after the link was used in the same browser, it goes on.</summary>
    private static async Task<IResult> OpenCodeAsync(
        [AsParameters] SignInDemand demand, HttpContext http, SignInFlows flows, MailSignIn mail, CancellationToken cancellationToken)
    {
        var ready = await CheckAsync(demand, http, flows, mail, cancellationToken);
        return ready.Flow is not { } flow ? Refuse(http, ready)
            : !await mail.IsShownAsync(http, flow, cancellationToken) ? MailSignInPages.Code(http, flow, null)
            : new SeeOther(flow.Opener is null ? flow.Return : flows.FinishAddress(flow, CurrentCommenter.PersonOf(http)!.Id));
    }

    private static async Task<IResult> CodeAsync(
        [AsParameters] SignInDemand demand, SentForm form, HttpContext http, SignInFlows flows, MailSignIn mail, AcceptAccount accept,
        MailTickets tickets, CancellationToken cancellationToken)
    {
        var ready = await CheckAsync(demand, http, flows, mail, cancellationToken);
        if (ready.Flow is not { } flow)
        {
            return Refuse(http, ready);
        }

        // It goes on with the sign-in of the page it was typed into: that is the one its opener waits for.
        return await mail.RedeemCodeAsync(http, form["code"], cancellationToken) is { } proven
            ? await GoOnAsync(http, proven with { Flow = flow }, mail, accept, tickets, cancellationToken)
            : MailSignInPages.Code(http, flow, "MailCodeWrong");
    }

    /// <summary>
    /// Where the mail's link leads. It does nothing yet: mail servers open links to look for malice. The secret is in the
    /// address's fragment, and the page's script puts it into the form.
    /// </summary>
    private static IResult Link(HttpContext http) => MailSignInPages.Link(http, PageLanguage.Of(http.Request));

    /// <summary>
    /// Signs in the browser in which the link was opened, and no other: whoever asked for a mail to somebody else's mailbox gets
    /// nothing of it. In the same browser the sign-in under way goes on by itself, in its own window. In another one the link may
    /// be somebody else's, passed on to have people act as them: a page says first whose it is.
    /// </summary>
    private static async Task<IResult> LinkAsync(
        SentForm form, HttpContext http, MailSignIn mail, AcceptAccount accept, MailTickets tickets,
        CancellationToken cancellationToken)
    {
        var language = PageLanguage.Of(http.Request);
        if (await mail.RedeemLinkAsync(http, form["secret"], cancellationToken) is not { } proven)
        {
            return SignInPages.Fault(http, language, "MailLinkWrong", StatusCodes.Status400BadRequest);
        }

        if (proven.Flow.Link is not null && !proven.IsSameBrowser)
        {
            // It was to be another way in for whoever asked, who is in another browser: nobody is signed in here for that.
            return SignInPages.Fault(http, language, "LinkExpired", StatusCodes.Status400BadRequest);
        }

        var goesOnHere = proven is { IsSameBrowser: true, Flow.Opener: null };
        var flow = goesOnHere ? proven.Flow : new SignInFlow(null, $"{Path}/opened?{PageLanguage.Parameter}={language}", language);
        return await GoOnAsync(http, proven with { Flow = flow }, mail, accept, tickets, cancellationToken);
    }

    private static async Task<IResult> NameAsync(
        SentForm form, HttpContext http, MailSignIn mail, AcceptAccount accept, MailTickets tickets, CancellationToken cancellationToken)
    {
        if (tickets.Read(http, form["ticket"]) is not { } proven)
        {
            return Expired(http);
        }

        return ShownName.OfTyped(form["name"]) is { } name
            ? await FinishAsync(http, proven, name, mail, accept, cancellationToken)
            : MailSignInPages.Name(http, proven, form["ticket"]!, form["name"].ToString(), "MailNameInvalid");
    }

    private static async Task<IResult> ConfirmAsync(
        SentForm form, HttpContext http, MailSignIn mail, AcceptAccount accept, MailTickets tickets, CancellationToken cancellationToken) =>
        tickets.Read(http, form["ticket"]) is { } proven
            ? await FinishAsync(http, proven, null, mail, accept, cancellationToken)
            : Expired(http);

    private static IResult Opened(HttpContext http) => MailSignInPages.Opened(http, PageLanguage.Of(http.Request));

    private static async Task<IResult> GoOnAsync(
        HttpContext http, ProvenMailbox proven, MailSignIn mail, AcceptAccount accept, MailTickets tickets,
        CancellationToken cancellationToken)
    {
        var known = await mail.FindAsync(proven.Subject, cancellationToken);
        if (proven.Flow.Link is not null || (known is not null && proven.IsSameBrowser))
        {
            return await accept.HandleAsync(http, proven.Flow, AccountOf(proven, null), cancellationToken);
        }

        var ticket = tickets.Write(http, proven);
        // Whoever has a name already need not say one.
        return known is null ? MailSignInPages.Name(http, proven, ticket, "", null) : MailSignInPages.Confirm(http, proven, ticket, known);
    }

    private static async Task<IResult> FinishAsync(
        HttpContext http, ProvenMailbox proven, string? name, MailSignIn mail, AcceptAccount accept, CancellationToken cancellationToken) =>
        await mail.FinishAsync(proven, cancellationToken)
            ? await accept.HandleAsync(http, proven.Flow, AccountOf(proven, name), cancellationToken)
            : Expired(http);

    private static ProvenAccount AccountOf(ProvenMailbox proven, string? name) => new(MailSignIn.Provider, proven.Subject, proven.Label, name);

    private static RazorComponentResult<SignInFaultPage> Expired(HttpContext http) =>
        SignInPages.Fault(http, PageLanguage.Of(http.Request), "Expired", StatusCodes.Status400BadRequest);

    private static async Task<CheckedFlow> CheckAsync(
        SignInDemand demand, HttpContext http, SignInFlows flows, MailSignIn mail, CancellationToken cancellationToken)
    {
        var ready = await flows.CheckAsync(demand, http.Request, cancellationToken);
        return ready.Flow is null || await mail.IsOfferedAsync(ready.Site, cancellationToken)
            ? ready
            : new CheckedFlow(null, null, "ProviderUnknown", StatusCodes.Status404NotFound);
    }

    private static RazorComponentResult<SignInFaultPage> Refuse(HttpContext http, CheckedFlow refused) =>
        SignInPages.Fault(http, PageLanguage.Of(http.Request), refused.Fault, refused.Status);
}
