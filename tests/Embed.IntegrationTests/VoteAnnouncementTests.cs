using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Votes count at once; readers are told of them at most once a second for each thread.</summary>
public sealed class VoteAnnouncementTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Votes_within_a_second_share_one_drawing_and_show_when_it_is_over()
    {
        var (id, voters) = await MakeAsync(application, 3);
        await voters[0].VoteAsync(id, 1).AssertDoneAsync();
        var first = await ReadAsync(application);
        Assert.Equal("1", first.Up);

        await voters[1].VoteAsync(id, 1).AssertDoneAsync();
        await voters[2].VoteAsync(id, 1).AssertDoneAsync();
        Assert.Equal(HttpStatusCode.NotModified, (await ReadAsync(application, first.ETag)).Status);

        application.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("3", (await ReadAsync(application, first.ETag)).Up);
    }

    [Fact]
    public async Task A_comment_meanwhile_tells_of_the_votes_too()
    {
        var (id, voters) = await MakeAsync(application, 2);
        await voters[0].VoteAsync(id, 1).AssertDoneAsync();
        await voters[1].VoteAsync(id, 1).AssertDoneAsync();

        await voters[1].PostAsync(_page, "Agreed");

        Assert.Equal("2", (await ReadAsync(application)).Up);
    }

    [Fact]
    public async Task Voters_see_their_own_vote_at_once_and_other_open_threads_hear_of_it_within_the_second()
    {
        var (id, voters) = await MakeAsync(application, 2);
        await using var live = await LiveThread.OpenAsync(application, _page, voters[1].Token);
        using var signals = new SemaphoreSlim(0);
        live.Session.Changed += () => signals.Release();
        await voters[0].VoteAsync(id, 1).AssertDoneAsync();
        Assert.True(await signals.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));

        Assert.Null((await live.Session.VoteAsync(id, 1, Cancellation)).Refusal);
        var seen = await live.Session.ReadAsync(Cancellation);
        Assert.Equal((2, 1), (seen.Thread!.Comments.Single().UpVotes, seen.Viewer!.Votes[id]));

        application.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await signals.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        Assert.Equal(0, signals.CurrentCount);
    }

    [Fact]
    public async Task A_reader_who_comes_first_meanwhile_sees_the_votes_and_the_next_one_is_served_the_same_drawing()
    {
        var (id, voters) = await MakeAsync(application, 2);
        await voters[0].VoteAsync(id, 1).AssertDoneAsync();
        await voters[1].VoteAsync(id, 1).AssertDoneAsync();

        var first = await ReadAsync(application);

        Assert.Equal("2", first.Up);
        Assert.Equal(HttpStatusCode.NotModified, (await ReadAsync(application, first.ETag)).Status);
        application.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.NotModified, (await ReadAsync(application, first.ETag)).Status);
    }

    [Fact]
    public async Task After_a_restart_no_copy_from_before_an_untold_vote_passes_for_the_present()
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-");
        string eTag;
        await using (var before = EmbedApplication.On(folder.FullName, application.Clock))
        {
            var (id, voters) = await MakeAsync(before, 2);
            await voters[0].VoteAsync(id, 1).AssertDoneAsync();
            eTag = (await ReadAsync(before)).ETag;
            await voters[1].VoteAsync(id, 1).AssertDoneAsync();
            Assert.Equal(HttpStatusCode.NotModified, (await ReadAsync(before, eTag)).Status);
        }

        await using (var after = EmbedApplication.On(folder.FullName, application.Clock))
        {
            Assert.Equal("2", (await ReadAsync(after, eTag)).Up);
        }

        folder.Delete(recursive: true);
    }

    private async Task<(long Id, IReadOnlyList<Person> Voters)> MakeAsync(EmbedApplication on, int voters)
    {
        using var author = await Person.SignInAsync(on, "Author");
        var id = await author.PostAsync(_page, "Text");
        List<Person> people = [];
        for (var i = 0; i < voters; i++)
        {
            people.Add(await Person.SignInAsync(on, $"Voter {i}"));
        }

        return (id, people);
    }

    private async Task<(HttpStatusCode Status, string ETag, string? Up)> ReadAsync(EmbedApplication on, string? known = null)
    {
        using var http = on.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, ThreadReader.AddressOf(_page));
        if (known is not null)
        {
            request.Headers.Add("If-None-Match", known);
        }

        using var answer = await http.SendAsync(request, Cancellation);
        var html = ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        return (answer.StatusCode, answer.Headers.ETag!.ToString(), html.QuerySelector(".votes .up")?.TextContent);
    }
}
