using System.Security.Claims;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Embed.Server.Commenters;

/// <summary>Finds or adds the commenter behind a provider's account, and takes over the name shown there now.</summary>
internal sealed class RecordCommenter(
    IDbContextFactory<EmbedDbContext> factory, SiteDirectory sites, TimeProvider clock)
{
    // Where providers say the name, the display name first, the login name last.
    private static readonly string[] NameClaims = [Claims.Name, ClaimTypes.Name, Claims.PreferredUsername, Claims.Nickname, "login"];

    /// <returns>The commenter; null if the provider said no account id.</returns>
    public async Task<Commenter?> HandleAsync(string provider, ClaimsPrincipal account, CancellationToken cancellationToken)
    {
        var subject = account.FindFirstValue(ClaimTypes.NameIdentifier);
        if (string.IsNullOrEmpty(subject))
        {
            return null;
        }

        var name = ShownName.Of(NameClaims.Select(account.FindFirstValue));
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        var commenter = await FindAsync(database, provider, subject, cancellationToken);
        if (commenter is null)
        {
            commenter = new Commenter { Provider = provider, Subject = subject, Name = name, CreatedAt = clock.GetUtcNow() };
            database.Commenters.Add(commenter);
        }

        var isRenamed = commenter.Name != name;
        commenter.Name = name;
        try
        {
            // Name and redrawing are one: a name saved alone would stay wrong on every page drawn before.
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
            if (isRenamed)
            {
                await RedrawAsync(database, commenter, cancellationToken);
            }

            await transaction.CommitAsync(CancellationToken.None);
            sites.Forget();
            return commenter;
        }
        catch (DbUpdateException) when (commenter.Id == 0)
        {
            // The same account signed in twice at once and the other request came first.
            database.ChangeTracker.Clear();
            return await FindAsync(database, provider, subject, cancellationToken);
        }
    }

    /// <summary>
    /// Threads show the name. A new revision of the sites it appears on makes all of their threads be drawn anew; a rename is
    /// too rare to keep account of each thread.
    /// </summary>
    private static Task<int> RedrawAsync(EmbedDbContext database, Commenter commenter, CancellationToken cancellationToken) =>
        database.Sites
            .Where(site => database.Comments.Any(c => c.CommenterId == commenter.Id && c.SiteId == site.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(site => site.NamesRevision, site => site.NamesRevision + 1), cancellationToken);

    private static Task<Commenter?> FindAsync(
        EmbedDbContext database, string provider, string subject, CancellationToken cancellationToken) =>
        database.Commenters.SingleOrDefaultAsync(c => c.Provider == provider && c.Subject == subject, cancellationToken);
}
