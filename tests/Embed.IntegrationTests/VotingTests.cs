using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

public sealed class VotingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    [Fact]
    public async Task A_vote_counts_once_can_change_sides_and_be_taken_back()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var id = await ada.PostAsync(_page, "Text");

        foreach (var (vote, up, down) in new[] { (1, 1, 0), (1, 1, 0), (-1, 0, 1), (0, 0, 0), (0, 0, 0), (-1, 0, 1), (1, 1, 0) })
        {
            await ben.VoteAsync(id, vote).AssertDoneAsync();
            Assert.Equal((up, down), await VotesAsync());
        }
    }

    [Fact]
    public async Task The_fragment_shows_the_counts()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var id = await ada.PostAsync(_page, "Text");

        await ben.VoteAsync(id, 1).AssertDoneAsync();

        var votes = (await application.ReadHtmlAsync(_page)).Comment(id).QuerySelector(".votes")!;
        Assert.Equal("Votes: 1 up, 0 down", votes.GetAttribute("aria-label"));
        Assert.Equal(["1", ""], votes.QuerySelectorAll(".vote").Select(vote => vote.TextContent));
    }

    [Theory]
    [InlineData("Commenter")]
    [InlineData("Moderator")]
    public async Task Nobody_votes_on_their_own(string role)
    {
        using var ada = await Person.SignInAsync(application, "Ada", Enum.Parse<Role>(role));
        var id = await ada.PostAsync(_page, "Text");

        await ada.VoteAsync(id, 1).AssertRefusedAsync(HttpStatusCode.Forbidden, "own-comment");
        await ada.VoteAsync(id, 0).AssertRefusedAsync(HttpStatusCode.Forbidden, "own-comment");

        Assert.Equal((0, 0), await VotesAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public async Task Refuses_any_other_number(int value)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var id = await ada.PostAsync(_page, "Text");

        await ben.VoteAsync(id, value).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "vote-invalid");
    }

    [Theory]
    [InlineData("""{"value":1.5}""")]
    [InlineData("""{"value":"up"}""")]
    [InlineData("""{"value":99999999999}""")]
    [InlineData("""{"value":null}""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Refuses_what_is_no_ballot(string json)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var id = await ada.PostAsync(_page, "Text");
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        await ben.Http.PutAsync($"/api/v1/comments/{id}/vote", content, TestContext.Current.CancellationToken)
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }

    [Fact]
    public async Task Refuses_votes_on_what_is_not_there_to_be_read()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var id = await ada.PostAsync(_page, "Text");
        await ada.PostAsync(_page, "Reply", id);
        await ada.DeleteAsync(id).AssertDoneAsync();

        await ben.VoteAsync(id, 1).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await ben.VoteAsync(987_654, 1).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
    }

    [Fact]
    public async Task Twenty_voters_at_once_are_all_counted()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        var voters = new List<Person>();
        for (var i = 0; i < 20; i++)
        {
            voters.Add(await Person.SignInAsync(application, $"Voter {i}"));
        }

        // Each votes up, and again: a second click on a slow line. Every fourth changes their mind.
        await Task.WhenAll(voters.Select(async (voter, i) =>
        {
            await Task.WhenAll(voter.VoteAsync(id, 1).AssertDoneAsync(), voter.VoteAsync(id, 1).AssertDoneAsync());
            await voter.VoteAsync(id, i % 4 == 0 ? -1 : 1).AssertDoneAsync();
        }));

        Assert.Equal((15, 5), await VotesAsync());
        voters.ForEach(voter => voter.Dispose());
    }

    private async Task<(int Up, int Down)> VotesAsync()
    {
        // Readers are told of votes at most once a second: VoteAnnouncementTests.
        application.Clock.Advance(TimeSpan.FromSeconds(1));
        var comment = (await application.ReadThreadAsync(_page)).Comments.Single();
        return (comment.UpVotes, comment.DownVotes);
    }
}
