extern alias demo;

using System.Text.RegularExpressions;
using demo::Embed.Demo;
using Embed.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Who somebody is: an account of one provider, and nothing that it says besides.</summary>
public sealed class IdentityTests : IAsyncDisposable
{
    private const string Address = "marta.keller@example.com";

    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task The_same_mail_address_name_and_subject_at_two_providers_and_in_a_mailbox_are_three_commenters()
    {
        await using var mailbox = StandInMailbox.Start();
        await using var work = await StartIssuerAsync();
        await using var home = await StartIssuerAsync();
        foreach (var (key, value) in work.Settings("Work").Concat(home.Settings("Home")).Concat(mailbox.Settings))
        {
            _application.Settings[key] = value;
        }

        await _application.ChangeSiteAsync(site => site.AllowsMail = true);
        foreach (var provider in new[] { "work", "home", "work" })
        {
            using var popup = new Popup(_application);
            await popup.OpenAsync();
            await popup.PressAsync($"/signin/{provider}");
            await popup.PressAsync("/choose", "subject", "f3a1c0");
            Assert.NotNull(popup.Code);
        }

        using var mailed = new Popup(_application);
        await mailed.OpenAsync();
        await mailed.PressAsync("/signin/mail", "address", Address);
        var mail = await mailbox.NextAsync(Cancellation);
        await mailed.PressAsync("/signin/mail/code", "code", Regex.Match(mail.TextBody ?? "", @"\b[0-9]{6}\b", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        await mailed.PressAsync("/signin/mail/name", "name", "Marta Keller");
        Assert.NotNull(mailed.Code);

        await using var database = await _application.OpenDatabaseAsync();
        var accounts = await database.Accounts.AsNoTracking().ToListAsync(Cancellation);
        Assert.Equal(["Email", "Home", "Work"], accounts.Select(account => account.Provider).Order(StringComparer.Ordinal));
        Assert.Equal(3, accounts.Select(account => account.CommenterId).Distinct().Count());
        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, Address));
    }

    // It says the address wherever it can, and that it is the person's.
    private async Task<StandInIssuer> StartIssuerAsync()
    {
        var issuer = await StandInIssuer.StartAsync(_application.Clock);
        issuer.Forge = claims => (claims["email"], claims["email_verified"]) = (Address, true);
        issuer.Instead[StandInIssuer.UserInfo] = http => http.Response.WriteAsJsonAsync(
            new { sub = "f3a1c0", name = "Marta Keller", email = Address, email_verified = true }, Cancellation);
        return issuer;
    }
}
