using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A thread of many comments, written by the server's own handler without a request for each.</summary>
internal sealed class Discussion
{
    private readonly EmbedApplication _application;
    private readonly Actor _actor;

    private Discussion(EmbedApplication application, Actor actor) => (_application, _actor) = (application, actor);

    /// <summary>Its page.</summary>
    public string Page { get; } = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Discussion> BeginAsync(EmbedApplication application)
    {
        var (commenter, _) = await application.MakeSessionAsync("Nadia");
        var site = await application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation);
        return new Discussion(application, new Actor(site!, commenter, new Standing(SiteRole.None, null, IsShadowed: false), ActedVia.Api));
    }

    /// <summary>Posts a comment, a second after the one before; its id.</summary>
    public async Task<long> PostAsync(long? parent = null)
    {
        _application.Clock.Advance(TimeSpan.FromSeconds(1));
        var posted = await _application.Services.GetRequiredService<PostComment>().HandleAsync(
            _actor, new PostComment.Draft(Page, null, "A long discussion", parent, "Some text", Guid.NewGuid()), Cancellation);
        return posted.Value!.Id;
    }

    /// <summary>Posts several to the same parent.</summary>
    public async Task<IReadOnlyList<long>> PostAsync(int count, long? parent = null)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await PostAsync(parent));
        }

        return ids;
    }

    public async Task DeleteAsync(long id)
    {
        var deleted = await _application.Services.GetRequiredService<DeleteComment>().HandleAsync(_actor, id, Cancellation);
        Assert.Null(deleted.Refusal);
    }

    /// <summary>All rows of the thread.</summary>
    public async Task<IReadOnlyList<Comment>> RowsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Comments.AsNoTracking().Where(c => c.Thread!.PageAddress == Page).ToListAsync(Cancellation);
    }
}
