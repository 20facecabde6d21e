using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Secrets that do not hold are counted by network address, whatever door they are tried at.</summary>
public sealed class FailurePaceTests : IAsyncLifetime
{
    private const int Most = 3;

    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _application.Settings["Embed:Limits:FailuresPerAddress"] = $"{Most}";
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Beyond_the_limit_no_code_is_looked_up_not_even_a_right_one()
    {
        using var popup = new Popup(_application);
        using var nobody = Person.Anonymous(_application);
        var (commenter, _) = await _application.MakeSessionAsync();
        await using var database = await _application.OpenDatabaseAsync();
        var site = database.Sites.Single(row => row.Key == EmbedApplication.Site);
        var right = await _application.Services.GetRequiredService<SignInCodes>()
            .IssueAsync(new NewSignInCode(commenter.Id, site.Id, EmbedApplication.Origin, popup.Challenge), Cancellation);
        for (var i = 0; i < Most; i++)
        {
            await RedeemAsync(nobody, Secret.Create(), popup.Verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        }

        var asked = await _application.Queries.DuringAsync(() => AssertAskedToWaitAsync(RedeemAsync(nobody, right, popup.Verifier)));

        Assert.DoesNotContain(asked, command => command.CommandText.Contains("SignInCodes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_codes_and_circuits_share_one_budget()
    {
        using var nobody = Person.Anonymous(_application);
        await RedeemAsync(nobody, Secret.Create(), "").AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", "malformed");
        await nobody.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", Secret.Create());
        await nobody.DeleteAsync(1).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");

        await AssertAskedToWaitAsync(nobody.TryPostAsync(_page, "x"));
        await AssertAskedToWaitAsync(RedeemAsync(nobody, Secret.Create(), ""));
        // The test server's requests come from no address, and circuits here are said to come from the loopback: count there, too.
        var failures = _application.Services.GetRequiredService<FailurePace>();
        while (failures.Fail(IPAddress.Loopback) is null)
        {
        }

        await using var live = await LiveThread.OpenAsync(_application, _page, Secret.Create());
        Assert.NotNull(live.Opened.Thread);
        Assert.Equal("too-many", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
    }

    [Fact]
    public async Task One_bad_client_does_not_lock_out_those_who_are_signed_in_behind_the_same_address()
    {
        using var ada = await Person.SignInAsync(_application);
        using var nobody = Person.Anonymous(_application);
        for (var i = 0; i < 2 * Most; i++)
        {
            nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", Secret.Create());
            using var refused = await nobody.TryPostAsync(_page, "x");
        }

        await ada.PostAsync(_page, "Still here");
    }

    [Fact]
    public async Task Reading_without_a_token_and_right_tokens_are_no_failures()
    {
        using var ada = await Person.SignInAsync(_application);
        using var nobody = Person.Anonymous(_application);
        for (var i = 0; i < 2 * Most; i++)
        {
            await ada.PostAsync(_page, $"Number {i}");
            await nobody.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
            await using var live = await LiveThread.OpenAsync(_application, _page, token: null);
        }

        await RedeemAsync(nobody, Secret.Create(), "").AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    [Fact]
    public async Task An_open_thread_whose_token_has_ended_counts_once_however_often_it_reads()
    {
        await using var live = await LiveThread.OpenAsync(_application, _page, Secret.Create());
        Assert.True(live.Opened.HasTokenEnded);
        for (var i = 0; i < 2 * Most; i++)
        {
            Assert.True((await live.Session.ReadAsync(Cancellation)).HasTokenEnded);
        }

        Assert.Null(_application.Services.GetRequiredService<FailurePace>().Check(IPAddress.Loopback));
    }

    private static Task<HttpResponseMessage> RedeemAsync(Person person, string code, string verifier) => person.SendAsync(
        HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code, verifier });

    private static async Task AssertAskedToWaitAsync(Task<HttpResponseMessage> sent)
    {
        var wait = (await sent).Headers.RetryAfter?.Delta;
        await sent.AssertRefusedAsync(HttpStatusCode.TooManyRequests, "too-many");
        Assert.InRange(wait!.Value.TotalSeconds, 1, 600);
    }
}
