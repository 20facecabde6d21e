using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Embed.Server.PreModeration;

/// <summary>The keys that services elsewhere know a site by: they must be read again, so they are kept protected by the keys beside the database.</summary>
internal sealed partial class OutsideSecrets(IDataProtectionProvider protection, ILogger<OutsideSecrets> logger)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Embed.OutsideCheck.Key");

    /// <summary>The key as it is kept.</summary>
    public string Protect(string key) => _protector.Protect(key);

    /// <summary>The key; null where there is none, or where it cannot be read any more.</summary>
    public string? Read(string? kept)
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
        [LoggerMessage(LogLevel.Error, "The key of a site's outside check cannot be read: the keys beside the database are not those it was protected with. Enter it anew at /admin")]
        public static partial void Unreadable(ILogger logger);
    }
}
