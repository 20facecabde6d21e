using System.Net;
using Embed.Tests;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Two servers on one folder are one to a browser: what one has signed the other takes. And nobody else reads the folder.</summary>
public sealed class SharedKeysTests : IAsyncLifetime
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly EmbedApplication _first = new() { BringsDatabase = false };
    private EmbedApplication _second = null!;
    private SignInProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await SignInProvider.StartAsync();
        _second = EmbedApplication.On(_first.DataFolder, _first.Clock);
        foreach (var application in new[] { _first, _second })
        {
            foreach (var (key, value) in _provider.Settings)
            {
                application.Settings[key] = value;
            }

            _ = application.Services;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public void A_key_made_by_one_is_used_by_the_other()
    {
        var keys = new[] { _first, _second }
            .Select(application => application.Services.GetRequiredService<IKeyManager>().GetAllKeys().Select(key => key.KeyId).Order().ToList())
            .ToList();

        Assert.Single(keys[0]);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task Every_step_of_a_sign_in_may_be_answered_by_another_server()
    {
        // Page and form token, then state, then ticket and cookie: each of the next server what the one before gave.
        using var popup = new Popup(_first);
        await popup.OpenAsync();
        popup.GoOnAt(_second);
        await popup.PressAsync("/signin/github");
        popup.GoOnAt(_first);
        await popup.PressAsync("/login/oauth/choose", "login", "marta-keller");
        var finish = popup.Visited[^1];
        Assert.NotNull(popup.Code);
        popup.GoOnAt(_second);
        await popup.GoAsync(finish.PathAndQuery);

        Assert.NotNull(popup.Code);
        using var nobody = Person.Anonymous(_first);
        var session = await nobody.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = popup.Code, verifier = popup.Verifier }).JsonAsync();
        using var elsewhere = Person.Anonymous(_second);
        elsewhere.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)session["token"]!);
        await elsewhere.PostAsync(EmbedApplication.NewPage(), "Hello");
    }

    [Fact]
    public async Task A_cookie_of_one_signs_in_at_the_other_and_signing_out_ends_both()
    {
        var (commenter, _) = await _first.MakeSessionAsync();
        using var there = new Popup(_second);
        there.Take(await OwnOrigin.CookieAsync(_first, commenter.Id));
        await there.GoAsync("/signin");
        Assert.Contains("GitHub:", there.Page.Body!.TextContent, StringComparison.Ordinal);

        await there.PressAsync("/signout");

        Assert.Equal(HttpStatusCode.OK, there.Status);
        await using var database = await _first.OpenDatabaseAsync();
        Assert.DoesNotContain(database.Sessions.ToList(), session => session.SiteId is null);
    }

    [Fact]
    public void Database_and_keys_are_the_servers_own_to_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes: the folder's access list is inherited.");
        var keys = Path.Combine(_first.DataFolder, "keys");
        var files = Directory.GetFiles(_first.DataFolder, "embed.db*").Concat(Directory.GetFiles(keys)).ToList();

        Assert.True(files.Count >= 3);
#pragma warning disable CA1416 // Skipped above where there are no file modes.
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        Assert.All(files, file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
#pragma warning restore CA1416
    }
}
