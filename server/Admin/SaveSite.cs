using System.Collections.Immutable;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>An administrator creates a site or changes its settings.</summary>
internal sealed class SaveSite(
    IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, Standings standings, TimeProvider clock)
{
    /// <summary>The name under which a fault concerns no one field.</summary>
    public const string WholeForm = "";

    /// <summary>The saved site, or what is wrong by field, or that this person may not.</summary>
    public sealed record Result(Site? Site, ImmutableDictionary<string, string> Faults, Refusal? Refusal = null);

    /// <summary>
    /// Writes the settings and makes them count at once. A change somebody else saved since the form was drawn is never
    /// written over: the revision on the form must still be the site's.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="form">The settings as typed.</param>
    /// <param name="isNew">Whether the site is to be created.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    public async Task<Result> HandleAsync(Commenter actor, SiteForm form, bool isNew, CancellationToken cancellationToken)
    {
        if (!await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return new Result(null, [], Refusal.NotAllowed);
        }

        var (settings, faults) = SiteSettings.Read(form);
        if (settings is null)
        {
            return new Result(null, faults);
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // SQLite takes its one write lock here: the revision read below cannot change before the commit.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var site = await database.Sites.FirstOrDefaultAsync(s => s.Key == form.Key, cancellationToken);
        if (isNew && site is not null)
        {
            return new Result(null, faults.Add(nameof(SiteForm.Key), AdminText.KeyTaken));
        }

        if (!isNew && site is null)
        {
            return new Result(null, [], Refusal.SiteNotFound);
        }

        if (!isNew && site!.Revision != form.Revision)
        {
            return new Result(null, faults.Add(WholeForm, AdminText.Conflict));
        }

        if (site is null)
        {
            site = new Site { Key = form.Key, Name = settings.Name, Origins = settings.Origins, CreatedAt = clock.GetUtcNow() };
            database.Sites.Add(site);
        }

        settings.ApplyTo(site);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        sites.Forget();
        return new Result(site, []);
    }
}
