using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>How much one person and one address may do; counted in real minutes, so each test has a server of its own.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task A_commenter_is_asked_to_wait_and_others_are_not()
    {
        _application.Settings["Embed:Limits:PostsPerCommenter"] = "2";
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var ben = await Person.SignInAsync(_application, "Ben");
        var first = await ada.PostAsync(_page, "One");
        await ada.PostAsync(_page, "Two");

        await AssertAskedToWaitAsync(ada.TryPostAsync(_page, "Three"));
        await AssertAskedToWaitAsync(ada.EditAsync(first, "Three"));
        await ben.TryPostAsync(_page, "One").AssertDoneAsync();
        Assert.Equal(3, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task The_limit_follows_the_commenter_into_the_live_thread()
    {
        _application.Settings["Embed:Limits:PostsPerCommenter"] = "1";
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.PostAsync(_page, "One");
        await using var live = await LiveThread.OpenAsync(_application, _page, ada.Token);

        var refused = (await live.Session.PostAsync(null, "Two", Guid.NewGuid(), TestContext.Current.CancellationToken)).Refusal;

        Assert.Equal("too-many", refused?.Code);
        Assert.InRange(refused!.Number!.Value, 1, 60);
    }

    [Fact]
    public async Task Retries_and_refused_texts_are_not_counted()
    {
        _application.Settings["Embed:Limits:PostsPerCommenter"] = "2";
        using var ada = await Person.SignInAsync(_application, "Ada");
        var draft = Guid.NewGuid();
        for (var i = 0; i < 5; i++)
        {
            await ada.TryPostAsync(_page, "One", draftId: draft).AssertDoneAsync();
            await ada.TryPostAsync(_page, "").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-empty");
        }

        await ada.TryPostAsync(_page, "Two").AssertDoneAsync();
    }

    [Fact]
    public async Task Votes_are_counted_for_themselves()
    {
        _application.Settings["Embed:Limits:VotesPerCommenter"] = "2";
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var ben = await Person.SignInAsync(_application, "Ben");
        var id = await ada.PostAsync(_page, "Text");
        await ben.VoteAsync(id, 1).AssertDoneAsync();
        await ben.VoteAsync(id, -1).AssertDoneAsync();

        await AssertAskedToWaitAsync(ben.VoteAsync(id, 0));
        await ben.TryPostAsync(_page, "Still allowed").AssertDoneAsync();
    }

    [Fact]
    public async Task Moderators_are_not_slowed()
    {
        _application.Settings["Embed:Limits:PostsPerCommenter"] = "1";
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);

        for (var i = 0; i < 4; i++)
        {
            await moderator.TryPostAsync(_page, $"Number {i}").AssertDoneAsync();
        }
    }

    [Fact]
    public async Task An_address_is_asked_to_wait_whoever_writes_from_it()
    {
        _application.Settings["Embed:Limits:WritesPerAddress"] = "3";
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var nobody = Person.Anonymous(_application);
        await ada.PostAsync(_page, "One");
        await nobody.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await ada.PostAsync(_page, "Two");

        await AssertAskedToWaitAsync(ada.TryPostAsync(_page, "Three"));
        await AssertAskedToWaitAsync(nobody.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = "x" }));
        await AssertAskedToWaitAsync(nobody.SendAsync(HttpMethod.Get, "/signin"));
        Assert.Equal(2, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task Zero_switches_limits_off()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");

        for (var i = 0; i < 130; i++)
        {
            await ada.TryPostAsync(_page, $"Number {i}").AssertDoneAsync();
        }
    }

    private static async Task AssertAskedToWaitAsync(Task<HttpResponseMessage> sent)
    {
        var answer = await sent;
        var wait = answer.Headers.RetryAfter?.Delta;
        await sent.AssertRefusedAsync(HttpStatusCode.TooManyRequests, "too-many");
        Assert.NotNull(wait);
        Assert.InRange(wait.Value.TotalSeconds, 1, 60);
    }
}
