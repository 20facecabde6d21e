using Embed.Server.Pages;

namespace Embed.Server.Commenters;

/// <summary>
/// The one place where an account proven on our own origin, by a provider or a mailbox, becomes a sign-in. (Guests and a site's own
/// people never come to our origin for it: <see cref="BeginGuest"/>, <see cref="SignInFromSite"/>.)
/// </summary>
internal sealed class AcceptAccount(RecordCommenter record, CurrentCommenter current, SignInFlows flows, AccountLinks links)
{
    /// <summary>
    /// Signs its owner in on our own origin, and goes on to whoever waits. Where it is to be another way in for somebody who is
    /// signed in already, asks them first.
    /// </summary>
    public async Task<IResult> HandleAsync(HttpContext http, SignInFlow flow, ProvenAccount account, CancellationToken cancellationToken)
    {
        if (flow.Link is { } link)
        {
            return links.ConfirmAddress(link, account, flow.Language) is { } confirm
                ? new SeeOther(confirm)
                : SignInPages.Fault(http, flow.Language, "LinkExpired", StatusCodes.Status400BadRequest, retry: "/me");
        }

        var commenter = await record.HandleAsync(account, cancellationToken);
        await current.SignInAsync(http, commenter.Id);
        if (commenter.DeletionDueAt is not null)
        {
            // Told before they go on: whoever signs in may want to keep the account after all.
            return new SeeOther(flow.Address);
        }

        // The code may follow without another click: the person chose the way on our page that named site and origin.
        return new SeeOther(flow.Opener is null ? flow.Return : flows.FinishAddress(flow, commenter.Id));
    }
}
