using System.Net;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Where somebody is signed in, and signing out there.</summary>
public sealed class OwnSessionsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_lists_every_session_of_ones_own_and_nobody_elses()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var eve = await Person.SignInAsync(application, "Eve", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        using var own = await OwnOrigin.OfAsync(application, ada.Id);

        var page = await own.ReadAsync("/me");

        var sessions = page.QuerySelectorAll("form[action*='/sessions/']").Where(form => form.GetAttribute("action")!.EndsWith("/revoke", StringComparison.Ordinal))
            .Select(form => form.Closest("li")?.TextContent ?? "").Where(text => text.Length > 0).ToList();
        Assert.Equal(2, sessions.Count);
        Assert.Contains("This comment server", sessions[0], StringComparison.Ordinal);
        Assert.Contains("You are here", sessions[0], StringComparison.Ordinal);
        Assert.Contains("Test blog", sessions[1], StringComparison.Ordinal);
        Assert.Contains(EmbedApplication.Origin, sessions[1], StringComparison.Ordinal);
        Assert.Contains("Firefox, Linux", sessions[1], StringComparison.Ordinal);
        Assert.DoesNotContain(EmbedApplication.OtherOrigin, page.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_session_is_refused_at_its_next_act_by_HTTP_and_in_a_live_thread()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        var page = EmbedApplication.NewPage();
        await using var live = await LiveThread.OpenAsync(application, page, ada.Token);
        Assert.NotNull(live.Opened.Viewer);

        using var done = await own.SendAsync(await RevocationAsync(own, EmbedApplication.Origin));

        Assert.Equal("/me?done=revoked", done.Headers.Location?.ToString());
        await ada.TryPostAsync(page, "Text").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        Assert.Equal("sign-in-required", (await live.Session.PostAsync(null, "Text", Guid.NewGuid(), Cancellation)).Refusal?.Code);
        Assert.Contains("Signed out there.", (await own.ReadAsync("/me?done=revoked")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_session_looks_like_none()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var eve = await Person.SignInAsync(application, "Eve");
        using var own = await OwnOrigin.OfAsync(application, eve.Id);
        await using var database = await application.OpenDatabaseAsync();
        var id = await database.Sessions.Where(s => s.CommenterId == ada.Id).Select(s => s.Id).SingleAsync(Cancellation);
        var form = await RevocationAsync(own, EmbedApplication.Origin);

        form.SetAttribute("action", $"/me/sessions/{id}/revoke");
        using var refused = await own.SendAsync(form);
        form.SetAttribute("action", "/me/sessions/123456789/revoke");
        using var unknown = await own.SendAsync(form);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (refused.StatusCode, unknown.StatusCode));
        await ada.PostAsync(EmbedApplication.NewPage(), "Still signed in");
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_session_and_code_and_this_one_too()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        using var elsewhere = await OwnOrigin.OfAsync(application, ada.Id);

        using var done = await own.SendAsync((await own.ReadAsync("/me")).QuerySelector("form[action='/me/sessions/revoke']")!);
        using var here = await own.GetAsync("/me");
        using var there = await elsewhere.GetAsync("/me");

        Assert.Equal("/signin?return=/me", done.Headers.Location?.ToString());
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (here.StatusCode, there.StatusCode));
        await ada.TryPostAsync(EmbedApplication.NewPage(), "Text").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        Assert.Equal([], (await DatabaseTraces.OfCommenterAsync(application, ada.Id)).Except(["Commenters.Id", "Accounts.CommenterId"]));
    }

    [Fact]
    public async Task Without_the_forms_token_nothing_is_done()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        var form = await RevocationAsync(own, EmbedApplication.Origin);

        form.QuerySelector("[name=__RequestVerificationToken]")!.Remove();
        using var refused = await own.SendAsync(form);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await ada.PostAsync(EmbedApplication.NewPage(), "Still signed in");
    }

    private static async Task<AngleSharp.Dom.IElement> RevocationAsync(OwnOrigin own, string origin) =>
        (await own.ReadAsync("/me")).QuerySelectorAll("li").First(item => item.TextContent.Contains(origin, StringComparison.Ordinal)).QuerySelector("form")!;
}
