using Embed.Server.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Client.OpenIddictClientEvents;

namespace Embed.Server.Commenters;

/// <summary>
/// Where a provider sends people back to. By the time this runs OpenIddict has checked state, correlation cookie and the
/// provider's answer, and has fetched the account; an error of any of these arrives here, too.
/// </summary>
internal static partial class SignInCallback
{
    /// <summary>The name of the flow among the properties that travel in the state.</summary>
    public const string FlowItem = "embed.flow";

    public static async Task<IResult> HandleAsync(
        string provider, HttpContext http, AcceptAccount accept, GitHubProviders gitHubs, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        if (http.Features.Get<OpenIddictClientAspNetCoreFeature>()?.Transaction?.EndpointType != OpenIddictClientEndpointType.Redirection)
        {
            // No configured provider answers here, and OpenIddict takes being asked for a fault of ours.
            return SignInPages.Fault(http, PageLanguage.Of(http.Request), "ProviderUnknown", StatusCodes.Status404NotFound);
        }

        var result = await http.AuthenticateAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme);
        var flow = FlowOf(http);
        var name = result.Principal?.GetClaim(Claims.Private.ProviderName);
        var account = result.Succeeded && name is not null ? ProvenAccount.Of(name, result.Principal, IsLocal(http, name), gitHubs.HostOf(name)) : null;
        if (account is null || flow is null)
        {
            var error = result.Properties?.Items.TryGetValue(OpenIddictClientAspNetCoreConstants.Properties.Error, out var code) == true ? code : null;
            Log.Failed(logging.CreateLogger(typeof(SignInCallback)), error ?? "no account");
            var (sentence, status) = error switch
            {
                Errors.AccessDenied => ("Refused", StatusCodes.Status403Forbidden),
                Errors.ServerError or Errors.TemporarilyUnavailable => ("ProviderDown", StatusCodes.Status502BadGateway),
                _ => (flow is null ? "Expired" : "ProviderFailed", StatusCodes.Status400BadRequest),
            };
            return SignInPages.Fault(
                http,
                flow?.Language ?? PageLanguage.Of(http.Request),
                sentence,
                status,
                DisplayNameOf(http, provider),
                flow?.Address,
                flow: flow);
        }

        return await accept.HandleAsync(http, flow, account, cancellationToken);
    }

    /// <summary>
    /// The flow from the state token; null where the state itself did not hold. Read from OpenIddict's context, because the
    /// result of a failed authentication leaves the properties out, and a refused consent must find its way back.
    /// </summary>
    private static SignInFlow? FlowOf(HttpContext http) =>
        http.Features.Get<OpenIddictClientAspNetCoreFeature>()?.Transaction
            ?.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!) is { } context
        && context.Properties.TryGetValue(FlowItem, out var state)
            ? SignInFlows.Read(state)
            : null;

    private static string DisplayNameOf(HttpContext http, string provider) => RegistrationOf(http, provider)?.ProviderDisplayName ?? "";

    private static bool IsLocal(HttpContext http, string provider) => RegistrationOf(http, provider)?.Issuer?.IsLoopback == true;

    private static OpenIddictClientRegistration? RegistrationOf(HttpContext http, string provider) =>
        http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIddictClientOptions>>().CurrentValue.Registrations
            .FirstOrDefault(r => string.Equals(r.ProviderName, provider, StringComparison.OrdinalIgnoreCase));

    private static partial class Log
    {
        // The code only: descriptions come from outside and may carry what they like.
        [LoggerMessage(1, LogLevel.Warning, "A sign-in came back from its provider without success: {Error}")]
        public static partial void Failed(ILogger logger, string error);
    }
}
