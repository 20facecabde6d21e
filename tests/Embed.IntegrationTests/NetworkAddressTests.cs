extern alias demo;

using System.Net;
using System.Text.RegularExpressions;
using demo::Embed.Demo;
using Embed.Tests;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;

namespace Embed.IntegrationTests;

/// <summary>Where people write from is counted by for a minute, in memory, and kept nowhere.</summary>
public sealed class NetworkAddressTests : IAsyncDisposable
{
    private const string Address = "203.0.113.77";

    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    [Fact]
    public async Task No_column_holds_the_address_of_whoever_signs_in_writes_votes_and_looks_at_their_account()
    {
        await using var provider = await SignInProvider.StartAsync();
        foreach (var (key, value) in provider.Settings.Append(new("Embed:TrustedProxies:0", "127.0.0.1")).Append(new("Embed:Limits:WritesPerAddress", "40")))
        {
            _application.Settings[key] = value;
        }

        using var popup = new Popup(From(Address));
        await popup.OpenAsync();
        await popup.SignInAsync("marta-keller");
        using var widget = From(Address);
        widget.DefaultRequestHeaders.Add("Origin", EmbedApplication.Origin);
        var session = await SendAsync(widget, HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = popup.Code, verifier = popup.Verifier }).JsonAsync();
        widget.DefaultRequestHeaders.Authorization = new("Bearer", (string)session["token"]!);
        var page = EmbedApplication.NewPage();
        using var author = await Person.SignInAsync(_application, "Author");
        var comment = await author.PostAsync(page, "Text");
        await SendAsync(widget, HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/comments", new { page, body = "Mine", draftId = Guid.NewGuid() }).AssertDoneAsync();
        await SendAsync(widget, HttpMethod.Put, $"/api/v1/comments/{comment}/vote", new { value = 1 }).AssertDoneAsync();
        await popup.GoAsync("/me");
        Assert.Equal(HttpStatusCode.OK, popup.Status);
        await popup.PressAsync("/me/name", "name", "Marta K.");

        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, Address));
        Assert.Equal([], await DatabaseTraces.OfBytesAsync(_application, IPAddress.Parse(Address).GetAddressBytes()));
        // The control: the server did know it, and tells it from another.
        Assert.Equal(HttpStatusCode.TooManyRequests, await UntilRefusedAsync(widget));
        using var elsewhere = From("203.0.113.78");
        using var answer = await elsewhere.GetAsync("/signin", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Neither_a_guest_nor_who_signs_in_by_mail_or_by_their_site_leaves_theirs()
    {
        await using var mailbox = StandInMailbox.Start();
        foreach (var (key, value) in mailbox.Settings.Append(new("Embed:TrustedProxies:0", "127.0.0.1")).Append(new("Embed:Limits:GuestsPerAddress", "1")))
        {
            _application.Settings[key] = value;
        }

        await _application.ChangeSiteAsync(site => (site.AllowsGuests, site.AllowsMail) = (true, true));
        var own = await SiteSignOn.TurnOnAsync(_application);
        using var widget = From(Address);
        widget.DefaultRequestHeaders.Add("Origin", EmbedApplication.Origin);
        const string session = $"/api/v1/sites/{EmbedApplication.Site}/session";
        await SendAsync(widget, HttpMethod.Post, $"{session}/sso", new { token = own.Token() }).JsonAsync();
        var guest = await SendAsync(widget, HttpMethod.Post, $"{session}/guest", new { name = "Ada" }).JsonAsync();
        widget.DefaultRequestHeaders.Authorization = new("Bearer", (string)guest["token"]!);
        await SendAsync(
            widget, HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/comments", new { page = EmbedApplication.NewPage(), body = "Mine", draftId = Guid.NewGuid() }).AssertDoneAsync();
        using var popup = new Popup(From(Address));
        await popup.OpenAsync();
        await popup.PressAsync("/signin/mail", "address", "ada@example.com");
        var mail = await mailbox.NextAsync(Cancellation);
        await popup.PressAsync("/signin/mail/code", "code", Regex.Match(mail.TextBody ?? "", @"\b[0-9]{6}\b", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        await popup.PressAsync("/signin/mail/name", "name", "Ada");
        Assert.NotNull(popup.Code);

        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, Address));
        Assert.Equal([], await DatabaseTraces.OfBytesAsync(_application, IPAddress.Parse(Address).GetAddressBytes()));
        // The control, as above.
        await SendAsync(widget, HttpMethod.Post, $"{session}/guest", new { name = "Ada" }).AssertRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-guests");
    }

    private static async Task<HttpStatusCode> UntilRefusedAsync(HttpClient http)
    {
        for (var i = 0; i < 100; i++)
        {
            using var answer = await http.GetAsync("/signin", Cancellation);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return answer.StatusCode;
            }
        }

        return HttpStatusCode.OK;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, object body)
    {
        var request = new HttpRequestMessage(method, path) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        return http.SendAsync(request, Cancellation);
    }

    // Behind a proxy on this machine that says where the browser is.
    private HttpClient From(string address)
    {
        var server = _application.Server.CreateHandler(http => http.Connection.RemoteIpAddress = IPAddress.Loopback);
        var http = new HttpClient(new CookieContainerHandler { InnerHandler = server }) { BaseAddress = _application.Server.BaseAddress };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return http;
    }
}
