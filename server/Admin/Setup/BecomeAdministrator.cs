using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Admin.Setup;

/// <summary>Whoever has shown the code that the log printed becomes the first administrator.</summary>
internal sealed class BecomeAdministrator(
    WriteQueue writes, IDbContextFactory<EmbedDbContext> databases, SetupCode setup, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>Whether the server has none: then a code is printed at its start.</summary>
    public async Task<bool> IsWantedAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return options.Value.Administrators.Count == 0 && !await AnyAsync(database);
    }

    /// <summary>Makes somebody administrator, if still nobody is. Of several at once the first is it.</summary>
    /// <returns>The commenter's id; refused: code-invalid, not-allowed (there is one, or the account is about to be deleted), server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Commenter commenter, string? ticket, CancellationToken cancellationToken) =>
        commenter is not { Kind: CommenterKind.Person, DeletionDueAt: null } ? Refusal.NotAllowed
        // In this order: somebody else may spend the code in between.
        : !setup.Admits(ticket) ? setup.IsOpen ? Refusal.CodeInvalid : Refusal.NotAllowed
        : await writes.RunAsync<long>(
            async write =>
            {
                if (await AnyAsync(write.Database))
                {
                    return Refusal.NotAllowed;
                }

                GiveRole.Set(write.Database, null, commenter.Id, null, SiteRole.Administrator, null, clock.GetUtcNow());
                var act = new NewAct(commenter.Id, ActedVia.Admin, null, ActWord.RoleGiven)
                {
                    CommenterId = commenter.Id,
                    Details = new GiveRole.Details(SiteRole.Administrator, SiteRole.None),
                };
                await LogBook.SaveAsync(write.Database, act, clock.GetUtcNow());
                write.AfterCommit(setup, setup.Spend);
                return commenter.Id;
            },
            cancellationToken);

    private static Task<bool> AnyAsync(EmbedDbContext database) => database.RoleGrants.AnyAsync(grant => grant.Role == SiteRole.Administrator);
}
