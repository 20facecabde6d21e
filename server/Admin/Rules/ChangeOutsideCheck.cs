using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Rules;

/// <summary>An owner of a site sets up, tries and removes the services elsewhere that its rules can ask: one of each kind.</summary>
internal sealed class ChangeOutsideCheck(
    IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, OutsideChecks checks, OutsideSecrets secrets, SiteDirectory sites,
    TimeProvider clock)
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxKeyCharacters = 200;

    /// <summary>A check as its owner sees it: never the key itself.</summary>
    public sealed record Shown(OutsideCheckKind Kind, string Address, bool HasKey);

    /// <summary>The checks of a site.</summary>
    /// <returns>The checks; refused: not-allowed.</returns>
    public async Task<Outcome<IReadOnlyList<Shown>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return new Outcome<IReadOnlyList<Shown>>(
            await database.OutsideChecks.Where(c => c.SiteId == actor.Site.Id).OrderBy(c => c.Kind)
                .Select(c => new Shown(c.Kind, c.Address, c.Secret != null)).ToListAsync(cancellationToken),
            null);
    }

    /// <summary>Saves a check. An empty key keeps the one there is, unless the address changes: a key is for whom it was given to.</summary>
    /// <returns>What is wrong, empty where it was saved; refused: not-allowed, server-busy.</returns>
    public async Task<Outcome<string>> SaveAsync(
        Actor actor, OutsideCheckKind kind, string address, string key, CancellationToken cancellationToken)
    {
        (address, key) = (kind == OutsideCheckKind.Akismet ? "" : address.Trim(), key.Trim());
        return !actor.IsOwner ? Refusal.NotAllowed
            : Fault(actor.Site, kind, address, key) is { } fault ? fault
            : await writes.RunAsync(write => SaveAsync(write, actor, kind, address, key), cancellationToken);
    }

    /// <summary>Removes a check, with its key. One that a rule asks stays.</summary>
    /// <returns>What is wrong, empty where it was removed; refused: not-allowed, server-busy.</returns>
    public async Task<Outcome<string>> RemoveAsync(Actor actor, OutsideCheckKind kind, CancellationToken cancellationToken) => actor.IsOwner
        ? await writes.RunAsync<string>(
            async write =>
            {
                var site = await write.Database.Sites.AsNoTracking().FirstAsync(s => s.Id == actor.Site.Id);
                if (site.Rules.Exists(rule => rule.Condition == RuleCondition.OutsideCheck && RuleLimits.CheckOf(rule) == kind))
                {
                    return "A rule asks it. Delete that rule and save the list first.";
                }

                write.Database.OutsideChecks.RemoveRange(write.Database.OutsideChecks.Where(c => c.SiteId == actor.Site.Id && c.Kind == kind));
                await LogBook.SaveAsync(write.Database, Act(actor, kind), clock.GetUtcNow());
                return "";
            },
            cancellationToken)
        : Refusal.NotAllowed;

    /// <summary>Asks a saved check whether it can be reached.</summary>
    /// <returns>What is wrong, empty where all is well; refused: not-allowed.</returns>
    public async Task<Outcome<string>> TestAsync(Actor actor, OutsideCheckKind kind, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.OutsideChecks.AsNoTracking().FirstOrDefaultAsync(c => c.SiteId == actor.Site.Id && c.Kind == kind, cancellationToken) is { } check
            ? await checks.TestAsync(actor.Site, check, cancellationToken) ?? ""
            : "There is no such check any more.";
    }

    private async Task<Outcome<string>> SaveAsync(WriteScope write, Actor actor, OutsideCheckKind kind, string address, string key)
    {
        var check = await write.Database.OutsideChecks.FirstOrDefaultAsync(c => c.SiteId == actor.Site.Id && c.Kind == kind);
        if (kind == OutsideCheckKind.Akismet && key.Length == 0 && check?.Secret is null)
        {
            return "Enter the key that Akismet gave you for this site.";
        }

        if (check is null)
        {
            check = new OutsideCheck { SiteId = actor.Site.Id, Kind = kind, Address = address };
            write.Database.OutsideChecks.Add(check);
        }

        check.Secret = key.Length > 0 ? secrets.Protect(key) : check.Address == address ? check.Secret : null;
        check.Address = address;
        // A key alone leaves no trace among the rows of the log: that it was changed is said all the same.
        var now = clock.GetUtcNow();
        if (await LogBook.SaveAsync(write.Database, Act(actor, kind), now) is null && key.Length > 0)
        {
            await LogBook.AddAsync(write.Database, Act(actor, kind), [], now);
        }

        write.AfterCommit(sites, sites.Forget);
        return "";
    }

    private static NewAct Act(Actor actor, OutsideCheckKind kind) =>
        new(actor.Commenter.Id, actor.Via, actor.Site.Id, ActWord.RulesChanged) { Details = new { OutsideCheck = kind.ToString() } };

    private static string? Fault(Site site, OutsideCheckKind kind, string address, string key) =>
        !Enum.IsDefined(kind) ? "Choose a check."
        : key.Length > MaxKeyCharacters || !key.All(c => c is > ' ' and < '\x7F') ? $"A key has at most {MaxKeyCharacters} letters, digits and signs, without spaces."
        : kind == OutsideCheckKind.Akismet ? null
        : address.Length > OutsideCheck.MaxAddressCharacters ? $"An address has at most {OutsideCheck.MaxAddressCharacters} characters."
        : Uri.TryCreate(address, UriKind.Absolute, out var uri) && OutsideChecks.MayAsk(site, uri) ? null
        : "Enter an https address of the internet, such as https://check.example.com/comments.";
}
