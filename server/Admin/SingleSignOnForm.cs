using System.Globalization;
using Embed.Server.Http;
using Embed.Server.Model;

namespace Embed.Server.Admin;

/// <summary>What can be typed on a site's page about single sign-on, as it was.</summary>
/// <param name="Issuer">What tokens must name as <c>iss</c>.</param>
/// <param name="KeysAddress">Where the site publishes its keys; empty for nowhere.</param>
public sealed record SingleSignOnForm(string Issuer, string KeysAddress)
{
    /// <summary>The form for the settings as they are; for a site without them, what may well be right.</summary>
    internal static SingleSignOnForm From(Site site, SingleSignOn? settings) => settings is null
        ? new(site.Origins[0], "")
        : new(settings.Issuer, settings.KeysAddress ?? "");

    /// <summary>What tells one secret from the next.</summary>
    internal static string StampOf(SingleSignOn settings) =>
        settings.SecretMadeAt is { } made ? made.UtcTicks.ToString(CultureInfo.InvariantCulture) : "";

    /// <summary>What is wrong, by the field's name.</summary>
    internal Dictionary<string, string> Faults()
    {
        Dictionary<string, string> faults = [];
        // Plain characters only: it is copied into the source code of four languages.
        if (Issuer.Length is 0 or > SingleSignOn.MaxAddressCharacters || !Issuer.All(c => char.IsAsciiLetterOrDigit(c) || "-._~:/?#@!&+,;=%".Contains(c, StringComparison.Ordinal)))
        {
            faults[nameof(Issuer)] = $"Write what your tokens say as iss, such as https://blog.example: 1 to {SingleSignOn.MaxAddressCharacters} characters of an address.";
        }

        if (KeysAddress.Length > 0
            && (KeysAddress.Length > SingleSignOn.MaxAddressCharacters || !Uri.TryCreate(KeysAddress, UriKind.Absolute, out var address) || !PublicHosts.MayAsk(address)))
        {
            faults[nameof(KeysAddress)] =
                $"Write the whole address, such as https://blog.example/.well-known/jwks.json: https, on the internet, at most {SingleSignOn.MaxAddressCharacters} characters. "
                + "In a private network use a secret.";
        }

        return faults;
    }
}
