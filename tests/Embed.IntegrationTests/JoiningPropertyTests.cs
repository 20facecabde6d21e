using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Whoever joins or goes, after whatever was written and voted: what is counted is what is there.</summary>
public sealed class JoiningPropertyTests : IAsyncDisposable
{
    private const int People = 5;

    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Counts_are_exact_whoever_joins_and_goes(uint seed)
    {
        var random = new Choices(seed);
        var moves = await ThreadMoves.OpenAsync(_application);
        var people = new List<Person>();
        for (var i = 0; i < People; i++)
        {
            people.Add(await Person.SignInAsync(_application, $"Person {i}"));
        }

        await TakePartAsync(random, people);
        await AssertSoundAsync(moves);
        while (people.Count > 1)
        {
            var (one, other) = (people[^1], people[random.Next(people.Count - 1)]);
            if (random.Next(2) == 0)
            {
                await AccountJoining.RunAsync(_application, one.Id, other.Id);
            }
            else
            {
                await AccountDeletion.RunAsync(_application, one.Id, keepsComments: random.Next(2) == 0);
            }

            people.Remove(one);
            Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, one.Id));
            await AssertSoundAsync(moves);
        }

        people.ForEach(person => person.Dispose());
    }

    [Fact]
    public async Task Joining_moves_everything_and_keeps_the_stricter_ban_and_the_vote_of_whoever_confirms()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var augusta = await Person.SignInAsync(_application, "Augusta");
        using var eve = await Person.SignInAsync(_application, "Eve");
        var page = EmbedApplication.NewPage();
        var (draft, hers) = (Guid.NewGuid(), await eve.PostAsync(page, "Hers"));
        await ada.TryPostAsync(page, "Ada's", draftId: draft).AssertDoneAsync();
        await augusta.TryPostAsync(page, "Augusta's", draftId: draft).AssertDoneAsync();
        var thread = await _application.ReadThreadAsync(page);
        await ada.VoteAsync(hers, 1).AssertDoneAsync();
        await augusta.VoteAsync(hers, -1).AssertDoneAsync();
        await ada.VoteAsync(thread.Comments[2].Id, 1).AssertDoneAsync();
        await augusta.VoteAsync(thread.Comments[1].Id, 1).AssertDoneAsync();
        await using var database = await _application.OpenDatabaseAsync();
        database.Bans.Add(new Ban { CommenterId = augusta.Id, CreatedAt = _application.Clock.GetUtcNow() });
        database.ModerationLog.Add(new ModerationLogEntry { SiteId = 1, ActorId = augusta.Id, Act = "thread-moved", Details = "{}", UndoneById = augusta.Id });
        await database.SaveChangesAsync(Cancellation);

        await AccountJoining.RunAsync(_application, augusta.Id, ada.Id);

        var joined = await _application.ReadThreadAsync(page);
        Assert.Equal(["Eve", "Ada", "Ada"], joined.Comments.Select(c => c.AuthorName));
        Assert.Equal([(1, 0), (0, 0), (0, 0)], joined.Comments.Select(c => (c.UpVotes, c.DownVotes)));
        Assert.Equal(ada.Id, (await database.Bans.AsNoTracking().SingleAsync(Cancellation)).CommenterId);
        var entry = await database.ModerationLog.AsNoTracking().SingleAsync(Cancellation);
        Assert.Equal((ada.Id, ada.Id), (entry.ActorId, entry.UndoneById));
        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, augusta.Id));
        await ada.VoteAsync(hers, -1).AssertRefusedAsync(System.Net.HttpStatusCode.Forbidden, "banned");
        await database.Bans.ExecuteDeleteAsync(Cancellation);
        // Her sessions are Ada's now: the comment she wrote can be deleted by either, and voted on by neither.
        await augusta.VoteAsync(thread.Comments[1].Id, 1).AssertRefusedAsync(System.Net.HttpStatusCode.Forbidden, "own-comment");
        await ada.DeleteAsync(thread.Comments[2].Id).AssertDoneAsync();
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static async Task TakePartAsync(Choices random, List<Person> people)
    {
        var pages = Enumerable.Range(0, 3).Select(_ => EmbedApplication.NewPage()).ToList();
        var comments = new List<(long Id, string Page)>();
        for (var i = 0; i < 60; i++)
        {
            var person = people[random.Next(people.Count)];
            var page = pages[random.Next(pages.Count)];
            var parents = comments.Where(comment => comment.Page == page).ToList();
            switch (random.Next(10))
            {
                case < 4 when parents.Count > 0:
                    // May be one's own, or deleted: then it is refused, as it should be.
                    using (await person.VoteAsync(parents[random.Next(parents.Count)].Id, random.Next(2) == 0 ? 1 : -1))
                    {
                    }

                    break;
                case 4 when parents.Count > 0:
                    using (await person.DeleteAsync(parents[random.Next(parents.Count)].Id))
                    {
                    }

                    break;
                default:
                    using (var answer = await person.TryPostAsync(page, $"Text {i}", parents.Count == 0 || random.Next(3) == 0 ? null : parents[random.Next(parents.Count)].Id))
                    {
                        if (answer.IsSuccessStatusCode)
                        {
                            comments.Add(((long)(await Task.FromResult(answer).JsonAsync())["id"]!, page));
                        }
                    }

                    break;
            }
        }
    }

    private async Task AssertSoundAsync(ThreadMoves moves)
    {
        await moves.AssertSoundAsync();
        await _application.AssertVotesSoundAsync();
    }
}
