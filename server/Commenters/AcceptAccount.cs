using Embed.Server.Pages;

namespace Embed.Server.Commenters;

/// <summary>The one place where a proven account becomes a sign-in, whatever way proved it.</summary>
internal sealed class AcceptAccount(RecordCommenter record, CurrentCommenter current, SignInFlows flows)
{
    /// <summary>Signs its owner in on our own origin, and goes on to whoever waits.</summary>
    public async Task<IResult> HandleAsync(HttpContext http, SignInFlow flow, ProvenAccount account, CancellationToken cancellationToken)
    {
        var commenter = await record.HandleAsync(account, cancellationToken);
        await current.SignInAsync(http, commenter.Id);
        // The code may follow without another click: the person chose the way on our page that named site and origin.
        return new SeeOther(flow.Opener is null ? flow.Return : flows.FinishAddress(flow, commenter.Id));
    }
}
