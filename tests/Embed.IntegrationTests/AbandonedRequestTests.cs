using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>People leave while their request waits; SQLite has one write lock for everybody.</summary>
public sealed class AbandonedRequestTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    [Fact]
    public async Task A_change_abandoned_while_it_waits_does_not_keep_the_write_lock()
    {
        var page = EmbedApplication.NewPage();
        using var author = await Person.SignInAsync(application);
        var id = await author.PostAsync(page, "Before");
        var (commenter, _) = await application.MakeSessionAsync("Bo");
        var site = (await application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, CancellationToken.None))!;
        var databases = application.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>();

        for (var delay = 0; delay < 40; delay++)
        {
            // Cancelled at every moment of opening: before the lock is had, and after.
            using var leaving = new CancellationTokenSource(TimeSpan.FromMicroseconds(delay * 50));
            try
            {
                await using var change = await CommentChange.OpenAsync(
                    databases, application.Services.GetRequiredService<ThreadChanges>(), new Actor(site, commenter, false), id, leaving.Token);
            }
            catch (OperationCanceledException)
            {
                // What is tested: whoever comes next must not find the lock taken.
            }
        }

        await author.PostAsync(page, "After");
        Assert.Equal(2, (await application.ReadThreadAsync(page)).CommentCount);
    }
}
