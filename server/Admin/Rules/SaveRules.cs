using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Rules;

/// <summary>An owner of a site changes its rules.</summary>
internal sealed class SaveRules(WriteQueue writes, SiteDirectory sites, TimeProvider clock)
{
    /// <summary>What came of it.</summary>
    /// <param name="Faults">What is wrong, by the rule's place from 0; nothing was saved then.</param>
    /// <param name="IsLate">Whether the site has been changed since the list was drawn; nothing was saved then.</param>
    /// <param name="Revision">The site's revision since.</param>
    /// <param name="EntryId">The entry of the log that takes the change back; 0 where nothing changed.</param>
    public sealed record Result(IReadOnlyDictionary<int, string> Faults, bool IsLate = false, long Revision = 0, long EntryId = 0);

    private static readonly Dictionary<int, string> NoFaults = [];

    /// <summary>
    /// Puts the list in force, all of it or nothing, and logs it as it was and as it is. What somebody else saved since the list was
    /// drawn is never written over.
    /// </summary>
    /// <returns>What came of it; refused: not-allowed, site-not-found, server-busy.</returns>
    public async Task<Outcome<Result>> HandleAsync(
        Actor actor, IReadOnlyList<Rule> rules, long revision, CancellationToken cancellationToken) => actor.IsOwner
        ? await writes.RunAsync(write => SaveAsync(write, actor, rules, revision), cancellationToken)
        : Refusal.NotAllowed;

    private async Task<Outcome<Result>> SaveAsync(WriteScope write, Actor actor, IReadOnlyList<Rule> rules, long revision)
    {
        var checks = await write.Database.OutsideChecks.Where(c => c.SiteId == actor.Site.Id).Select(c => c.Kind).ToListAsync();
        if (RuleLimits.Faults(rules, checks) is { Count: > 0 } faults)
        {
            return new Result(faults);
        }

        if (await write.Database.Sites.FirstOrDefaultAsync(s => s.Id == actor.Site.Id) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        if (site.Revision != revision)
        {
            return new Result(NoFaults, IsLate: true);
        }

        site.Rules = [.. rules];
        site.Revision++;
        var entry = await LogBook.SaveAsync(
            write.Database, new NewAct(actor.Commenter.Id, actor.Via, site.Id, ActWord.RulesChanged), clock.GetUtcNow());
        write.AfterCommit(sites, sites.Forget);
        return new Result(NoFaults, Revision: site.Revision, EntryId: entry?.Id ?? 0);
    }
}
