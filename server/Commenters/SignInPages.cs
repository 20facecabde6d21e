using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OpenIddict.Client;

namespace Embed.Server.Commenters;

/// <summary>A button of the sign-in page.</summary>
/// <param name="Name">The provider's name in addresses, lower case.</param>
/// <param name="DisplayName">Its name for people.</param>
public sealed record ProviderChoice(string Name, string DisplayName);

/// <summary>The pages of signing in, as results.</summary>
internal static class SignInPages
{
    /// <summary>The page that says where somebody signs in and lists the ways to.</summary>
    public static RazorComponentResult<SignInPage> Choose(HttpContext http, CheckedFlow ready, Commenter? commenter, bool offersMail)
    {
        var client = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIddictClientOptions>>().CurrentValue;
        var offered = client.Registrations.Where(registration => ready.Site?.Offers(registration.ProviderName!) != false).ToList();
        return PageResult.Page<SignInPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SignInPage.Text)] = SignInText.For(ready.Flow!.Language),
                [nameof(SignInPage.Flow)] = ready.Flow,
                [nameof(SignInPage.SiteName)] = ready.Site?.Name,
                [nameof(SignInPage.Name)] = commenter?.Name,
                [nameof(SignInPage.Account)] = commenter?.AccountKeys,
                [nameof(SignInPage.DeletionDueAt)] = commenter?.DeletionDueAt,
                [nameof(SignInPage.CanContinue)] = commenter is not null && ready.Site?.Takes(commenter) != false,
                [nameof(SignInPage.IsConfigured)] = client.Registrations.Count > 0,
                [nameof(SignInPage.Providers)] = offered
                    .Select(registration => new ProviderChoice(registration.ProviderName!.ToLowerInvariant(), registration.ProviderDisplayName!))
                    .ToList(),
                [nameof(SignInPage.OffersMail)] = offersMail,
            },
            formTargets: ProviderOrigins(offered));
    }

    /// <summary>A plain sentence with a way on.</summary>
    /// <param name="http">The request.</param>
    /// <param name="language">One of the supported languages.</param>
    /// <param name="key">The sentence's name in <see cref="SignInText"/>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="provider">The provider that the sentence names, if it does.</param>
    /// <param name="retry">Where trying again leads; null where it makes no sense.</param>
    /// <param name="retryLabel">The name of the text that says what one does there.</param>
    /// <param name="flow">The sign-in that ends or halts so; null where that cannot be told.</param>
    public static RazorComponentResult<SignInFaultPage> Fault(
        HttpContext http, string language, string key, int status, string provider = "", string? retry = null,
        string retryLabel = "TryAgain", SignInFlow? flow = null) =>
        Fault(http, language, SignInText.For(language).Format(key, provider), retry, retryLabel, flow, status);

    /// <summary>The sentence of a refusal, as the widget says it.</summary>
    public static RazorComponentResult<SignInFaultPage> Refused(HttpContext http, SignInFlow flow, Refusal refusal) =>
        Fault(http, flow.Language, WidgetText.For(flow.Language).Sentence(refusal.ForWidget()), null, "TryAgain", flow, refusal.Status);

    /// <summary>The page for a form whose token does not hold.</summary>
    public static RazorComponentResult<SignInFaultPage> FormExpired(HttpContext http) =>
        // A form's address says what it signs in for; the page checks that as if it were opened by it.
        Fault(http, PageLanguage.Of(http.Request), "FormExpired", StatusCodes.Status400BadRequest, retry: "/signin" + http.Request.QueryString);

    /// <summary>The page that hands the code to the page that opened the popup.</summary>
    public static RazorComponentResult<SignInFinishPage> Finish(HttpContext http, SignInFlow flow, string code) =>
        PageResult.Page<SignInFinishPage>(http, new Dictionary<string, object?>
        {
            [nameof(SignInFinishPage.Text)] = SignInText.For(flow.Language),
            [nameof(SignInFinishPage.Code)] = code,
            [nameof(SignInFinishPage.Origin)] = flow.Opener!.Origin,
            [nameof(SignInFinishPage.IsFromPage)] = flow.IsFromPage,
        });

    /// <summary>The page that sends the browser back to where it came from.</summary>
    public static RazorComponentResult<SignInReturnPage> GoBack(HttpContext http, SignInFlow flow, string address) =>
        PageResult.Page<SignInReturnPage>(http, new Dictionary<string, object?>
        {
            [nameof(SignInReturnPage.Text)] = SignInText.For(flow.Language),
            [nameof(SignInReturnPage.Address)] = address,
        });

    /// <summary>The page for somebody who is signed in but may not see what they asked for; it names their account.</summary>
    public static IResult Denied(HttpContext http) =>
        PageResult.Page<SignInDeniedPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SignInDeniedPage.Text)] = SignInText.For(PageLanguage.Of(http.Request)),
                [nameof(SignInDeniedPage.Account)] = CurrentCommenter.Of(http)?.AccountKeys ?? "",
            },
            StatusCodes.Status403Forbidden);

    private static RazorComponentResult<SignInFaultPage> Fault(
        HttpContext http, string language, string sentence, string? retry, string retryLabel, SignInFlow? flow, int status) =>
        PageResult.Page<SignInFaultPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SignInFaultPage.Text)] = SignInText.For(language),
                [nameof(SignInFaultPage.Sentence)] = sentence,
                [nameof(SignInFaultPage.Retry)] = retry,
                [nameof(SignInFaultPage.RetryLabel)] = SignInText.For(language)[retryLabel],
                [nameof(SignInFaultPage.Flow)] = flow,
            },
            status);

    // Where a provider's address is only known by discovery, any https address must do; on this machine, any of its issuer's.
    private static string ProviderOrigins(IEnumerable<OpenIddictClientRegistration> providers) => string.Join(' ', providers
        .Select(registration => (registration.Configuration?.AuthorizationEndpoint ?? registration.Issuer) is { } address
            && (registration.Configuration is not null || address.Scheme == Uri.UriSchemeHttp)
                ? address.GetLeftPart(UriPartial.Authority) : "https:")
        .Distinct());
}
