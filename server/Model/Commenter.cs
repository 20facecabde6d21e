namespace Embed.Server.Model;

/// <summary>Somebody who signed in. Identity is (provider, subject), never e-mail or login name.</summary>
internal sealed class Commenter
{
    /// <summary>Longest shown name, in characters; a longer one from a provider is cut.</summary>
    public const int MaxNameCharacters = 80;

    public long Id { get; init; }

    /// <summary>The provider's name as in configuration, e.g. <c>GitHub</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's lasting id of the account.</summary>
    public required string Subject { get; init; }

    /// <summary>The name shown beside comments; refreshed at each sign-in.</summary>
    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>How configuration and site settings name this account: <c>GitHub:583231</c>.</summary>
    public string Account => AccountOf(Provider, Subject);

    public static string AccountOf(string provider, string subject) => $"{provider}:{subject}";
}
