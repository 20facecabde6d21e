using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Chooses the name shown beside one's comments, or leaves it to the account again.</summary>
internal sealed class ChooseName(WriteQueue writes, SiteDirectory sites, NameRules rules)
{
    /// <summary>What came of it.</summary>
    /// <param name="Objecting">A site whose rules do not take the name; then nothing was saved.</param>
    public sealed record Result(Site? Objecting);

    public static async Task<IResult> PostAsync(
        HttpContext http, ChooseName handler, ShowAccount page, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var commenter = MePages.SessionOf(http).Commenter!;
        var there = form.ContainsKey("there") ? AccountNames.ShownAt(commenter) : null;
        var typed = form["name"].ToString();
        if ((there ?? ShownName.OfTyped(typed)) is not { } name)
        {
            return await page.DrawAsync(http, typed, MePages.TextOf(http)["NameInvalid"], cancellationToken);
        }

        var done = await handler.HandleAsync(commenter, name, isChosen: there is null, cancellationToken);
        return done.Value is not { } result ? MePages.Busy(http)
            : result.Objecting is { } site ? await page.DrawAsync(http, typed, MePages.TextOf(http).Format("NameRefused", site.Name), cancellationToken)
            : MePages.Done("name");
    }

    /// <summary>Saves the name, unless a site that it concerns does not take it, and has the threads that show it drawn anew.</summary>
    /// <param name="commenter">Whose name, with their accounts.</param>
    /// <param name="name">The name, fit to be shown.</param>
    /// <param name="isChosen">Whether they chose it; else it follows their account.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>What came of it; refused: server-busy.</returns>
    public Task<Outcome<Result>> HandleAsync(Commenter commenter, string name, bool isChosen, CancellationToken cancellationToken) =>
        writes.RunAsync<Result>(
            async write =>
            {
                if (await rules.FindObjectionAsync(write.Database, commenter, name, CancellationToken.None) is { } site)
                {
                    return new Result(site);
                }

                await write.Database.Commenters.Where(c => c.Id == commenter.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.Name, name).SetProperty(c => c.IsNameChosen, isChosen));
                await RecordCommenter.RedrawAsync(write.Database, commenter.Id, CancellationToken.None);
                write.AfterCommit(sites, sites.Forget);
                return new Result(null);
            },
            cancellationToken);
}
