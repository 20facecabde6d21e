using System.Collections.Immutable;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>An owner changes the settings of their site.</summary>
internal sealed class SaveSite(WriteQueue writes, SiteDirectory sites, Standings standings, TimeProvider clock)
{
    /// <summary>The name under which a fault concerns no one field.</summary>
    public const string WholeForm = "";

    /// <summary>What came of it.</summary>
    /// <param name="Site">The saved site; null if it was not saved.</param>
    /// <param name="Faults">What is wrong, by field.</param>
    /// <param name="Refusal">That this person may not, or that the server is too busy.</param>
    /// <param name="Entry">The log's entry, by which it is undone; null if nothing changed.</param>
    /// <param name="IsConflict">Whether somebody else has saved it since the form was drawn.</param>
    public sealed record Result(
        Site? Site, ImmutableDictionary<string, string> Faults, Refusal? Refusal = null, long? Entry = null, bool IsConflict = false);

    /// <summary>
    /// Writes the settings and makes them count at once. A change somebody else saved since the form was drawn is never
    /// written over: the revision on the form must still be the site's.
    /// </summary>
    /// <param name="actor">Who asks, by the pages below <c>/admin</c>.</param>
    /// <param name="form">The settings as typed.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    public async Task<Result> HandleAsync(Commenter actor, SiteForm form, CancellationToken cancellationToken)
    {
        if (await RefusalAsync(actor, form.Key, cancellationToken) is { } refusal)
        {
            return new Result(null, [], refusal);
        }

        var (settings, faults) = SiteSettings.Read(form);
        if (settings is null)
        {
            return new Result(null, faults);
        }

        var saved = await writes.RunAsync<Result>(async write => await SaveAsync(write, actor, settings, form), cancellationToken);
        return saved.Value ?? new Result(null, [], saved.Refusal);
    }

    private async Task<Refusal?> RefusalAsync(Commenter actor, string key, CancellationToken cancellationToken)
    {
        if (await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return null;
        }

        return await sites.FindAsync(key, cancellationToken) is { } site && await standings.FindAsync(actor, site, cancellationToken) is { Role: >= SiteRole.Owner } standing
            ? standing.Refusal
            : Refusal.NotAllowed;
    }

    private async Task<Result> SaveAsync(WriteScope write, Commenter actor, SiteSettings settings, SiteForm form)
    {
        var site = await write.Database.Sites.FirstOrDefaultAsync(s => s.Key == form.Key);
        if (site is null)
        {
            return new Result(null, [], Refusal.SiteNotFound);
        }

        if (site.Revision != form.Revision)
        {
            return Fault(WholeForm, AdminText.Conflict) with { IsConflict = true };
        }

        var wasLocal = site.IsLocal;
        settings.ApplyTo(site);
        // A site on this machine may have the server look at this machine: not for its owner to say.
        if (site.IsLocal && !wasLocal && !await standings.IsAdministratorAsync(actor, CancellationToken.None))
        {
            return Fault(nameof(SiteForm.Origins), AdminText.OriginsLocal);
        }

        var act = new NewAct(actor.Id, ActedVia.Admin, site.Id, ActWord.SiteChanged) { Details = new { site.Name } };
        var entry = await LogBook.SaveAsync(write.Database, act, clock.GetUtcNow());
        write.AfterCommit(sites, sites.Forget);
        return new Result(site, [], Entry: entry?.Id);
    }

    private static Result Fault(string field, string sentence) => new(null, ImmutableDictionary<string, string>.Empty.Add(field, sentence));
}
