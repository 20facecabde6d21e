using System.Net;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>Signing in with any OpenID Connect issuer, and what comes of one that answers wrongly, slowly or not at all.</summary>
public sealed class ProviderTests : IAsyncLifetime
{
    private const string Provider = "Work";

    private readonly EmbedApplication _application = new();
    private StandInIssuer _issuer = null!;
    private Popup _popup = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await StandInIssuer.StartAsync(_application.Clock);
        foreach (var (key, value) in _issuer.Settings(Provider))
        {
            _application.Settings[key] = value;
        }

        _application.Settings["Embed:SignIn:Work:DisplayName"] = "The Workplace";
        _application.Settings["Embed:SignIn:GitHub:ClientId"] = "x";
        _application.Settings["Embed:SignIn:GitHub:ClientSecret"] = "x";
        _popup = new Popup(_application);
    }

    public async ValueTask DisposeAsync()
    {
        _popup.Dispose();
        await _application.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Any_issuer_signs_people_in_by_its_lasting_id_under_the_configured_name()
    {
        await _popup.OpenAsync();
        Assert.Contains("Continue with \u2068The Workplace\u2069", _popup.Page.Body!.TextContent, StringComparison.Ordinal);

        await ChooseAsync("f3a1c0");

        Assert.NotNull(_popup.Code);
        Assert.Contains(_popup.Visited, address => address.AbsolutePath == "/signin/callback/work");
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(["Work:f3a1c0 Marta Keller"], database.Accounts.AsEnumerable().Select(c => $"{c.Key} {c.Name}"));
    }

    [Theory]
    [InlineData("nonce", "another")]
    [InlineData("nonce", null)]
    [InlineData("iss", "https://issuer.example")]
    [InlineData("aud", "another-client")]
    [InlineData("sub", "0b77de")]
    [InlineData("sub", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "1577836800")]
    public async Task An_id_token_for_somebody_or_something_else_signs_nobody_in(string claim, string? value)
    {
        _issuer.Forge = claims =>
        {
            claims.Remove(claim);
            if (value is not null)
            {
                claims[claim] = claim == "exp" ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : value;
            }
        };

        await _popup.OpenAsync();
        await ChooseAsync("f3a1c0");

        await AssertFailedAsync();
    }

    [Fact]
    public async Task An_id_token_signed_with_another_key_signs_nobody_in()
    {
        _issuer.SigningKey = StandInIssuer.NewKey();

        await _popup.OpenAsync();
        await ChooseAsync("f3a1c0");

        await AssertFailedAsync();
    }

    public static TheoryData<string, string> BadAnswers()
    {
        var cases = new TheoryData<string, string>();
        foreach (var path in new[] { StandInIssuer.Discovery, StandInIssuer.Keys, StandInIssuer.Token, StandInIssuer.UserInfo })
        {
            foreach (var answer in Answers.Keys)
            {
                cases.Add(path, answer);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task What_an_issuer_answers_wrongly_becomes_a_plain_sentence_with_a_way_on(string path, string answer)
    {
        _issuer.Instead[path] = Answers[answer];

        await _popup.OpenAsync();
        await ChooseAsync("f3a1c0");

        await AssertFailedAsync();
        Assert.Equal(1, _issuer.Asked.Count(asked => asked == path));
        _issuer.Instead.Clear();
        await _popup.GoAsync(_popup.Page.QuerySelector("a.button")!.GetAttribute("href")!);
        Assert.Equal(2, _popup.Page.Forms.Length);
    }

    [Theory]
    [InlineData(StandInIssuer.Discovery)]
    [InlineData(StandInIssuer.Keys)]
    [InlineData(StandInIssuer.Token)]
    [InlineData(StandInIssuer.UserInfo)]
    public async Task Who_waits_for_an_issuer_that_never_answers_is_told_after_ten_seconds(string path)
    {
        var asked = new TaskCompletionSource();
        _issuer.Instead[path] = async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };

        await _popup.OpenAsync();
        var waiting = ChooseAsync("f3a1c0");
        await asked.Task.WaitAsync(Cancellation);
        Assert.False(waiting.IsCompleted);
        _application.Clock.Advance(TimeSpan.FromSeconds(10));
        await waiting;

        await AssertFailedAsync();
    }

    [Fact]
    public async Task A_server_starts_without_its_issuer_and_signs_in_when_it_is_there()
    {
        _issuer.Instead[StandInIssuer.Discovery] = Answers["500"];
        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/work");
        Assert.Equal(HttpStatusCode.BadGateway, _popup.Status);

        _issuer.Instead.Clear();
        await _popup.GoAsync(_popup.Page.QuerySelector("a.button")!.GetAttribute("href")!);
        await ChooseAsync("f3a1c0");

        Assert.NotNull(_popup.Code);
    }

    [Fact]
    public async Task No_log_at_any_level_has_a_code_a_token_or_the_secret()
    {
        await using var talkative = new EmbedApplication();
        foreach (var (key, value) in _issuer.Settings(Provider))
        {
            talkative.Settings[key] = value;
        }

        foreach (var category in new[] { "Default", "Microsoft.AspNetCore", "OpenIddict", "System.Net.Http" })
        {
            talkative.Settings[$"Logging:LogLevel:{category}"] = "Trace";
            talkative.Settings[$"Logging:Console:LogLevel:{category}"] = "None";
        }

        using var log = new ProviderSettingsTests.LogLines();
        talkative.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var popup = new Popup(talkative);
        await popup.OpenAsync();
        await popup.PressAsync("/signin/work");
        await popup.PressAsync("/choose", "subject", "f3a1c0");
        Assert.NotNull(popup.Code);
        _issuer.Instead[StandInIssuer.UserInfo] = Answers["500"];
        await popup.OpenAsync();
        await popup.PressAsync("/signin/work");
        await popup.PressAsync("/choose", "subject", "f3a1c0");

        Assert.Equal(6, _issuer.Issued.Count);
        Assert.Contains(log.Lines, line => line.Contains(StandInIssuer.Token, StringComparison.Ordinal));
        foreach (var secret in _issuer.Issued.Append(StandInIssuer.ClientSecret))
        {
            Assert.DoesNotContain(log.Lines.Where(line => line.Contains(secret, StringComparison.Ordinal)), _ => true);
        }
    }

    private static Dictionary<string, Microsoft.AspNetCore.Http.RequestDelegate> Answers { get; } = new()
    {
        ["500"] = http => Say(http, 500, "text/plain", "Oh"),
        ["404"] = http => Say(http, 404, "text/html", "<p>Nothing</p>"),
        ["no JSON"] = http => Say(http, 200, "application/json", "{\"issuer\": \"http"),
        ["a page"] = http => Say(http, 200, "text/html", "<p>Welcome</p>"),
        ["an empty object"] = http => Say(http, 200, "application/json", "{}"),
        ["a list"] = http => Say(http, 200, "application/json", "[1]"),
        ["nothing"] = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        },
        ["too much"] = http => Say(http, 200, "application/json", $"{{\"x\":\"{new string('x', 300_000)}\"}}"),
        ["too much, compressed"] = http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return Say(http, 200, "application/json", $"{{\"x\":\"{new string('x', 300_000)}\"}}", isCompressed: true);
        },
    };

    private static async Task Say(Microsoft.AspNetCore.Http.HttpContext http, int status, string type, string text, bool isCompressed = false)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        await using var zip = isCompressed
            ? new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Fastest)
            : http.Response.Body;
        await zip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private async Task ChooseAsync(string subject)
    {
        await _popup.PressAsync("/signin/work");
        if (_popup.Page.QuerySelector("form[action='/choose']") is not null)
        {
            await _popup.PressAsync("/choose", "subject", subject);
        }
    }

    /// <summary>The page says so, names the provider and leads back; nobody is signed in or recorded.</summary>
    private async Task AssertFailedAsync()
    {
        Assert.Contains(_popup.Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.BadGateway });
        Assert.Null(_popup.Code);
        Assert.Contains("The Workplace", _popup.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("/signin?site=test", _popup.Page.QuerySelector("a.button")!.GetAttribute("href")!, StringComparison.Ordinal);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Empty(await database.Commenters.ToListAsync(Cancellation));
    }
}
