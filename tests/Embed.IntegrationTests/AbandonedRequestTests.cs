using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>People leave while their request waits for its turn to write.</summary>
public sealed class AbandonedRequestTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    [Fact]
    public async Task A_request_abandoned_before_its_turn_writes_nothing_and_holds_nobody_up()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var leaving = new CancellationTokenSource();
        Task<Outcome<long>> abandoned;
        await using (await HeldQueue.HoldAsync(application))
        {
            abandoned = application.Services.GetRequiredService<WriteQueue>().RunAsync<long>(
                _ => throw new InvalidOperationException("It had its turn."), leaving.Token);
            await leaving.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await ada.PostAsync(_page, "After");
        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task A_request_abandoned_after_its_turn_has_begun_is_written()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var leaving = new CancellationTokenSource();
        var id = await ada.PostAsync(_page, "Text");
        var outcome = await application.Services.GetRequiredService<WriteQueue>().RunAsync<long>(
            async write =>
            {
                await leaving.CancelAsync();
                await write.Statements.ExecuteAsync("""UPDATE "Threads" SET "Title" = 'Written' WHERE "PageAddress" = @0""", _page);
                return id;
            },
            leaving.Token);

        Assert.Equal(id, outcome.Value);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal("Written", database.Threads.Single(thread => thread.PageAddress == _page).Title);
    }
}
