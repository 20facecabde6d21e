using System.Collections.Immutable;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Sites;

/// <summary>Which comments of a new site wait for a moderator.</summary>
internal enum ModerationChoice
{
    /// <summary>None.</summary>
    Publish,

    /// <summary>The first of each person.</summary>
    HoldFirst,

    /// <summary>Every one.</summary>
    HoldAll,
}

/// <summary>An administrator makes a site as the wizard asked for it.</summary>
internal sealed class MakeSite(WriteQueue writes, SiteDirectory sites, Standings standings, TimeProvider clock)
{
    /// <summary>The site's key, or what is wrong by the field's name in <see cref="SiteForm"/>.</summary>
    public sealed record Result(string? Key, ImmutableDictionary<string, string> Faults);

    /// <summary>Checks what was typed, and makes the site.</summary>
    /// <returns>The result; refused: not-allowed, server-busy.</returns>
    public async Task<Outcome<Result>> HandleAsync(
        Commenter actor, string name, string key, string origins, ModerationChoice choice, CancellationToken cancellationToken)
    {
        if (!await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        var form = SiteForm.New with { Name = name.Trim(), Key = key.Trim(), Origins = origins.ReplaceLineEndings("\n"), HoldsComments = choice == ModerationChoice.HoldAll };
        var (settings, faults) = SiteSettings.Read(form);
        return settings is null
            ? new Result(null, faults)
            : await writes.RunAsync(write => MakeAsync(write, actor, form.Key, settings, choice), cancellationToken);
    }

    private async Task<Outcome<Result>> MakeAsync(WriteScope write, Commenter actor, string key, SiteSettings settings, ModerationChoice choice)
    {
        var (database, now) = (write.Database, clock.GetUtcNow());
        if (await database.Sites.AnyAsync(site => site.Key == key))
        {
            return new Result(null, ImmutableDictionary<string, string>.Empty.Add(nameof(SiteForm.Key), AdminText.KeyTaken));
        }

        var made = new Site
        {
            Key = key,
            Name = settings.Name,
            Origins = settings.Origins,
            Rules = choice == ModerationChoice.HoldFirst ? [new Rule { Condition = RuleCondition.FirstComments, Number = 1, Verdict = RuleVerdict.Hold }] : [],
            CreatedAt = now,
        };
        settings.ApplyTo(made);
        database.Sites.Add(made);
        await database.SaveChangesAsync();
        // Not undone: comments may come in the next moment.
        await LogBook.AddAsync(database, new NewAct(actor.Id, ActedVia.Admin, made.Id, ActWord.SiteMade) { Details = new { made.Key, made.Name } }, [], now);
        write.AfterCommit(sites, sites.Forget);
        return new Result(key, []);
    }
}
