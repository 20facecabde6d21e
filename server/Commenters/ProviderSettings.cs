using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client;
using OpenIddict.Client.WebIntegration;

namespace Embed.Server.Commenters;

/// <summary>Keys below <c>Embed:SignIn:{name}</c> that are a known provider's own, and OpenIddict's class that takes them.</summary>
internal static class ProviderSettings
{
    private static readonly string[] Common = [.. typeof(SignInProviderOptions).GetProperties().Select(property => property.Name)];

    // Configuration carries text; keys and certificates are PEM blocks. They live as long as the process.
    private static readonly Dictionary<Type, (string Expected, Func<string, object?> Read)> Readers = new()
    {
        [typeof(bool?)] = ("true or false", text => bool.TryParse(text, out var value) ? value : null),
        [typeof(ECDsaSecurityKey)] = ("a private elliptic-curve key as PEM", ReadEcKey),
        [typeof(SecurityKey)] = ("a private key as PEM", ReadAnyKey),
        [typeof(X509Certificate2)] = ("a certificate and its private key as PEM", text => X509Certificate2.CreateFromPem(text, text)),
    };

    /// <summary>The keys that nothing reads: misspelled ones, most likely.</summary>
    /// <param name="section">The provider's section.</param>
    /// <param name="provider">Its settings class; null for any other OpenID Connect issuer.</param>
    public static IEnumerable<string> UnknownKeys(IConfigurationSection section, Type? provider)
    {
        var known = Common.Concat(provider?.GetProperties().Select(property => property.Name) ?? [])
            .Distinct().Order(StringComparer.Ordinal).ToList();
        return section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Path} is no setting. There are {string.Join(", ", known)} here: correct the name, or remove it.");
    }

    /// <summary>Fills the settings, except the issuer, which is not the provider's alone to judge.</summary>
    /// <returns>What cannot be read. Values are not repeated: any may be a secret.</returns>
    public static IEnumerable<string> Fill(object settings, IConfigurationSection section)
    {
        foreach (var property in settings.GetType().GetProperties().Where(property => !Common.Contains(property.Name)))
        {
            var value = section.GetSection(property.Name);
            if (property.GetValue(settings) is ICollection<string> list)
            {
                foreach (var item in value.GetChildren().Select(child => child.Value).OfType<string>())
                {
                    list.Add(item);
                }
            }
            else if (!string.IsNullOrEmpty(value.Value) && !TrySet(settings, property, value.Value))
            {
                yield return $"{value.Path} cannot be read. Set it to {Readers[property.PropertyType].Expected}.";
            }
        }
    }

    /// <summary>
    /// The settings that must be there and are not. OpenIddict says one at a time; with a stand-in for each in turn, all come out.
    /// </summary>
    public static IEnumerable<string> Missing(object settings, string key)
    {
        var unset = settings.GetType().GetProperties()
            .Where(property => property.CanWrite && StandInFor(property) is not null && property.GetValue(settings) is null or "").ToList();
        var all = unset.Count;
        while (Complaint(settings) is { } complaint)
        {
            var missing = unset.Find(property => IsAnsweredBy(property, complaint));
            if (missing is null)
            {
                if (unset.Count == all)
                {
                    yield return $"{key}: {complaint}";
                }

                yield break;
            }

            unset.Remove(missing);
            yield return $"{key}:{missing.Name} is missing. Set it as the provider's developer page shows it, or remove {key}.";
        }

        bool IsAnsweredBy(PropertyInfo property, string complaint)
        {
            var before = property.GetValue(settings);
            property.SetValue(settings, StandInFor(property));
            if (Complaint(settings) != complaint)
            {
                return true;
            }

            property.SetValue(settings, before);
            return false;
        }
    }

    private static string? Complaint(object settings)
    {
        try
        {
            OpenIddictClientWebIntegrationConfiguration.ConfigureProvider(new OpenIddictClientRegistration
            {
                ProviderType = KnownProviders.IdOf(settings.GetType()),
                ProviderSettings = settings,
            });
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or UriFormatException)
        {
            return fault.Message;
        }
    }

    private static object? StandInFor(PropertyInfo property) =>
        property.PropertyType == typeof(string) ? "stand-in"
        : property.PropertyType == typeof(Uri) ? new Uri("https://stand-in.example/")
        : property.PropertyType == typeof(ECDsaSecurityKey) ? new ECDsaSecurityKey(ECDsa.Create())
        : null;

    private static bool TrySet(object settings, PropertyInfo property, string text)
    {
        try
        {
            var value = property.PropertyType == typeof(string) ? text : Readers[property.PropertyType].Read(text);
            property.SetValue(settings, value);
            return value is not null;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static ECDsaSecurityKey ReadEcKey(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new ECDsaSecurityKey(key);
    }

    private static RsaSecurityKey ReadRsaKey(string pem)
    {
        var key = RSA.Create();
        key.ImportFromPem(pem);
        return new RsaSecurityKey(key);
    }

    // A block "PRIVATE KEY" does not say which kind it holds.
    private static SecurityKey ReadAnyKey(string pem)
    {
        try
        {
            return ReadRsaKey(pem);
        }
        catch (CryptographicException)
        {
            return ReadEcKey(pem);
        }
    }
}
