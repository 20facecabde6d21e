using System.Text.Json;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>Addresses that begin like this are another site's today.</summary>
/// <param name="From">A host, or an address up to some slash: <c>old.example</c>, <c>https://old.example/blog</c>.</param>
/// <param name="To">What stands there instead; https where it says no scheme.</param>
internal sealed record AddressRewrite(string From, string To);

/// <summary>What was chosen for an import; kept with it.</summary>
internal sealed record ImportOptions
{
    /// <summary>Most <see cref="Rewrites"/>.</summary>
    public const int MaxRewrites = 50;

    /// <summary>The first that fits an address counts.</summary>
    public IReadOnlyList<AddressRewrite> Rewrites { get; init; } = [];

    /// <summary>Whether e-mail and network addresses are kept. Default no.</summary>
    public bool KeepsPrivate { get; init; }

    /// <summary>Whether somebody wants to see what it would do before it does.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>By what way it was started.</summary>
    public ActedVia Via { get; init; }

    /// <summary>Whether every rewrite is from an address to another.</summary>
    public bool IsValid => Rewrites.Count <= MaxRewrites && Rewrites.All(rewrite => IsAddress(rewrite.From) && IsAddress(rewrite.To));

    /// <summary>Whether a text is what addresses begin with: a host, or an address with http or https.</summary>
    public static bool IsAddress(string text)
    {
        var address = text.Trim();
        return address.Length <= CommentThread.MaxAddressCharacters && !address.Any(char.IsWhiteSpace)
            && Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}", UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
    }

    public static ImportOptions Of(Import import) => JsonSerializer.Deserialize<ImportOptions>(import.Options, JsonSerializerOptions.Web)!;

    public string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
