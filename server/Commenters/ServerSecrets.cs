using System.Security.Cryptography;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>
/// Keys of this server's own, made when first asked for and kept for good: what was hashed with one must be found again. In the
/// database they are protected by the keys beside it, so that the database alone does not tell whose a hash is.
/// </summary>
internal sealed class ServerSecrets(IDbContextFactory<EmbedDbContext> databases, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>The key of this name: 32 bytes.</summary>
    /// <exception cref="InvalidOperationException">The keys beside the database are not those it was protected by.</exception>
    public async Task<byte[]> KeyAsync(string name, CancellationToken cancellationToken)
    {
        var protector = protection.CreateProtector("Embed.ServerSecret", name);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, name, cancellationToken) is not { } kept)
        {
            kept = Convert.ToBase64String(protector.Protect(RandomNumberGenerator.GetBytes(32)));
            database.ServerSecrets.Add(new ServerSecret { Name = name, Value = kept, CreatedAt = clock.GetUtcNow() });
            try
            {
                await database.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException fault)
            {
                // Another request made it at the same time, and came first.
                kept = await FindAsync(database, name, cancellationToken)
                    ?? throw new InvalidOperationException($"The key {name} cannot be kept.", fault);
            }
        }

        try
        {
            return protector.Unprotect(Convert.FromBase64String(kept));
        }
        catch (CryptographicException fault)
        {
            throw new InvalidOperationException(
                $"The key {name} cannot be read: the folder keys/ beside the database is not the one it was made with. Restore both from the same backup.", fault);
        }
    }

    private static Task<string?> FindAsync(EmbedDbContext database, string name, CancellationToken cancellationToken) =>
        database.ServerSecrets.Where(s => s.Name == name).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken);
}
