using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Embed.IntegrationTests;

/// <summary>Pictures and signing in: one follows the other, and never holds it up.</summary>
public sealed class PictureAtSignInTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private SignInProvider _provider = null!;
    private PictureHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await PictureHost.StartAsync();
        _provider = await SignInProvider.StartAsync();
        foreach (var (key, value) in _provider.Settings)
        {
            _application.Settings[key] = value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _provider.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_provider_s_picture_is_there_soon_after_the_sign_in()
    {
        using var popup = new Popup(_application);
        await popup.OpenAsync();
        await popup.SignInAsync("marta-keller");
        Assert.NotNull(popup.Code);

        var hash = await PictureOfAsync("1001");

        using var http = _application.CreateClient();
        var bytes = await http.GetByteArrayAsync($"/pictures/{hash}", Cancellation);
        using var codec = SKCodec.Create(SKData.CreateCopy(bytes));
        Assert.Equal((EncodedPicture.Side, EncodedPicture.Side), (codec.Info.Width, codec.Info.Height));
    }

    [Fact]
    public async Task Whoever_signs_in_is_not_kept_waiting_by_a_picture_that_does_not_come()
    {
        var isAsked = new TaskCompletionSource();
        var slow = _host.Put("/slow", async http =>
        {
            isAsked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });

        await SignInAsync("1", slow);
        await isAsked.Task.WaitAsync(Cancellation);
        // Still being asked for, while somebody else's comes.
        await SignInAsync("2", _host.Put("/2.png", PictureFiles.Plain(SKColors.Teal)));

        Assert.NotNull(await PictureOfAsync("2"));
        Assert.Null(await FindAsync("1"));
    }

    [Fact]
    public async Task What_is_no_picture_leaves_the_one_before()
    {
        await SignInAsync("1", _host.Put("/1.png", PictureFiles.Plain(SKColors.Teal)));
        var before = await PictureOfAsync("1");
        await LeaveOneWorkerAsync();

        foreach (var (path, file) in new[] { ("/svg", PictureFiles.Svg()), ("/html", "<!doctype html>"u8.ToArray()), ("/bomb", PictureFiles.Claiming(30_000, 30_000)) })
        {
            await SignInAsync("1", _host.Put(path, file));
        }

        await SignInAsync("2", _host.Put("/2.png", PictureFiles.Plain(SKColors.Gold)));
        await PictureOfAsync("2");
        Assert.Equal(before, await FindAsync("1"));
    }

    [Fact]
    public async Task An_address_fetched_lately_is_not_asked_for_again()
    {
        var address = _host.Put("/1.png", PictureFiles.Plain(SKColors.Teal));
        await SignInAsync("1", address);
        await PictureOfAsync("1");

        await SignInAsync("1", address);
        await SignInAsync("2", address);
        await PictureOfAsync("2");

        Assert.Single(_host.Requests);
    }

    [Fact]
    public async Task A_picture_that_a_site_s_own_token_names_is_fetched_too()
    {
        const string Origin = "http://127.0.0.1:8000";
        var site = await SiteSignOn.TurnOnAsync(_application);
        await _application.ChangeSiteAsync(row => row.Origins = [Origin]);
        using var page = Person.Anonymous(_application);
        page.Http.DefaultRequestHeaders.Remove("Origin");
        page.Http.DefaultRequestHeaders.Add("Origin", Origin);
        var claims = site.Claims();
        claims["picture"] = _host.Put("/ada.png", PictureFiles.Plain(SKColors.Teal));

        await page.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/sso", new { token = SiteTokens.Sign(claims, site.Secret) }).JsonAsync();

        Assert.NotNull(await PictureOfAsync("test:ada"));
    }

    [Theory]
    [InlineData("http://localhost")]
    [InlineData("http://127.0.0.1:8000")]
    public async Task A_site_on_the_internet_names_no_picture_on_this_machine_wherever_its_token_is_sent_from(string origin)
    {
        var site = await SiteSignOn.TurnOnAsync(_application);
        await _application.ChangeSiteAsync(row => row.Origins.Add("http://127.0.0.1:8000"));
        using var page = Person.Anonymous(_application);
        page.Http.DefaultRequestHeaders.Remove("Origin");
        page.Http.DefaultRequestHeaders.Add("Origin", origin);
        page.Http.DefaultRequestHeaders.Host = "localhost";
        var claims = site.Claims();
        var isAsked = false;
        claims["picture"] = _host.Put("/ada.png", _ =>
        {
            isAsked = true;
            return Task.CompletedTask;
        });
        await LeaveOneWorkerAsync();

        await page.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/sso", new { token = SiteTokens.Sign(claims, site.Secret) }).JsonAsync();

        await SignInAsync("2", _host.Put("/2.png", PictureFiles.Plain(SKColors.Gold)));
        await PictureOfAsync("2");
        Assert.False(isAsked);
    }

    [Fact]
    public async Task A_picture_taken_away_at_the_provider_goes_here_too()
    {
        await SignInAsync("1", _host.Put("/1.png", PictureFiles.Plain(SKColors.Teal)));
        await PictureOfAsync("1");

        await SignInAsync("1", null);

        await UntilAsync(async () => await FindAsync("1") is null);
    }

    [Fact]
    public async Task A_server_stops_while_a_picture_is_being_fetched()
    {
        var (isAsked, isLeft) = (new TaskCompletionSource(), new TaskCompletionSource());
        await SignInAsync("1", _host.Put("/slow", async http =>
        {
            http.RequestAborted.Register(isLeft.SetResult);
            isAsked.SetResult();
            await isLeft.Task;
        }));
        await isAsked.Task.WaitAsync(Cancellation);

        await _application.DisposeAsync();

        await isLeft.Task.WaitAsync(Cancellation);
    }

    // All but one fetch what never comes; the last one does what is asked for in order.
    private async Task LeaveOneWorkerAsync()
    {
        for (var i = 1; i < FetchPictures.AtOnce; i++)
        {
            var isAsked = new TaskCompletionSource();
            await SignInAsync($"slow {i}", _host.Put($"/slow/{i}", async http =>
            {
                isAsked.SetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }));
            await isAsked.Task.WaitAsync(Cancellation);
        }
    }

    private Task<Commenter> SignInAsync(string subject, string? picture) => _application.Services.GetRequiredService<RecordCommenter>().HandleAsync(
        new ProvenAccount("GitHub", subject, "Ada") { Picture = PictureAddress.Of(picture, isLocal: true) }, Cancellation);

    private async Task<string> PictureOfAsync(string subject)
    {
        string? hash = null;
        await UntilAsync(async () => (hash = await FindAsync(subject)) is not null);
        return hash!;
    }

    private async Task<string?> FindAsync(string subject)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Commenters.Where(c => c.Accounts.Any(a => a.Subject == subject)).Select(c => c.PictureHash).SingleAsync(Cancellation);
    }

    private static async Task UntilAsync(Func<Task<bool>> met)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await met())
        {
            Assert.False(timeout.IsCancellationRequested, "The picture's row did not change within ten seconds.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation);
        }
    }
}
