using System.Security.Cryptography;
using System.Text;
using Embed.Server.Model;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace Embed.Server.Commenters;

/// <summary>
/// The secrets that sites sign their tokens with (HS256). Unlike session tokens they must be read again, so they are kept
/// protected by the keys beside the database, not hashed.
/// </summary>
internal sealed partial class SiteSecrets(IDataProtectionProvider protection, TimeProvider clock, ILogger<SiteSecrets> logger)
{
    /// <summary>How long the secret before the last is good after a rotation: time to bring the new one to every server of the site.</summary>
    public static readonly TimeSpan PreviousLifetime = TimeSpan.FromHours(24);

    private readonly IDataProtector _protector = protection.CreateProtector("Embed.SingleSignOn.Secret");

    /// <summary>Makes a new secret; the one before stays good for <see cref="PreviousLifetime"/>.</summary>
    /// <returns>The secret, which is not shown again.</returns>
    public string Rotate(SingleSignOn settings)
    {
        var secret = Secret.Create();
        var now = clock.GetUtcNow();
        settings.PreviousSecret = settings.Secret;
        settings.PreviousUntil = settings.Secret is null ? null : now + PreviousLifetime;
        (settings.Secret, settings.SecretMadeAt) = (_protector.Protect(secret), now);
        return secret;
    }

    /// <summary>Ends the secret before the last at once.</summary>
    public static void EndPrevious(SingleSignOn settings) => (settings.PreviousSecret, settings.PreviousUntil) = (null, null);

    /// <summary>The keys that a token may be signed with now. The key is the text of the secret, as most JWT libraries take it.</summary>
    public IReadOnlyList<SecurityKey> KeysOf(SingleSignOn settings)
    {
        string?[] kept = [settings.Secret, settings.PreviousUntil > clock.GetUtcNow() ? settings.PreviousSecret : null];
        return [.. kept.Select(Read).OfType<string>().Select(secret => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)))];
    }

    private string? Read(string? kept)
    {
        try
        {
            return kept is null ? null : _protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            Log.Unreadable(logger);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A site's secret for single sign-on cannot be read: the keys beside the database are not those it was protected with. Make a new one at /admin")]
        public static partial void Unreadable(ILogger logger);
    }
}
