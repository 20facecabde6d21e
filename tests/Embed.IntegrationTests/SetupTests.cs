using System.Net;
using System.Text.RegularExpressions;
using Embed.Server.Admin.Setup;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>The first run: from the address that the log prints to the first administrator.</summary>
public sealed partial class SetupTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly LogCapture _log = new();
    private SignInProvider _provider = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await SignInProvider.StartAsync();
        foreach (var (key, value) in _provider.Settings)
        {
            _application.Settings[key] = value;
        }

        _application.Settings.Remove("Embed:Administrators:0");
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_has_the_printed_address_signs_in_confirms_and_is_administrator()
    {
        using var browser = new Popup(_application);
        await browser.GoAsync("/setup");
        await browser.PressAsync("/setup", "code", Code());
        await browser.SignInAsync("marta-keller");

        Assert.Equal("/setup/confirm", browser.Visited[^1].AbsolutePath);
        Assert.Contains("GitHub:", browser.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.False(await IsAdministratorThereAsync());
        await browser.PressAsync("/setup/confirm");

        Assert.Equal("/admin/sites/new", browser.Visited[^1].AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.True(await IsAdministratorThereAsync());
    }

    [Fact]
    public async Task The_code_is_in_no_address_and_the_page_loads_nothing_but_ours()
    {
        using var browser = new Popup(_application);
        var code = Code();
        await browser.GoAsync("/setup");
        await browser.PressAsync("/setup", "code", code);
        await browser.SignInAsync("marta-keller");
        await browser.PressAsync("/setup/confirm");

        Assert.All(browser.Visited, address => Assert.DoesNotContain(code, address.ToString(), StringComparison.Ordinal));
        Assert.All(browser.SetCookies, cookie => Assert.DoesNotContain(code, cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Once_there_is_an_administrator_there_is_nothing_to_set_up_not_even_after_a_restart()
    {
        using var browser = new Popup(_application);
        var code = Code();
        await browser.GoAsync("/setup");
        var form = browser.Page;
        await browser.PressAsync("/setup", "code", code);
        await browser.SignInAsync("marta-keller");
        await browser.PressAsync("/setup/confirm");

        await browser.GoAsync("/setup");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        await using var restarted = EmbedApplication.On(_application.DataFolder, _application.Clock);
        restarted.Settings.Remove("Embed:Administrators:0");
        Assert.False(restarted.Services.GetRequiredService<SetupCode>().IsOpen);
    }

    [Fact]
    public async Task A_configured_administrator_leaves_nothing_to_set_up()
    {
        await using var application = new EmbedApplication();
        using var http = application.CreateClient();

        using var answer = await http.GetAsync("/setup", Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_provider_the_page_says_what_to_set()
    {
        await using var application = new EmbedApplication();
        application.Settings.Remove("Embed:Administrators:0");
        using var http = application.CreateClient();

        var page = await http.GetStringAsync("/setup", Cancellation);

        Assert.Contains("Embed:SignIn:GitHub:ClientId", page, StringComparison.Ordinal);
        Assert.Contains("http://localhost/signin/callback/github", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"code\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_prints_the_address_once_and_only_where_it_is_needed()
    {
        await using var started = _application.WithWebHostBuilder(builder => builder.ConfigureServices(services => services.AddSingleton<ILoggerProvider>(_log)));
        using var http = started.CreateClient();

        var printed = Assert.Single(_log.Entries, entry => entry.Text.Contains("/setup#", StringComparison.Ordinal));
        var code = PrintedCode().Match(printed.Text).Groups["code"].Value;
        Assert.Equal(43, code.Length);
        Assert.NotNull(started.Services.GetRequiredService<SetupCode>().Redeem(code));
    }

    // As the log prints it; to read it from there takes a server whose log is captured.
    private string Code() => _application.Services.GetRequiredService<SetupCode>().Begin();

    private async Task<bool> IsAdministratorThereAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.RoleGrants.AnyAsync(Cancellation);
    }

    [GeneratedRegex("/setup#(?<code>[A-Za-z0-9_-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PrintedCode();
}
