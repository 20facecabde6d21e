using System.Net;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Commenters;

/// <summary>A guest just signed in.</summary>
/// <param name="Guest">The new commenter.</param>
/// <param name="Token">The session's token, which nobody can read again: whoever has it is this guest.</param>
/// <param name="ExpiresAt">When it expires unless it is used.</param>
internal sealed record BegunGuest(Commenter Guest, string Token, DateTimeOffset ExpiresAt);

/// <summary>
/// Signs somebody in who gives a name and nothing else: a commenter without accounts, whose only way back is the session on
/// their device. Everything else about them is as for anybody.
/// </summary>
internal sealed class BeginGuest(
    CommenterSessions sessions, CurrentCommenter current, IOptions<EmbedOptions> options, TimeProvider clock) : IDisposable
{
    private readonly Pace<IPAddress> _pace = new(options.Value.Limits.GuestsPerAddress, TimeSpan.FromHours(1));

    /// <summary>Begins a session at the site, for pages of one of its origins.</summary>
    /// <returns>The guest; refused: guests-not-allowed, guest-name-invalid, name-refused, too-many-guests.</returns>
    public Task<Outcome<BegunGuest>> AtSiteAsync(Site site, string? name, string origin, HttpContext http) =>
        HandleAsync(site, name, http, new NewSession(site.Id, origin, DeviceName.Of(http.Request.Headers.UserAgent)));

    /// <summary>Begins a session on our own origin, for somebody on a thread's own page: this answer brings the cookie.</summary>
    /// <returns>The guest; refused likewise, and guest-signed-in.</returns>
    public async Task<Outcome<BegunGuest>> OnOurOriginAsync(Site site, string? name, HttpContext http)
    {
        // They would be signed out without having asked for it. The site does not take them, else they would post as themselves.
        if (CurrentCommenter.PersonOf(http) is not null)
        {
            return Refusal.GuestSignedIn;
        }

        var begun = await HandleAsync(
            site, name, http, new NewSession(null, http.Request.ServerOrigin(), DeviceName.Of(http.Request.Headers.UserAgent)));
        if (begun.Value is { } guest)
        {
            await current.SignInGuestAsync(http, guest.Guest, guest.Token);
        }

        return begun;
    }

    public void Dispose() => _pace.Dispose();

    private async Task<Outcome<BegunGuest>> HandleAsync(Site site, string? name, HttpContext http, NewSession session)
    {
        if (!site.AllowsGuests)
        {
            return Refusal.GuestsNotAllowed;
        }

        if (ShownName.OfTyped(name) is not { } shown)
        {
            return Refusal.GuestNameInvalid;
        }

        if (NameRules.FindRefusal(site, shown) is { } refused)
        {
            return refused;
        }

        if (_pace.Take(AddressPace.NetworkOf(http)) is { } wait)
        {
            return Refusal.TooManyGuests(wait);
        }

        var guest = new Commenter { Kind = CommenterKind.Guest, Name = shown, IsNameChosen = true, CreatedAt = clock.GetUtcNow() };
        var (token, expiresAt) = await sessions.CreateForGuestAsync(guest, session, http.RequestAborted);
        return new BegunGuest(guest, token, expiresAt);
    }
}
