using System.Globalization;
using OpenIddict.Client;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Client.OpenIddictClientEvents;
using static OpenIddict.Client.OpenIddictClientHandlers;

namespace Embed.Server.Commenters;

/// <summary>
/// Refuses id tokens that are over (OpenID Connect Core 1.0, section 3.1.3.7, 9). OpenIddict checks signature, issuer, audience
/// and nonce, but the time only of its own tokens.
/// </summary>
internal sealed class IdTokenExpiry(TimeProvider clock) : IOpenIddictClientHandler<ProcessAuthenticationContext>
{
    // Clocks differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Runs just after OpenIddict has seen that the token says when it ends.</summary>
    public static OpenIddictClientHandlerDescriptor Descriptor { get; } =
        OpenIddictClientHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .UseSingletonHandler<IdTokenExpiry>()
            .SetOrder(ValidateBackchannelIdentityTokenWellknownClaims.Descriptor.Order + 1)
            .SetType(OpenIddictClientHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.BackchannelIdentityTokenPrincipal?.FindFirst(Claims.ExpiresAt)?.Value is { } end
            && !(double.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                && seconds + Skew.TotalSeconds > clock.GetUtcNow().ToUnixTimeSeconds()))
        {
            context.Reject(Errors.InvalidToken, "The id token is over.");
        }

        return ValueTask.CompletedTask;
    }
}
