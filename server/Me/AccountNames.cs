using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.Extensions.Options;
using OpenIddict.Client;

namespace Embed.Server.Me;

/// <summary>What ways to sign in are called, for people.</summary>
internal sealed class AccountNames(IOptionsMonitor<OpenIddictClientOptions> client, SiteDirectory sites)
{
    /// <summary>The provider of an account as its owner knows it; its name in configuration where that is not configured any more.</summary>
    public async Task<string> ProviderOfAsync(string provider, string subject, MeText text, CancellationToken cancellationToken) => provider switch
    {
        MailSignIn.Provider => text["Mailbox"],
        // The subject begins with the site's key.
        SignInFromSite.Provider => text.Format("SitesOwn", (await sites.FindAsync(subject.Split(':')[0], cancellationToken))?.Name ?? subject.Split(':')[0]),
        _ => client.CurrentValue.Registrations.FirstOrDefault(r => r.ProviderName == provider)?.ProviderDisplayName ?? provider,
    };

    /// <summary>
    /// The name shown at the account used last; null if no account has one that others may see: of a mailbox the name is a
    /// part of its address.
    /// </summary>
    public static string? ShownAt(Commenter commenter) => commenter.Accounts
        .Where(account => account.Provider != MailSignIn.Provider).MaxBy(account => account.UsedAt)?.Name;
}
