using System.Net;
using Embed.Server.Admin.Shell;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Who is at the admin pages: asked anew at each call, and never by a cookie on a site's page.</summary>
public sealed class AdminSessionTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_is_known_on_our_own_origin()
    {
        await using var circuit = application.Services.CreateAsyncScope();
        var session = await OpenAsync(circuit, Role.Administrator);

        Assert.NotNull((await session.AdministratorAsync(Cancellation)).Value);
        Assert.True((await session.IdentifyAsync(EmbedApplication.Site, Cancellation)).Value?.IsModerator);
        Assert.Equal(Refusal.SiteNotFound, (await session.IdentifyAsync("nowhere", Cancellation)).Refusal);
    }

    [Theory]
    [InlineData(EmbedApplication.Origin)]
    [InlineData("http://localhost:81")]
    [InlineData("https://localhost")]
    public async Task On_a_sites_page_the_cookie_is_worth_nothing(string origin)
    {
        await using var circuit = application.Services.CreateAsyncScope();
        var session = await OpenAsync(circuit, Role.Administrator, origin);

        Assert.Equal(Refusal.SignInRequired, (await session.AdministratorAsync(Cancellation)).Refusal);
        Assert.Equal(Refusal.SignInRequired, (await session.IdentifyAsync(EmbedApplication.Site, Cancellation)).Refusal);
        Assert.Equal(Refusal.SignInRequired, (await session.AdmitAsync(EmbedApplication.Site, Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_session_ended_elsewhere_is_refused_at_the_next_call()
    {
        await using var circuit = application.Services.CreateAsyncScope();
        var session = await OpenAsync(circuit, Role.Administrator);
        var who = (await session.CommenterAsync(Cancellation)).Value!;

        await application.Services.GetRequiredService<CommenterSessions>().EndAsync(row => row.CommenterId == who.Id, Cancellation);

        Assert.Equal(Refusal.SignInRequired, (await session.CommenterAsync(Cancellation)).Refusal);
        Assert.Equal(Refusal.SignInRequired, (await session.AdmitAsync(EmbedApplication.Site, Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_moderator_sees_their_own_sites_alone()
    {
        await using var circuit = application.Services.CreateAsyncScope();
        var session = await OpenAsync(circuit, Role.Moderator);
        var who = (await session.CommenterAsync(Cancellation)).Value!;

        Assert.Equal([EmbedApplication.Site], (await session.SitesAsync(who, Cancellation)).Select(pair => pair.Site.Key));
        Assert.NotNull((await session.AdmitAsync(EmbedApplication.Site, Cancellation)).Value);
        Assert.Equal(Refusal.NotAllowed, (await session.AdministratorAsync(Cancellation)).Refusal);
        // The same for one that is not theirs and one that is not there.
        Assert.Equal(Refusal.NotAllowed, (await session.IdentifyAsync(EmbedApplication.OtherSite, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await session.IdentifyAsync("nowhere", Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_role_taken_away_is_refused_at_the_next_act()
    {
        await using var circuit = application.Services.CreateAsyncScope();
        var session = await OpenAsync(circuit, Role.Moderator);
        Assert.NotNull((await session.AdmitAsync(EmbedApplication.Site, Cancellation)).Value);

        await application.ChangeSiteAsync(site => site.Moderators.Clear());

        Assert.Equal(Refusal.NotAllowed, (await session.AdmitAsync(EmbedApplication.Site, Cancellation)).Refusal);
    }

    private async Task<AdminSession> OpenAsync(AsyncServiceScope circuit, Role role, string origin = "http://localhost")
    {
        var (commenter, _) = await application.MakeSessionAsync(role: role);
        var (token, _) = await application.Services.GetRequiredService<CommenterSessions>()
            .CreateAsync(commenter.Id, new NewSession(null, "http://localhost", "Firefox, Linux"), Cancellation);
        var cookie = CurrentCommenter.ClaimOf(CurrentCommenter.PrincipalOf(commenter.Id, token));
        var principal = new CircuitOrigin(origin, "http://localhost", IPAddress.Loopback).ToPrincipal(cookie);
        ((IHostEnvironmentAuthenticationStateProvider)circuit.ServiceProvider.GetRequiredService<AuthenticationStateProvider>())
            .SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
        return circuit.ServiceProvider.GetRequiredService<AdminSession>();
    }
}
