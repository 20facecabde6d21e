using OpenIddict.Client;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Client.OpenIddictClientEvents;
using static OpenIddict.Client.OpenIddictClientHandlerFilters;
using static OpenIddict.Client.OpenIddictClientHandlers;

namespace Embed.Server.Commenters;

/// <summary>
/// Lets a provider name itself in its answer without having announced that it would (<c>iss</c>, RFC 9207). OpenIddict knows
/// "always" and "never" only; of GitHub Enterprise Server there are versions that do and versions that do not.
/// </summary>
internal sealed class OptionalIssuer : IOpenIddictClientHandler<ProcessAuthenticationContext>
{
    /// <summary>Runs just before OpenIddict's own check, which then sees nothing left to object to.</summary>
    public static OpenIddictClientHandlerDescriptor Descriptor { get; } =
        OpenIddictClientHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .AddFilter<RequireRedirectionRequest>()
            .UseSingletonHandler<OptionalIssuer>()
            .SetOrder(ValidateIssuerParameter.Descriptor.Order - 1)
            .SetType(OpenIddictClientHandlerType.Custom)
            .Build();

    /// <summary>Takes a right name out of the answer; a wrong one stays and is refused as a mix-up.</summary>
    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        var isAnnounced = context.Configuration.AuthorizationResponseIssParameterSupported is true;
        if (!isAnnounced && (string?)context.Request[Parameters.Iss] == context.Registration.Issuer?.OriginalString)
        {
            context.Request.RemoveParameter(Parameters.Iss);
        }

        return ValueTask.CompletedTask;
    }
}
