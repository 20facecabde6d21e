using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;

namespace Embed.Server.Admin.SelfCheck;

/// <summary>Fetches a page and looks whether a site's comments will work on it.</summary>
internal sealed class CheckPage(PageClient client) : IDisposable
{
    /// <summary>Checks of one person in ten minutes: each has the server ask somebody else's.</summary>
    public const int MostInTenMinutes = 30;

    private readonly Pace<long> _pace = new(MostInTenMinutes, TimeSpan.FromMinutes(10));

    /// <summary>A report, or the sentence that says why there is none.</summary>
    public sealed record Result(PageReport? Report, string? Sentence = null);

    /// <summary>Fetches and checks.</summary>
    /// <param name="actor">Who asks: an owner of the site at least.</param>
    /// <param name="typed">The page's address as typed.</param>
    /// <param name="server">Our own origin, as pages name it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The result; refused: not-allowed.</returns>
    public async Task<Outcome<Result>> HandleAsync(Actor actor, string typed, Uri server, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return Refusal.NotAllowed;
        }

        var site = actor.Site;
        if (PageAddress.Of(typed, site.IsLocal) is not { } address)
        {
            return new Result(null, "Write the address of a page on the internet, such as https://blog.example/post.");
        }

        if (_pace.Take(actor.Commenter.Id) is { } wait)
        {
            return new Result(null, $"That were many checks. Please wait {Math.Ceiling(wait.TotalMinutes):0} minutes.");
        }

        try
        {
            return new Result(PageFindings.Of(await client.FetchAsync(address, cancellationToken), site, server));
        }
        catch (PageNotFetchedException fault)
        {
            return new Result(null, fault.Message);
        }
    }

    public void Dispose() => _pace.Dispose();
}
