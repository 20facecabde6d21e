using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Chooses the name shown beside one's comments, or leaves it to the account again.</summary>
internal sealed class ChooseName(WriteQueue writes, SiteDirectory sites)
{
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

        var done = await handler.HandleAsync(commenter.Id, name, isChosen: there is null, cancellationToken);
        return done.Refusal is null ? MePages.Done("name") : MePages.Busy(http);
    }

    /// <summary>Saves the name, and has the threads that show it drawn anew.</summary>
    /// <returns>The commenter's id; refused: server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(long commenterId, string name, bool isChosen, CancellationToken cancellationToken) =>
        writes.RunAsync<long>(
            async write =>
            {
                await write.Database.Commenters.Where(c => c.Id == commenterId).ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.Name, name).SetProperty(c => c.IsNameChosen, isChosen));
                await RecordCommenter.RedrawAsync(write.Database, commenterId, CancellationToken.None);
                write.AfterCommit(sites, sites.Forget);
                return commenterId;
            },
            cancellationToken);
}
