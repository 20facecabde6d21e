using Embed.Server.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Embed.Server.Commenters;

/// <summary>
/// Signing in as addresses. A popup flow: <see cref="OpenAsync"/> → <see cref="ChallengeAsync"/> → provider →
/// <see cref="SignInCallback"/> → <see cref="FinishAsync"/>; somebody signed in already goes by <see cref="ContinueAsync"/>.
/// </summary>
internal static partial class SignInEndpoints
{
    /// <summary>
    /// How a page's script opens the popup: by a form, because only then the browser says of which origin the script is. Leads on
    /// to <see cref="OpenAsync"/>.
    /// </summary>
    public static async Task<IResult> OpenFromPageAsync(
        [AsParameters] SignInDemand demand, HttpContext http, SignInFlows flows, OpenedFromPage fromPage, CancellationToken cancellationToken)
    {
        var ready = await flows.CheckAsync(demand, http.Request, cancellationToken);
        if (ready.Flow is null || ready.Fault.Length > 0)
        {
            return Refuse(http, ready);
        }

        fromPage.Note(http, ready.Flow.Opener);
        return new SeeOther(ready.Flow.Address);
    }

    /// <summary>The popup's first page, or signing in on our own origin.</summary>
    public static async Task<IResult> OpenAsync(
        [AsParameters] SignInDemand demand,
        HttpContext http,
        SignInFlows flows,
        MailSignIn mail,
        CancellationToken cancellationToken)
    {
        var ready = await flows.CheckAsync(demand, http.Request, cancellationToken);
        if (ready.Flow is null)
        {
            return Refuse(http, ready);
        }

        return SignInPages.Choose(http, ready, CurrentCommenter.PersonOf(http), await mail.IsOfferedAsync(ready.Site, cancellationToken));
    }

    /// <summary>A provider's button: sends the browser there, with the flow in the protected state.</summary>
    public static async Task<IResult> ChallengeAsync(
        string provider,
        [AsParameters] SignInDemand demand,
        HttpContext http,
        SignInFlows flows,
        IOptionsMonitor<OpenIddictClientOptions> client,
        ILoggerFactory logging,
        CancellationToken cancellationToken)
    {
        var ready = await flows.CheckAsync(demand, http.Request, cancellationToken);
        var registration = client.CurrentValue.Registrations
            .SingleOrDefault(r => string.Equals(r.ProviderName, provider, StringComparison.OrdinalIgnoreCase));
        if (ready.Flow is null)
        {
            return Refuse(http, ready);
        }

        if (registration is null)
        {
            return SignInPages.Fault(
                http, ready.Flow.Language, "ProviderUnknown", StatusCodes.Status404NotFound, retry: ready.Flow.Address, retryLabel: "OtherWays",
                flow: ready.Flow);
        }

        if (ready.Site?.Offers(registration.ProviderName!) == false)
        {
            return SignInPages.Fault(
                http, ready.Flow.Language, "ProviderNotOffered", StatusCodes.Status403Forbidden, registration.ProviderDisplayName!,
                ready.Flow.Address, "OtherWays", ready.Flow);
        }

        var properties = new AuthenticationProperties
        {
            Items =
            {
                [OpenIddictClientAspNetCoreConstants.Properties.ProviderName] = registration.ProviderName,
                [SignInCallback.FlowItem] = SignInFlows.Write(ready.Flow),
            },
        };
        if (CurrentCommenter.PersonOf(http) is not null)
        {
            // "Use another account": otherwise the provider would answer with the same one without asking.
            properties.SetParameter(Parameters.Prompt, PromptValues.SelectAccount);
        }

        try
        {
            await registration.ConfigurationManager!.GetConfigurationAsync(cancellationToken).WaitAsync(cancellationToken);
            await http.ChallengeAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme, properties);
            return Results.Empty;
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            // Down, slow, or its discovery document is of no use: OpenIddict and its libraries throw whatever came up.
            Log.NotReached(logging.CreateLogger(typeof(SignInEndpoints)), registration.ProviderName!, fault.GetBaseException().Message);
            return SignInPages.Fault(
                http, ready.Flow.Language, "ProviderDown", StatusCodes.Status502BadGateway, registration.ProviderDisplayName!, ready.Flow.Address,
                flow: ready.Flow);
        }
    }

    /// <summary>"Continue as …": somebody who is signed in on our origin consents to sign in at the site shown.</summary>
    public static async Task<IResult> ContinueAsync(
        [AsParameters] SignInDemand demand, HttpContext http, SignInFlows flows, CancellationToken cancellationToken)
    {
        var ready = await flows.CheckAsync(demand, http.Request, cancellationToken);
        if (ready.Flow is null)
        {
            return Refuse(http, ready);
        }

        var commenter = CurrentCommenter.PersonOf(http);
        return new SeeOther(commenter is null || ready.Flow.Opener is null
            ? ready.Flow.Address
            : flows.FinishAddress(ready.Flow, commenter.Id));
    }

    /// <summary>The last page: issues the code and hands it to the opener, or goes back to the page with it.</summary>
    public static async Task<IResult> FinishAsync(
        string? ticket,
        [AsParameters] SignInDemand demand,
        HttpContext http,
        SignInFlows flows,
        SignInCodes codes,
        Standings standings,
        CancellationToken cancellationToken)
    {
        var commenter = CurrentCommenter.PersonOf(http);
        if (commenter is null || flows.Open(ticket, commenter.Id) is not { Opener: { } opener } flow)
        {
            var began = (await flows.CheckAsync(demand, http.Request, cancellationToken)).Flow;
            return Refuse(http, new CheckedFlow(began?.Opener is null ? null : began, null, "Expired", StatusCodes.Status400BadRequest));
        }

        // Asked again, because an origin may have been taken off the site since the first page.
        var site = await flows.FindSiteAsync(opener.Site, cancellationToken);
        if (site?.Takes(commenter) == false)
        {
            return SignInPages.Fault(
                http, flow.Language, "AccountNotOffered", StatusCodes.Status403Forbidden, retry: flow.Address, retryLabel: "OtherWays", flow: flow);
        }

        if (site is null || !SignInFlows.Allows(site, opener.Origin, http.Request))
        {
            return SignInPages.Fault(http, flow.Language, "OriginNotAllowed", StatusCodes.Status400BadRequest);
        }

        if (await standings.FindBanAsync(commenter.Id, site.Id, cancellationToken) is { } banned)
        {
            return SignInPages.Refused(http, flow, banned);
        }

        var code = await codes.IssueAsync(
            new NewSignInCode(commenter.Id, site.Id, opener.Origin, opener.Challenge, flow.IsFromPage), cancellationToken);
        return ReturnPage.With(opener.Page, code) is { } back ? SignInPages.GoBack(http, flow, back) : SignInPages.Finish(http, flow, code);
    }

    /// <summary>Forgets our own origin's cookie. Sign-ins at sites are theirs to end.</summary>
    public static async Task<SeeOther> SignOutAsync([AsParameters] SignInDemand demand, HttpContext http, CurrentCommenter current)
    {
        await current.SignOutAsync(http);
        return new SeeOther(LocalAddress.IsLocal(demand.Return) ? demand.Return! : "/signin");
    }

    private static RazorComponentResult<SignInFaultPage> Refuse(HttpContext http, CheckedFlow refused) =>
        SignInPages.Fault(
            http, PageLanguage.Of(http.Request), refused.Fault, refused.Status, retry: refused.Flow?.Address, flow: refused.Flow);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Nobody can sign in with {Provider} now: it cannot be reached, or its discovery document is of no use. {Reason}")]
        public static partial void NotReached(ILogger logger, string provider, string reason);
    }
}
