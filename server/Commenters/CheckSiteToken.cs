using Embed.Server.Model;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Embed.Server.Commenters;

/// <summary>Checks a token against a site's settings, without using it up.</summary>
internal sealed class CheckSiteToken(SiteSecrets secrets, SiteKeys keys, TimeProvider clock)
{
    /// <summary>
    /// Which keys count is decided by the algorithm alone, so that a public key is never taken for a secret: HS256 is checked
    /// with the site's secrets, RS256 and ES256 with keys of that kind which the site publishes.
    /// </summary>
    public async Task<TokenCheck> HandleAsync(Site site, SingleSignOn? settings, string? text, CancellationToken cancellationToken)
    {
        if (settings is null)
        {
            return TokenFault.Off;
        }

        var (token, malformed) = SiteToken.Read(text);
        if (token is null)
        {
            return malformed;
        }

        var (found, missing) = await KeysForAsync(site, settings, token, cancellationToken);
        if (found is null)
        {
            return missing;
        }

        return await SiteToken.VerifyAsync(token, found, settings.Issuer, site.Key) is { } fault
            ? fault
            : SiteToken.ReadClaims(token, clock.GetUtcNow());
    }

    private async Task<(IReadOnlyList<SecurityKey>? Keys, TokenFault Fault)> KeysForAsync(
        Site site, SingleSignOn settings, JsonWebToken token, CancellationToken cancellationToken)
    {
        if (token.Alg == SecurityAlgorithms.HmacSha256 && settings.Secret is not null)
        {
            return (secrets.KeysOf(settings), default);
        }

        if (token.Alg is not (SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.EcdsaSha256) || settings.KeysAddress is null)
        {
            return (null, TokenFault.WrongAlgorithm);
        }

        var name = string.IsNullOrEmpty(token.Kid) ? null : token.Kid;
        var published = await keys.FindAsync(site.Id, settings.KeysAddress, token.Alg, name, cancellationToken);
        return published switch
        {
            null => (null, TokenFault.KeysUnavailable),
            [] => (null, TokenFault.UnknownKey),
            _ => (published, default),
        };
    }
}
