using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>
/// Adds a way to sign in: an account that was proven a moment ago in the same session (<see cref="AccountLinks"/>). Where it is
/// another commenter's, the two become one.
/// </summary>
internal sealed class LinkAccount(
    IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, JoinCommenters join, SiteDirectory sites, FetchPictures pictures,
    TimeProvider clock)
{
    /// <summary>What linking an account would mean, or has meant.</summary>
    public enum Standing
    {
        /// <summary>Nobody has it: it is added, or was.</summary>
        Free,

        /// <summary>It is this commenter's already.</summary>
        Own,

        /// <summary>It is another commenter's: the two become one, or have.</summary>
        Others,

        /// <summary>The other commenter is not the one that was shown, or this one is gone: nothing was done.</summary>
        Changed,

        /// <summary>This or the other commenter is to be deleted: first that must be settled.</summary>
        BeingDeleted,

        /// <summary>A guest has no account to add another to.</summary>
        IsGuest,
    }

    /// <summary>The other commenter that has the account.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Name">Its shown name.</param>
    /// <param name="Comments">How many comments it has.</param>
    /// <param name="Votes">How many votes it has cast.</param>
    public sealed record Other(long Id, string Name, int Comments, int Votes);

    /// <summary>The page that shows both sides and asks.</summary>
    public static async Task<IResult> GetAsync(
        string? ticket, HttpContext http, AccountLinks links, LinkAccount handler, AccountNames names, CancellationToken cancellationToken) =>
        links.Open(ticket, MePages.SessionOf(http)) is { } account
            ? await DrawAsync(http, ticket!, account, handler, names, isChanged: false, cancellationToken)
            : MePages.Fault(http, "LinkExpired", StatusCodes.Status400BadRequest);

    /// <summary>"Yes, that is me, too."</summary>
    public static async Task<IResult> PostAsync(
        HttpContext http, AccountLinks links, LinkAccount handler, AccountNames names, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var ticket = form["ticket"].ToString();
        if (links.Open(ticket, MePages.SessionOf(http)) is not { } account)
        {
            return MePages.Fault(http, "LinkExpired", StatusCodes.Status400BadRequest);
        }

        long? other = long.TryParse(form["other"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        var done = await handler.HandleAsync(MePages.SessionOf(http).CommenterId, account, other, cancellationToken);
        return done.Refusal is not null ? MePages.Busy(http) : done.Value switch
        {
            Standing.Changed => await DrawAsync(http, ticket, account, handler, names, isChanged: true, cancellationToken),
            Standing.BeingDeleted or Standing.IsGuest => MePages.Fault(http, $"Link{done.Value}", StatusCodes.Status409Conflict),
            Standing.Others => MePages.Done("joined"),
            _ => MePages.Done("linked"),
        };
    }

    /// <summary>Links the account.</summary>
    /// <param name="commenterId">To whom.</param>
    /// <param name="proven">The account.</param>
    /// <param name="otherId">The other commenter that has it, as it was shown; null for none.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>What came of it; refused: server-busy.</returns>
    public Task<Outcome<Standing>> HandleAsync(
        long commenterId, ProvenAccount proven, long? otherId, CancellationToken cancellationToken) =>
        writes.RunAsync(async write => await LinkAsync(write, commenterId, proven, otherId), cancellationToken);

    /// <summary>What linking the account would mean now; writes nothing.</summary>
    public async Task<(Standing Standing, Other? Other)> PlanAsync(long commenterId, ProvenAccount proven, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var (standing, owner) = await StandingAsync(database, commenterId, proven);
        return standing != Standing.Others ? (standing, null) : (standing, new Other(
            owner!.Id, owner.Name,
            await database.Comments.CountAsync(c => c.CommenterId == owner.Id, cancellationToken),
            await database.Votes.CountAsync(v => v.CommenterId == owner.Id, cancellationToken)));
    }

    private static async Task<(Standing Standing, Commenter? Owner)> StandingAsync(EmbedDbContext database, long commenterId, ProvenAccount proven)
    {
        var commenter = await database.Commenters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == commenterId);
        var owner = await database.Commenters.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Accounts.Any(a => a.Subject == proven.Subject && a.Provider == proven.Provider));
        // Joined to another or deleted since the request began.
        var standing = commenter is null ? Standing.Changed
            : commenter.Kind != CommenterKind.Person ? Standing.IsGuest
            : commenter.DeletionDueAt is not null || owner?.DeletionDueAt is not null ? Standing.BeingDeleted
            : owner is null ? Standing.Free
            : owner.Id == commenterId ? Standing.Own
            : Standing.Others;
        return (standing, owner);
    }

    private async Task<Outcome<Standing>> LinkAsync(WriteScope write, long commenterId, ProvenAccount proven, long? otherId)
    {
        var database = write.Database;
        var (standing, owner) = await StandingAsync(database, commenterId, proven);
        if (standing is not (Standing.Free or Standing.Others))
        {
            return standing;
        }

        if (owner?.Id != otherId)
        {
            return Standing.Changed;
        }

        if (owner is not null)
        {
            await join.JoinAsync(write, owner.Id, commenterId);
        }
        else
        {
            var now = clock.GetUtcNow();
            var account = new CommenterAccount
            {
                CommenterId = commenterId,
                Provider = proven.Provider,
                Subject = proven.Subject,
                Name = proven.Name,
                MadeAt = proven.MadeAt,
                LinkedAt = now,
                UsedAt = now,
            };
            database.Accounts.Add(account);
            await database.SaveChangesAsync();
            write.AfterCommit(account, () => pictures.Want(account.Id, proven.Picture));
            // The account may be a moderator's.
            await RecordCommenter.RedrawAsync(database, commenterId, CancellationToken.None);
            write.AfterCommit(sites, sites.Forget);
        }

        // From now on signing in by either account must not rename them.
        await database.Commenters.Where(c => c.Id == commenterId).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.IsNameChosen, true).SetProperty(c => c.IsPictureChosen, true));
        return standing;
    }

    private static async Task<RazorComponentResult<LinkPage>> DrawAsync(
        HttpContext http, string ticket, ProvenAccount account, LinkAccount handler, AccountNames names, bool isChanged,
        CancellationToken cancellationToken)
    {
        var commenter = MePages.SessionOf(http).Commenter!;
        var (standing, other) = await handler.PlanAsync(commenter.Id, account, cancellationToken);
        return MePages.Page<LinkPage>(
            http,
            new()
            {
                [nameof(LinkPage.Ticket)] = ticket,
                [nameof(LinkPage.Name)] = commenter.Name,
                [nameof(LinkPage.Account)] = account.Name,
                [nameof(LinkPage.Provider)] = await names.ProviderOfAsync(account.Provider, account.Subject, MePages.TextOf(http), cancellationToken),
                [nameof(LinkPage.Standing)] = standing.ToString(),
                [nameof(LinkPage.Other)] = other?.Id,
                [nameof(LinkPage.OtherName)] = other?.Name ?? "",
                [nameof(LinkPage.Comments)] = other?.Comments ?? 0,
                [nameof(LinkPage.Votes)] = other?.Votes ?? 0,
                [nameof(LinkPage.IsChanged)] = isChanged,
            },
            isChanged ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);
    }
}
