using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Antiforgery;

namespace Embed.Server.Comments;

/// <summary>A post by the plain form of a thread's own page: whoever our own origin's cookie signs in, or a guest who gives a name.</summary>
internal sealed class PlainPost(
    AddressPace pace, IAntiforgery antiforgery, Admission admission, BeginGuest guests, PostComment handler, FlagComment flags)
{
    /// <summary>Posts. A guest is signed in by it, on our own origin, even if the text is then refused: the name was taken.</summary>
    /// <returns>
    /// The comment; refused: too-many, sign-in-required, form-expired, banned, and the refusals of <see cref="BeginGuest"/> and
    /// <see cref="PostComment"/>.
    /// </returns>
    public async Task<Outcome<PostComment.Posted>> HandleAsync(
        HttpContext http, Site site, PostComment.Draft draft, string guestName, CancellationToken cancellationToken)
    {
        if (pace.Take(AddressPace.NetworkOf(http)) is { } tooMany)
        {
            return tooMany;
        }

        var commenter = CurrentCommenter.Of(http, site);
        if (commenter is null && !site.AllowsGuests)
        {
            return Refusal.SignInRequired;
        }

        // The token is bound to the person, so it fails too for a form that is older than the sign-in.
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Refusal.FormExpired;
        }

        if (commenter is null)
        {
            var begun = await guests.OnOurOriginAsync(site, guestName, http);
            if (begun.Refusal is not null)
            {
                return begun.Refusal;
            }

            commenter = begun.Value!.Guest;
        }

        var actor = await admission.AdmitAsync(site, commenter, ActedVia.Thread, cancellationToken);
        return actor.Refusal is null ? await handler.HandleAsync(actor.Value!, draft, cancellationToken) : actor.Refusal;
    }

    /// <summary>Reports a comment by the page's form.</summary>
    /// <returns>The comment's id; refused: too-many, sign-in-required, form-expired, banned, and the refusals of <see cref="FlagComment"/>.</returns>
    public async Task<Outcome<long>> FlagAsync(
        HttpContext http, Site site, long commentId, FlagComment.Report report, CancellationToken cancellationToken)
    {
        if (pace.Take(AddressPace.NetworkOf(http)) is { } tooMany)
        {
            return tooMany;
        }

        if (CurrentCommenter.Of(http, site) is not { } commenter)
        {
            return Refusal.SignInRequired;
        }

        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Refusal.FormExpired;
        }

        var actor = await admission.AdmitAsync(site, commenter, ActedVia.Thread, cancellationToken);
        return actor.Refusal is null ? await flags.HandleAsync(actor.Value!, commentId, report, cancellationToken) : actor.Refusal;
    }
}
