using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>An administrator changes how a site with accounts of its own signs people in.</summary>
internal sealed class ChangeSingleSignOn(IDbContextFactory<EmbedDbContext> databases, Standings standings, SiteSecrets secrets)
{
    /// <summary>What came of it.</summary>
    /// <param name="Faults">What is wrong, by the field's name; nothing was changed then.</param>
    /// <param name="Secret">The secret just made, for its one showing.</param>
    /// <param name="IsLate">Whether the secret was another by now, and none was made.</param>
    /// <param name="Refusal">That this person may not.</param>
    public sealed record Result(IReadOnlyDictionary<string, string> Faults, string? Secret = null, bool IsLate = false, Refusal? Refusal = null)
    {
        public static readonly Result Done = new(new Dictionary<string, string>());
    }

    /// <summary>The site's settings; null if it has no single sign-on.</summary>
    public async Task<SingleSignOn?> FindAsync(long siteId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.SingleSignOns.AsNoTracking().SingleOrDefaultAsync(s => s.SiteId == siteId, cancellationToken);
    }

    /// <summary>Saves issuer and address of the keys; switches it on where it is off.</summary>
    public async Task<Result> SaveAsync(Commenter actor, Site site, SingleSignOnForm form, CancellationToken cancellationToken)
    {
        var faults = form.Faults();
        return faults.Count > 0 ? new Result(faults) : await ChangeAsync(
            actor, site, isNew: true,
            settings =>
            {
                (settings.Issuer, settings.KeysAddress) = (form.Issuer, form.KeysAddress.Length == 0 ? null : form.KeysAddress);
                return Result.Done;
            },
            cancellationToken);
    }

    /// <summary>Makes a new secret; the one before stays good for some time.</summary>
    public Task<Result> MakeSecretAsync(Commenter actor, Site site, string seen, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor, site, isNew: false,
            settings => SingleSignOnForm.StampOf(settings) == seen
                ? Result.Done with { Secret = secrets.Rotate(settings) }
                : Result.Done with { IsLate = true },
            cancellationToken);

    /// <summary>Ends the secret before the last at once.</summary>
    public Task<Result> EndPreviousAsync(Commenter actor, Site site, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor, site, isNew: false,
            settings =>
            {
                SiteSecrets.EndPrevious(settings);
                return Result.Done;
            },
            cancellationToken);

    /// <summary>Signs out everybody whom the site signed in: whoever got hold of a secret may be among them.</summary>
    public async Task<Result> SignOutAllAsync(Commenter actor, Site site, CancellationToken cancellationToken)
    {
        if (!await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return Result.Done with { Refusal = Refusal.NotAllowed };
        }

        // A key has no character that means something to LIKE.
        var ofThisSite = SignInFromSite.SubjectOf(site, "%");
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Sessions
            .Where(s => s.SiteId == site.Id && s.Commenter!.Accounts.Any(a => a.Provider == SignInFromSite.Provider && EF.Functions.Like(a.Subject, ofThisSite)))
            .ExecuteDeleteAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Switches it off: secrets and settings are forgotten, and whom it signed in is signed out.</summary>
    public async Task<Result> TurnOffAsync(Commenter actor, Site site, CancellationToken cancellationToken)
    {
        if (!await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return Result.Done with { Refusal = Refusal.NotAllowed };
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // First: else somebody could sign in between, and stay.
        await database.SingleSignOns.Where(s => s.SiteId == site.Id).ExecuteDeleteAsync(cancellationToken);
        return await SignOutAllAsync(actor, site, cancellationToken);
    }

    private async Task<Result> ChangeAsync(
        Commenter actor, Site site, bool isNew, Func<SingleSignOn, Result> change, CancellationToken cancellationToken)
    {
        if (!await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return Result.Done with { Refusal = Refusal.NotAllowed };
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // SQLite takes its one write lock here: of two who rotate at once, the second sees what the first made.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var settings = await database.SingleSignOns.SingleOrDefaultAsync(s => s.SiteId == site.Id, cancellationToken);
        if (settings is null && !isNew)
        {
            return Result.Done with { IsLate = true };
        }

        if (settings is null)
        {
            settings = new SingleSignOn { SiteId = site.Id, Issuer = site.Origins[0] };
            database.SingleSignOns.Add(settings);
        }

        var result = change(settings);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }
}
