using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>
/// Accounts of people who are banned and had their account deleted. So that the ban holds when they sign in with the same one again,
/// a keyed hash of it is kept, with nothing else of them, for as long as the ban: as an account of a provider that is none. Who
/// has the database alone cannot tell whose it is.
/// </summary>
internal sealed class ErasedAccounts(ServerSecrets secrets)
{
    /// <summary>What stands for the provider of such an account; no provider's name has a space.</summary>
    public const string Provider = "Erased account";

    private const string KeyName = "erased-accounts";

    private byte[]? _key;

    /// <summary>Makes the hash ready to be asked for; outside of any write, because it may have to write a key.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken) => _key ??= await secrets.KeyAsync(KeyName, cancellationToken);

    /// <summary>What is kept of an account.</summary>
    public string HashOf(string provider, string subject) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key ?? throw new InvalidOperationException("Not prepared."), Encoding.UTF8.GetBytes($"{provider.ToLowerInvariant()}:{subject}")));

    /// <summary>The commenter who had this account before it was erased, with what is kept; null if nobody banned had.</summary>
    public Task<Commenter?> FindAsync(EmbedDbContext database, string provider, string subject, CancellationToken cancellationToken)
    {
        var hash = HashOf(provider, subject);
        return database.Commenters.Include(c => c.Accounts)
            .SingleOrDefaultAsync(c => c.Accounts.Any(a => a.Subject == hash && a.Provider == Provider), cancellationToken);
    }
}
