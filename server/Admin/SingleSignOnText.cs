using Embed.Server.Commenters;
using Embed.Server.Model;

namespace Embed.Server.Admin;

/// <summary>What the page about single sign-on says of a token that was tried.</summary>
internal static class SingleSignOnText
{
    public const string SecretChanged = "Another secret was made after you opened this page, so none was made now. The page shows how things are.";

    /// <summary>Which check fails, and what to do about it.</summary>
    public static string Of(TokenFault fault, Site site, SingleSignOn? settings) => fault switch
    {
        TokenFault.Off => "Single sign-on is off for this site.",
        TokenFault.TooLong => $"The token is longer than {SiteToken.MaxCharacters} characters.",
        TokenFault.Malformed => "This is no signed token: three parts in base64url with dots between, the first two of them JSON objects that name nothing twice, with times as numbers and the rest as text.",
        TokenFault.WrongType => "The header’s typ must be JWT.",
        TokenFault.Critical => "The header has crit, which asks for something that is not known here. Leave it out.",
        TokenFault.WrongAlgorithm => $"The header’s alg must be {Algorithms(settings)}.",
        TokenFault.KeysUnavailable => $"The keys at {settings?.KeysAddress} could not be fetched; the server’s log says why. It is tried again after 15 seconds.",
        TokenFault.UnknownKey => $"The keys at {settings?.KeysAddress} have none for the header’s alg and kid: RSA of at least 2048 bits, or EC on P-256, not for encryption. Keys are fetched again after 15 seconds.",
        TokenFault.WrongSignature => "The signature is wrong: another secret or key signed it. The HMAC key of HS256 is the text of the secret itself.",
        TokenFault.WrongIssuer => $"iss must be {settings?.Issuer}, letter by letter.",
        TokenFault.WrongAudience => $"aud must be {site.Key}, the site’s key, or a list that has it.",
        TokenFault.NoExpiry => "exp must be there: the time until which the token is good, in whole seconds since 1970.",
        TokenFault.Expired => "exp is past. A token is good for ten minutes at most: make one for each page.",
        TokenFault.ExpiresTooLate => $"exp may be {SiteToken.LongestLife.TotalMinutes} minutes ahead at most, in seconds since 1970.",
        TokenFault.NotYetValid => "nbf or iat lies in the future. They are seconds since 1970. Is the clock of the site’s server right?",
        TokenFault.WrongId => $"jti must be a text of 1 to {SiteToken.MaxIdCharacters} characters, different for each token.",
        TokenFault.WrongSubject => $"sub must be a text of 1 to {SiteToken.MaxSubjectCharacters} characters: your lasting id of the person. A number goes in quotes.",
        TokenFault.Spent => "The token is right, but it was used already. Each is good once: make one for each page.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };

    private static string Algorithms(SingleSignOn? settings) => string.Join(" or ", new[]
    {
        settings?.Secret is null ? null : "HS256",
        settings?.KeysAddress is null ? null : "RS256 or ES256",
        settings is { Secret: null, KeysAddress: null } ? "HS256, RS256 or ES256: make a secret or name the address of your keys first" : null,
    }.OfType<string>());
}
