using Microsoft.Net.Http.Headers;

namespace Embed.Server.Http;

/// <summary>What a request says about who sent it; nothing of it is believed before the act's gate has checked it.</summary>
internal static class Caller
{
    /// <summary>The session token (RFC 6750, section 2.1); null if there is none.</summary>
    public static string? BearerToken(this HttpRequest request) =>
        request.Headers[HeaderNames.Authorization].ToString() is { } header
        && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : null;

    /// <summary>The page's origin as the browser states it (RFC 6454); null if it states none, or an opaque one.</summary>
    public static string? Origin(this HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin and not "null" ? origin : null;
}
