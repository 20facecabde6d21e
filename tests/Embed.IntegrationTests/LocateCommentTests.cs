using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Where moderators are led to see a comment, in each of its states; and that nobody else is.</summary>
public sealed class LocateCommentTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_comment_is_where_its_state_says()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var (moderator, _) = await application.MakeSessionAsync("Mo", Role.Moderator);
        var id = await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        await using var database = await application.OpenDatabaseAsync();
        var thread = await database.Comments.Where(c => c.Id == id).Select(c => c.ThreadId).SingleAsync(Cancellation);
        (CommentState State, string Place)[] places =
        [
            (CommentState.Published, $"/c/{id}"),
            (CommentState.Pending, $"/admin/queue?site=test&tab=held&after={id + 1}"),
            (CommentState.Spam, $"/admin/queue?site=test&tab=spam&after={id + 1}"),
            (CommentState.Rejected, $"/admin/queue?site=test&tab=recent&after={id + 1}"),
            (CommentState.Shadowed, $"/admin/queue?site=test&tab=recent&after={id + 1}"),
            (CommentState.Deleted, $"/admin/queue?site=test&tab=recent&after={id + 1}"),
            (CommentState.Published | CommentState.InDeletedThread, $"/admin/sites/test/log?thread={thread}"),
        ];

        foreach (var (state, place) in places)
        {
            await database.Comments.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, state), Cancellation);

            var located = await Locate.HandleAsync(moderator, id, Cancellation);

            Assert.Equal(place, located.Value);
        }
    }

    [Fact]
    public async Task Who_does_not_moderate_its_site_is_told_nothing()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        var (commenter, _) = await application.MakeSessionAsync("Bo");
        var (moderator, _) = await application.MakeSessionAsync("Mo", Role.Moderator);

        Assert.Equal(Refusal.CommentNotFound, (await Locate.HandleAsync(commenter, id, Cancellation)).Refusal);
        Assert.Equal(Refusal.CommentNotFound, (await Locate.HandleAsync(moderator, 987_654, Cancellation)).Refusal);
    }

    private LocateComment Locate => application.Services.GetRequiredService<LocateComment>();
}
