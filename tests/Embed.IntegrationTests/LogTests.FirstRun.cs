using System.Net;
using Embed.Server.Admin.Setup;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>The secrets by which people get power: of the set-up address, and of invitations.</summary>
public sealed partial class LogTests
{
    // A wrong code, the right one, its ticket, becoming administrator; the same for an invitation. What the start prints is another
    // code: SetupTests.
    private async Task FirstRunAsync()
    {
        var code = _application.Services.GetRequiredService<SetupCode>().Begin();
        Seen("set-up code", code);
        var wrong = Secret.Create();
        Seen("wrong set-up code", wrong);
        using var browser = new Popup(_application);
        await browser.GoAsync("/setup");
        await browser.PressAsync("/setup", "code", wrong);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.PressAsync("/setup", "code", code);
        await browser.SignInAsync("jonas-w");
        Seen(browser);
        await browser.PressAsync("/setup/confirm");
        Assert.Equal("/admin/sites/new", browser.Visited[^1].AbsolutePath);
        Seen(browser);
    }

    private async Task InvitationAsync()
    {
        var (administrator, _) = await _application.MakeSessionAsync("Root", Role.Administrator);
        var site = await _application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation);
        var made = await _application.Services.GetRequiredService<Invite>()
            .HandleAsync(new Authority(administrator, site, SiteRole.Administrator, ActedVia.Admin), SiteRole.Trusted, "For Ada", Cancellation);
        Seen("invitation's secret", made.Value!);
        var (ada, _) = await _application.MakeSessionAsync("Ada");
        using var browser = new Popup(_application);
        browser.Take(await OwnOrigin.CookieAsync(_application, ada.Id));
        await browser.GoAsync("/invitation");
        await browser.PressAsync("/invitation", "secret", Secret.Create());
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.PressAsync("/invitation", "secret", made.Value!);
        Seen(browser);
        await browser.PressAsync("/invitation/accept");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Seen(browser);
    }
}
