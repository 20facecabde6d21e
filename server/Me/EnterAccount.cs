using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Me;

/// <summary>
/// The way to <c>/me</c> for those whom a site alone knows (<see cref="SessionHandover"/>). A code that somebody else sent signs
/// nobody in: a person reads whose it is, and presses a button.
/// </summary>
internal static class EnterAccount
{
    /// <summary>What all of its addresses begin with.</summary>
    public const string Path = $"{MePages.Home}/enter";

    /// <summary>A one-time code.</summary>
    /// <param name="Code">The code, for the fragment of <c>/me/enter</c>; good once, for a minute.</param>
    public sealed record Handover(string Code);

    /// <summary>Issues a code to the bearer of a site's session.</summary>
    public static async Task<Results<Ok<Handover>, ProblemHttpResult>> HandOverAsync(
        string site, HttpContext http, HttpAdmission admission, SessionHandover handover, CancellationToken cancellationToken)
    {
        var asking = await admission.IdentifyAtSiteAsync(site, http, cancellationToken);
        if (asking.Value is not { } actor)
        {
            return asking.Refusal!.ToProblem(http);
        }

        var code = await handover.BeginAsync(actor.Commenter, actor.Site, http.Request, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return code.Refusal is null ? TypedResults.Ok(new Handover(code.Value!)) : code.Refusal.ToProblem(http);
    }

    /// <summary>Where the widget leads: the page's script takes the code out of the address's fragment.</summary>
    public static IResult Open(HttpContext http) => MePages.Page<EnterPage>(http, []);

    /// <summary>Uses the code up, and says whose it is.</summary>
    public static async Task<IResult> PostAsync(
        SentForm form, HttpContext http, SessionHandover handover, CancellationToken cancellationToken)
    {
        var arriving = await handover.RedeemAsync(form["code"], http.Request, cancellationToken);
        if (arriving.Value is not { } arrival)
        {
            return Refuse(http, arriving.Refusal!);
        }

        var present = CurrentCommenter.Of(http);
        return present?.Id == arrival.Commenter.Id ? new SeeOther(MePages.Home) : MePages.Page<EnterConfirmPage>(http, new()
        {
            [nameof(EnterConfirmPage.Ticket)] = handover.TicketOf(arrival, http.Request),
            [nameof(EnterConfirmPage.Name)] = arrival.Commenter.Name,
            [nameof(EnterConfirmPage.SiteName)] = arrival.Site.Name,
            [nameof(EnterConfirmPage.Replaced)] = present?.Name,
            [nameof(EnterConfirmPage.IsGuestReplaced)] = present?.Kind == CommenterKind.Guest,
        });
    }

    /// <summary>"Yes, that is me."</summary>
    public static async Task<IResult> ConfirmAsync(
        SentForm form, HttpContext http, SessionHandover handover, CurrentCommenter current, CancellationToken cancellationToken)
    {
        var arriving = await handover.OpenAsync(form["ticket"], http.Request, cancellationToken);
        if (arriving.Value is not { } arrival)
        {
            return Refuse(http, arriving.Refusal!);
        }

        await current.SignInAsync(http, arrival.Commenter.Id);
        return new SeeOther(MePages.Home);
    }

    private static RazorComponentResult<MeFaultPage> Refuse(HttpContext http, Refusal refusal) => refusal switch
    {
        _ when refusal == Refusal.CodeInvalid => MePages.Fault(http, "EnterExpired", StatusCodes.Status400BadRequest),
        _ when refusal == Refusal.SignInRequired => MePages.Fault(http, "EnterEnded", StatusCodes.Status403Forbidden),
        _ when refusal == Refusal.NotAllowed => MePages.Fault(http, "EnterOtherWay", StatusCodes.Status403Forbidden),
        _ => MePages.Page<MeFaultPage>(
            http,
            new() { [nameof(MeFaultPage.Sentence)] = WidgetText.For(PageLanguage.Of(http.Request)).Sentence(refusal.ForWidget()) },
            refusal.Status),
    };
}
