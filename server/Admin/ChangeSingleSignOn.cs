using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>
/// The owner of a site with accounts of its own changes how it signs people in. Each change is logged; secrets are not in the log,
/// so what changes or forgets one cannot be taken back.
/// </summary>
internal sealed class ChangeSingleSignOn(IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, SiteSecrets secrets, TimeProvider clock)
    : IUndoPart
{
    private const string Saved = "saved";

    /// <summary>What came of it.</summary>
    /// <param name="Faults">What is wrong, by the field's name; nothing was changed then.</param>
    /// <param name="Secret">The secret just made, for its one showing.</param>
    /// <param name="IsLate">Whether the secret was another by now, and none was made.</param>
    /// <param name="Refusal">That this person may not, or that the server is too busy.</param>
    public sealed record Result(IReadOnlyDictionary<string, string> Faults, string? Secret = null, bool IsLate = false, Refusal? Refusal = null)
    {
        public static readonly Result Done = new(new Dictionary<string, string>());
    }

    /// <summary>What the log says of a change besides its word.</summary>
    /// <param name="What">Saved, secret-made, previous-ended, signed-out or turned-off.</param>
    /// <param name="Issuer">The issuer since; null where it is not what changed.</param>
    /// <param name="KeysAddress">The address of the keys since; null where it is not what changed, and for none.</param>
    private sealed record Details(string What, string? Issuer = null, string? KeysAddress = null);

    /// <summary>The site's settings; null if it has no single sign-on.</summary>
    public async Task<SingleSignOn?> FindAsync(long siteId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.SingleSignOns.AsNoTracking().SingleOrDefaultAsync(s => s.SiteId == siteId, cancellationToken);
    }

    /// <summary>Saves issuer and address of the keys; switches it on where it is off.</summary>
    public async Task<Result> SaveAsync(Actor actor, SingleSignOnForm form, CancellationToken cancellationToken)
    {
        var faults = form.Faults();
        var keys = form.KeysAddress.Length == 0 ? null : form.KeysAddress;
        return faults.Count > 0 ? new Result(faults) : await ChangeAsync(
            actor, isNew: true, new Details(Saved, form.Issuer, keys),
            settings =>
            {
                (settings.Issuer, settings.KeysAddress) = (form.Issuer, keys);
                return Result.Done;
            },
            cancellationToken);
    }

    /// <summary>Makes a new secret; the one before stays good for some time.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="seen">Which secret the page said there was (<see cref="SingleSignOnForm.StampOf"/>): of two who rotate, one does.</param>
    /// <param name="cancellationToken">Stops before it is made.</param>
    public Task<Result> MakeSecretAsync(Actor actor, string seen, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor, isNew: false, new Details("secret-made"),
            settings => SingleSignOnForm.StampOf(settings) == seen
                ? Result.Done with { Secret = secrets.Rotate(settings) }
                : Result.Done with { IsLate = true },
            cancellationToken);

    /// <summary>Ends the secret before the last at once.</summary>
    public Task<Result> EndPreviousAsync(Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor, isNew: false, new Details("previous-ended"),
            settings =>
            {
                SiteSecrets.EndPrevious(settings);
                return Result.Done;
            },
            cancellationToken);

    /// <summary>Signs out everybody whom the site signed in: whoever got hold of a secret may be among them.</summary>
    public Task<Result> SignOutAllAsync(Actor actor, CancellationToken cancellationToken) =>
        RunAsync(actor, new Details("signed-out"), _ => Task.FromResult(Result.Done), signsOut: true, cancellationToken);

    /// <summary>Switches it off: secrets and settings are forgotten, and whom it signed in is signed out.</summary>
    public Task<Result> TurnOffAsync(Actor actor, CancellationToken cancellationToken) =>
        RunAsync(
            actor, new Details("turned-off"),
            async database =>
            {
                database.SingleSignOns.RemoveRange(await database.SingleSignOns.Where(s => s.SiteId == actor.Site.Id).ToListAsync());
                return Result.Done;
            },
            signsOut: true, cancellationToken);

    /// <inheritdoc/>
    public string Word => ActWord.SingleSignOnChanged;

    /// <summary>Signs out whom the site signed in, where it is off again now.</summary>
    public async Task ReverseAsync(WriteScope write, ModerationLogEntry entry, bool isRedo)
    {
        if (!await write.Database.SingleSignOns.AnyAsync(s => s.SiteId == entry.SiteId))
        {
            await SignOutAllAsync(write.Database, await write.Database.Sites.AsNoTracking().FirstAsync(s => s.Id == entry.SiteId));
        }
    }

    private static Task<int> SignOutAllAsync(EmbedDbContext database, Site site)
    {
        // A key has no character that means something to LIKE.
        var ofThisSite = SignInFromSite.SubjectOf(site, "%");
        return database.Sessions
            .Where(s => s.SiteId == site.Id && s.Commenter!.Accounts.Any(a => a.Provider == SignInFromSite.Provider && EF.Functions.Like(a.Subject, ofThisSite)))
            .ExecuteDeleteAsync();
    }

    private Task<Result> ChangeAsync(
        Actor actor, bool isNew, Details details, Func<SingleSignOn, Result> change, CancellationToken cancellationToken) =>
        RunAsync(
            actor, details,
            async database =>
            {
                var settings = await database.SingleSignOns.SingleOrDefaultAsync(s => s.SiteId == actor.Site.Id);
                if (settings is null && !isNew)
                {
                    return Result.Done with { IsLate = true };
                }

                if (settings is null)
                {
                    settings = new SingleSignOn { SiteId = actor.Site.Id, Issuer = actor.Site.Origins[0] };
                    database.SingleSignOns.Add(settings);
                }

                return change(settings);
            },
            signsOut: false, cancellationToken);

    // One after another: of two who rotate at once, the second sees what the first made.
    private async Task<Result> RunAsync(
        Actor actor, Details details, Func<EmbedDbContext, Task<Result>> change, bool signsOut, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return Result.Done with { Refusal = Refusal.NotAllowed };
        }

        var done = await writes.RunAsync<Result>(
            async write =>
            {
                var result = await change(write.Database);
                if (!result.IsLate)
                {
                    await LogAsync(write.Database, new NewAct(actor.Commenter.Id, actor.Via, actor.Site.Id, Word) { Details = details }, details.What == Saved);
                    // Only now: nobody may sign in any more before.
                    await (signsOut ? SignOutAllAsync(write.Database, actor.Site) : Task.CompletedTask);
                }

                return result;
            },
            cancellationToken);
        return done.Value ?? Result.Done with { Refusal = done.Refusal };
    }

    // The same settings again change nothing; what else was done is said, whatever it left of rows.
    private async Task LogAsync(EmbedDbContext database, NewAct act, bool onlyIfChanged)
    {
        var now = clock.GetUtcNow();
        if (await LogBook.SaveAsync(database, act, now) is null && !onlyIfChanged)
        {
            await LogBook.AddAsync(database, act, [], now);
        }
    }
}
