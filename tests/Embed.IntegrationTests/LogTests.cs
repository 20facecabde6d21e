extern alias demo;

using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using demo::Embed.Demo;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>
/// No secret stands in the log, at any level and however logging is configured. Each flow is run with everything logged; then
/// every message, value and scope is searched for every secret that was seen on the way.
/// </summary>
public sealed partial class LogTests : IAsyncLifetime
{
    private const string Own = $"/t/{EmbedApplication.Site}?page=";

    private readonly EmbedApplication _application = new();
    private readonly LogCapture _log = new();
    private readonly ConcurrentQueue<(string Name, string Value)> _secrets = [];
    private readonly StandInMailbox _mailbox = StandInMailbox.Start();
    private SignInProvider _provider = null!;
    private StandInIssuer _issuer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await SignInProvider.StartAsync();
        _issuer = await StandInIssuer.StartAsync(_application.Clock);
        foreach (var (key, value) in _provider.Settings.Concat(_issuer.Settings("Work")).Concat(_mailbox.Settings))
        {
            _application.Settings[key] = value;
        }

        _application.Settings["Embed:Mail:User"] = "comments";
        _application.Settings["Embed:Mail:Password"] = MailPassword;
        _application.Settings["Logging:Console:LogLevel:Default"] = "None";
        _application.Settings["Logging:LogLevel:Default"] = "Trace";
        // Rules for one provider, and for whole categories, beat rules for all.
        _application.Settings[$"Logging:{LogCapture.Alias}:LogLevel:Default"] = "Trace";
        foreach (var category in new[]
        {
            "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics", "OpenIddict", "OpenIddict.Client.OpenIddictClientDispatcher",
            "System.Net.Http", "Microsoft.AspNetCore.SignalR", "Microsoft.EntityFrameworkCore", "Embed.Server.Mail",
        })
        {
            _application.Settings[$"Logging:{LogCapture.Alias}:LogLevel:{category}"] = "Trace";
        }

        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        await _application.ChangeSiteAsync(site => (site.AllowsGuests, site.AllowsMail) = (true, true));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _mailbox.DisposeAsync();
        await _issuer.DisposeAsync();
        await _provider.DisposeAsync();
    }

    /// <summary>
    /// Every flow in which a secret passes through the server. Who adds a way to sign in adds it here, with what is secret in it.
    /// </summary>
    [Fact]
    public async Task No_secret_is_logged_at_any_level()
    {
        Seen("client secret", SignInProvider.ClientSecret);
        await PopupAsync();
        await IssuerAsync();
        await WrongSecretsAsync();
        await WidgetAsync();
        await OwnPageAsync();
        await AdminAsync();
        await SingleSignOnAsync();
        await ReturnAsync();
        await LostOpenerAsync();
        await MailAsync();
        await GuestAsync();
        await AccountAsync();
        await FirstRunAsync();
        await InvitationAsync();

        Assert.True(_log.Entries.Count(entry => entry.Level <= LogLevel.Debug) > 100, "Nothing was logged in detail: the test sees nothing.");
        Assert.True(_secrets.Select(secret => secret.Name).Distinct(StringComparer.Ordinal).Count() >= 20);
        var leaks = (from secret in _secrets
                     from entry in _log.Entries
                     where Holds(entry.Text, secret.Value)
                     group entry by $"{secret.Name} in {entry.Category} at {entry.Level}" into leak
                     select $"{leak.Key}: {leak.First().Text}").ToList();
        Assert.True(leaks.Count == 0, string.Join("\n", leaks));
    }

    [Fact]
    public async Task What_operators_need_is_logged_all_the_same()
    {
        using var popup = new Popup(_application);
        await popup.OpenAsync();
        await popup.GoAsync("/signin/callback/github?error=access_denied&state=x");

        foreach (var (category, level) in new[]
        {
            (typeof(SignInCallback).FullName!, LogLevel.Warning),
            ("Microsoft.AspNetCore.Routing.EndpointMiddleware", LogLevel.Information),
            ("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Debug),
        })
        {
            Assert.Contains((category, level), _log.Entries.Select(entry => (entry.Category, entry.Level)));
        }
    }

    // Consent, hand-over, the next site with one press, signing out; and a refused consent.
    private async Task PopupAsync()
    {
        using var popup = new Popup(_application);
        await popup.OpenAsync();
        Seen(popup);
        await popup.SignInAsync("marta-keller");
        Seen(popup);
        Seen("verifier", popup.Verifier);
        Assert.NotNull(popup.Code);
        using var nobody = Person.Anonymous(_application);
        var session = await RedeemAsync(nobody, popup.Code, popup.Verifier).JsonAsync();
        Seen("session token", (string)session["token"]!);
        nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)session["token"]!);
        await nobody.PostAsync(EmbedApplication.NewPage(), "Hello");
        await RedeemAsync(nobody, popup.Code, popup.Verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await nobody.SendAsync(HttpMethod.Delete, $"/api/v1/sites/{EmbedApplication.Site}/session").AssertDoneAsync();

        await popup.OpenAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        Seen(popup);
        await popup.PressAsync("/signin/continue");
        Seen(popup);
        await popup.GoAsync("/signin");
        Seen(popup);
        await popup.PressAsync("/signout");
        Seen(popup);

        await popup.OpenAsync();
        await popup.PressAsync("/signin/github");
        Seen(popup);
        await popup.PressAsync("/login/oauth/choose", "cancel", "1");
        Seen(popup);
        Assert.NotEmpty(_provider.Tokens);
        Assert.All(_provider.Tokens, token => Seen("access token", token));
    }

    // OpenID Connect: besides code and access token there is an id token.
    private async Task IssuerAsync()
    {
        using var popup = new Popup(_application);
        await popup.OpenAsync();
        await popup.PressAsync("/signin/work");
        await popup.PressAsync("/choose", "subject", "f3a1c0");
        Seen(popup);
        Assert.NotNull(popup.Code);
        Assert.NotEmpty(_issuer.Issued);
        Assert.All(_issuer.Issued, secret => Seen("issuer's code or token", secret));
    }

    private async Task WrongSecretsAsync()
    {
        using var nobody = Person.Anonymous(_application);
        var (code, verifier, token) = (Secret.Create(), Secret.Create(), Secret.Create());
        Seen("wrong code", code);
        Seen("wrong verifier", verifier);
        Seen("wrong token", token);
        await RedeemAsync(nobody, code, verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        await nobody.TryPostAsync(EmbedApplication.NewPage(), "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await using var live = await LiveThread.OpenAsync(_application, EmbedApplication.NewPage(), token);
    }

    private async Task WidgetAsync()
    {
        using var ada = await Person.SignInAsync(_application);
        Seen("session token", ada.Token!);
        var page = EmbedApplication.NewPage();
        var id = await ada.PostAsync(page, "Text");
        await ada.EditAsync(id, "New text").AssertDoneAsync();
        await using var live = await LiveThread.OpenAsync(_application, page, ada.Token);
        await live.Session.PostAsync(null, "Live", Guid.NewGuid(), Cancellation);
        await ada.DeleteAsync(id).AssertDoneAsync();
    }

    private async Task OwnPageAsync()
    {
        using var ada = await OwnOrigin.OpenAsync(_application, Role.Commenter);
        var address = Own + Uri.EscapeDataString(EmbedApplication.NewPage());
        var form = (await ada.ReadAsync(address)).QuerySelector("form.form")!;
        Seen("form token", form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!);
        using var posted = await ada.SendAsync(form, ("body", "By a plain form"));
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        using var refused = await ada.SendAsync(form, ("body", "x"), ("__RequestVerificationToken", "made up"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private async Task AdminAsync()
    {
        using var admin = await OwnOrigin.OpenAsync(_application, Role.Administrator);
        var form = (await admin.ReadAsync("/admin")).QuerySelector("#sign-out")!;
        Seen("form token", form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!);
        using var signedOut = await admin.SendAsync(form);
        Assert.Equal(HttpStatusCode.SeeOther, signedOut.StatusCode);
    }

    // Making and rotating the secret; a token that counts, one that is too late, and one of another secret; trying each.
    private async Task SingleSignOnAsync()
    {
        var site = await SiteSignOn.TurnOnAsync(_application);
        Seen("site's secret", site.Secret);
        await site.MakeSecretAsync();
        Seen("site's secret", site.Secret);
        using var page = Person.Anonymous(_application);
        var late = site.Claims();
        (late["iat"], late["exp"]) = (1, 2);
        foreach (var token in new[] { site.Token(), SiteTokens.Sign(late, site.Secret), SiteTokens.Sign(site.Claims(), "guess") })
        {
            Assert.All(token.Split('.')[1..], part => Seen("site's token", part));
            await site.TryAsync(token);
            using var answer = await page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/sso", new { token });
        }

        // Why a token is refused is not for the public; the site's owner finds it here.
        Assert.Contains(_log.Entries, entry => entry.Text.Contains("Single sign-on of site test refused a token: Expired", StringComparison.Ordinal));
        Assert.Contains(_log.Entries, entry => entry.Text.Contains("Single sign-on of site test refused a token: WrongSignature", StringComparison.Ordinal));
    }

    /// <summary>What is secret of all that a popup has shown and sent so far.</summary>
    private void Seen(Popup popup)
    {
        foreach (var cookie in popup.SetCookies.Select(set => set[(set.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')[0]).Where(value => value.Length > 1))
        {
            Seen("cookie", cookie);
        }

        foreach (var address in popup.Visited)
        {
            foreach (var name in new[] { "code", "state", "ticket", "link" })
            {
                if (QueryHelpers.ParseQuery(address.Query).TryGetValue(name, out var value))
                {
                    Seen(name, value!);
                }
            }
        }

        foreach (var field in popup.Page.QuerySelectorAll("[name=__RequestVerificationToken], [name=ticket]"))
        {
            Seen(field.GetAttribute("name") == "ticket" ? "ticket in a form" : "form token", field.GetAttribute("value")!);
        }

        if (popup.Code is { } code)
        {
            Seen("one-time code", code);
        }
    }

    private void Seen(string name, string value)
    {
        Assert.False(value.Length < 10 && !IsSixDigits(value), $"{name} is too short to be looked for: {value}");
        _secrets.Enqueue((name, value));
    }

    // Six digits are part of longer numbers, too: they count where they stand alone.
    private static bool Holds(string text, string secret) => text.Contains(secret, StringComparison.Ordinal)
        && (!IsSixDigits(secret) || Regex.IsMatch(text, $@"\b{secret}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static bool IsSixDigits(string value) => value.Length == 6 && value.All(char.IsAsciiDigit);

    private static Task<HttpResponseMessage> RedeemAsync(Person person, string code, string verifier) => person.SendAsync(
        HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code, verifier });
}
