using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>People with power over a site, as the admin pages hand them to handlers.</summary>
internal static class AdminActors
{
    /// <summary>Somebody with a role at <see cref="EmbedApplication.Site"/>, which is looked up as it is now.</summary>
    public static async Task<Actor> OfAsync(EmbedApplication application, Role role)
    {
        var (commenter, _) = await application.MakeSessionAsync("Olga", role);
        await using var database = await application.OpenDatabaseAsync();
        var known = await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == commenter.Id);
        var site = (await application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, CancellationToken.None))!;
        return await application.Services.GetRequiredService<Admission>()
            .IdentifyAsync(site, known, ActedVia.Admin, isModerator: false, CancellationToken.None);
    }
}
