using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace Embed.Server.Circuits;

/// <summary>
/// Where a circuit's connection came from. Blazor hands the connection's principal to the circuit, so the facts travel as
/// claims; the principal says nothing else: whoever acts proves it with their token, never with a cookie.
/// </summary>
internal sealed record CircuitOrigin(string Origin, string ServerOrigin, IPAddress Network)
{
    private const string OriginClaim = "embed:origin";
    private const string ServerClaim = "embed:server";
    private const string NetworkClaim = "embed:network";

    /// <summary>The principal for the connection's request.</summary>
    public ClaimsPrincipal ToPrincipal() =>
        new(new ClaimsIdentity(
        [
            new Claim(OriginClaim, Origin),
            new Claim(ServerClaim, ServerOrigin),
            new Claim(NetworkClaim, Network.ToString()),
        ]));

    /// <summary>Reads it back inside the circuit.</summary>
    public static async Task<CircuitOrigin> OfAsync(AuthenticationStateProvider circuit)
    {
        var principal = (await circuit.GetAuthenticationStateAsync()).User;
        return new CircuitOrigin(
            principal.FindFirst(OriginClaim)?.Value ?? "",
            principal.FindFirst(ServerClaim)?.Value ?? "",
            IPAddress.TryParse(principal.FindFirst(NetworkClaim)?.Value, out var network) ? network : IPAddress.None);
    }
}
