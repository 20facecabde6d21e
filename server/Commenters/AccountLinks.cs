using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Extensions;

namespace Embed.Server.Commenters;

/// <summary>
/// Adding a way to sign in to somebody who is signed in: what says so on its way through the browser. It cannot be forged, and
/// is worth something only in the session that began it. So nobody can be made to end what somebody else began.
/// </summary>
internal sealed class AccountLinks(IDataProtectionProvider protection)
{
    /// <summary>The page that shows both sides and asks.</summary>
    public const string ConfirmPath = "/me/link";

    // To choose a way and to prove the account there; then to read one page and press a button.
    private static readonly TimeSpan BegunLifetime = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ProvenLifetime = TimeSpan.FromMinutes(10);

    private const int MaxPictureCharacters = 500;

    private readonly Tickets<Begun> _begun = new(protection, "Embed.Link.Begun", BegunLifetime);
    private readonly Tickets<Proven> _proven = new(protection, "Embed.Link.Proven", ProvenLifetime);

    private sealed record Begun(long Commenter, long Session);

    private sealed record Proven(Begun By, ProvenAccount Account);

    /// <summary>What a sign-in carries to be an addition to this session's commenter (<see cref="SignInFlow.Link"/>).</summary>
    public string Begin(CommenterSession session) => _begun.Write(ByOf(session));

    /// <summary>Whether this session began it, not long ago.</summary>
    public bool IsOf(string? link, CommenterSession? session) => session is not null && _begun.Read(link) == ByOf(session);

    /// <summary>
    /// Where to go with an account that was proven for it; null if it is forged or too old. Nothing is linked yet. The address
    /// carries no secret: it works only in the session that began.
    /// </summary>
    public string? ConfirmAddress(string link, ProvenAccount account, string language)
    {
        if (_begun.Read(link) is not { } by)
        {
            return null;
        }

        // An address of ours must stay one that every proxy takes; a picture left out comes with the next sign-in.
        var carried = account.Picture?.Address.OriginalString.Length > MaxPictureCharacters ? account with { Picture = null } : account;
        return ConfirmPath + new QueryBuilder
        {
            { "ticket", _proven.Write(new Proven(by, carried)) },
            { PageLanguage.Parameter, language },
        };
    }

    /// <summary>The account that was proven for this session; null if the ticket is forged, too old or another session's.</summary>
    public ProvenAccount? Open(string? ticket, CommenterSession session) =>
        _proven.Read(ticket) is { } proven && proven.By == ByOf(session) ? proven.Account : null;

    private static Begun ByOf(CommenterSession session) => new(session.CommenterId, session.Id);
}
