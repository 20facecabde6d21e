using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>How old an account is, as its provider says when it signs somebody in.</summary>
public sealed class AccountAgeSignInTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private SignInProvider _gitHub = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gitHub = await SignInProvider.StartAsync();
        foreach (var (key, value) in _gitHub.Settings)
        {
            _application.Settings[key] = value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _gitHub.DisposeAsync();
    }

    [Fact]
    public async Task It_is_kept_with_the_account()
    {
        using var popup = new Popup(_application);
        await popup.OpenAsync();
        await popup.SignInAsync("ewa-lis");

        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.AsNoTracking().SingleAsync(Cancellation);

        // The stand-in's account number 1007: so many days after the first of January 2010.
        Assert.Equal(new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(1_007), account.MadeAt);
    }
}
