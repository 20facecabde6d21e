using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>A session in the list of where somebody is signed in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Site">The site's name; null for this server's own pages.</param>
/// <param name="Origin">The origin it is bound to.</param>
/// <param name="Device">The kind of browser; empty if unknown.</param>
/// <param name="BegunAt">When it began.</param>
/// <param name="UsedAt">When it was last used, to within a day.</param>
/// <param name="IsThisOne">Whether it is the one that asks.</param>
public sealed record OwnSession(
    long Id, string? Site, string Origin, string Device, DateTimeOffset BegunAt, DateTimeOffset UsedAt, bool IsThisOne);

/// <summary>A way to sign in, in the list of them.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Provider">What the provider is called.</param>
/// <param name="Name">What the account is called there.</param>
/// <param name="PictureHash">Its picture; null if it has none.</param>
/// <param name="LinkedAt">When it was added.</param>
/// <param name="UsedAt">When it last signed somebody in.</param>
public sealed record OwnAccount(
    long Id, string Provider, string Name, string? PictureHash, DateTimeOffset LinkedAt, DateTimeOffset UsedAt);

/// <summary>Whoever looks at the page of their account.</summary>
/// <param name="Name">The shown name.</param>
/// <param name="IsGuest">Whether they gave a name and nothing else.</param>
/// <param name="PictureHash">The shown picture; null for the one made of the name.</param>
/// <param name="DeletionDueAt">When the account is to be deleted; null if it is not.</param>
/// <param name="DeletionKeepsComments">Whether the comments stay then, without a name.</param>
public sealed record OwnProfile(string Name, bool IsGuest, string? PictureHash, DateTimeOffset? DeletionDueAt, bool DeletionKeepsComments);

/// <summary>What the page of one's account shows.</summary>
internal sealed class ShowAccount(IDbContextFactory<EmbedDbContext> databases, AccountNames names, AccountLinks links, TimeProvider clock)
{
    // Nobody looks through more; the button that ends all of them ends the others, too.
    private const int MaxSessions = 100;

    /// <summary>The page.</summary>
    public static Task<IResult> GetAsync(HttpContext http, ShowAccount handler, CancellationToken cancellationToken) =>
        handler.DrawAsync(http, null, "", cancellationToken);

    /// <summary>The page, with a name that could not be taken.</summary>
    /// <param name="http">The request.</param>
    /// <param name="typed">The name as it was typed; null on a first look.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IResult> DrawAsync(HttpContext http, string? typed, string fault, CancellationToken cancellationToken)
    {
        var (session, text) = (MePages.SessionOf(http), MePages.TextOf(http));
        var commenter = session.Commenter!;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var accounts = new List<OwnAccount>();
        foreach (var account in commenter.Accounts.OrderBy(account => account.LinkedAt))
        {
            var provider = await names.ProviderOfAsync(account.Provider, account.Subject, text, cancellationToken);
            accounts.Add(new OwnAccount(account.Id, provider, account.Name, account.PictureHash, account.LinkedAt, account.UsedAt));
        }

        var done = $"Done_{http.Request.Query["done"]}";
        return MePages.Page<MePage>(
            http,
            new()
            {
                [nameof(MePage.Profile)] = new OwnProfile(
                    commenter.Name, commenter.Kind == CommenterKind.Guest, commenter.PictureHash, commenter.DeletionDueAt, commenter.DeletionKeepsComments),
                [nameof(MePage.TypedName)] = typed ?? commenter.Name,
                [nameof(MePage.NameFault)] = fault,
                [nameof(MePage.NameThere)] = commenter.IsNameChosen ? AccountNames.ShownAt(commenter) : null,
                [nameof(MePage.Accounts)] = accounts,
                [nameof(MePage.AddAddress)] = new SignInFlow(null, MePages.Home, PageLanguage.Of(http.Request), links.Begin(session)).Address,
                [nameof(MePage.Sessions)] = await SessionsAsync(database, session, cancellationToken),
                [nameof(MePage.Comments)] = await database.Comments.CountAsync(c => c.CommenterId == commenter.Id, cancellationToken),
                [nameof(MePage.News)] = text.Has(done) ? text[done] : null,
            },
            fault.Length > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private async Task<IReadOnlyList<OwnSession>> SessionsAsync(EmbedDbContext database, CommenterSession current, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await database.Sessions.AsNoTracking().Where(s => s.CommenterId == current.CommenterId && s.ExpiresAt > now)
            .OrderByDescending(s => s.Id == current.Id).ThenByDescending(s => s.UsedAt).ThenByDescending(s => s.Id).Take(MaxSessions)
            .Select(s => new OwnSession(s.Id, s.Site!.Name, s.Origin, s.Device, s.CreatedAt, s.UsedAt, s.Id == current.Id))
            .ToListAsync(cancellationToken);
    }
}
