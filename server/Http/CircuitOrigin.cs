using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace Embed.Server.Http;

/// <summary>
/// Where a circuit's connection came from. Blazor hands the connection's principal to the circuit, so the facts travel as
/// claims. On a site's page whoever acts proves it with their token, never with a cookie; a circuit of our own pages may have
/// the cookie's claim besides (<see cref="IsOwn"/>).
/// </summary>
internal sealed record CircuitOrigin(string Origin, string ServerOrigin, IPAddress Network)
{
    private const string OriginClaim = "embed:origin";
    private const string ServerClaim = "embed:server";
    private const string NetworkClaim = "embed:network";

    /// <summary>Whether it is one of our own pages that connects, and not a site's.</summary>
    public bool IsOwn => Origin == ServerOrigin;

    /// <summary>The principal for the connection's request.</summary>
    /// <param name="session">The claim of our own origin's cookie; dropped unless <see cref="IsOwn"/>.</param>
    public ClaimsPrincipal ToPrincipal(Claim? session = null) =>
        new(new ClaimsIdentity(
        [
            new Claim(OriginClaim, Origin),
            new Claim(ServerClaim, ServerOrigin),
            new Claim(NetworkClaim, Network.ToString()),
            .. IsOwn && session is not null ? [session] : Array.Empty<Claim>(),
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
