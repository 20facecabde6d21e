using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>What the log says when the server has started.</summary>
public sealed class StartUpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("a provider", false)]
    [InlineData("mail", false)]
    [InlineData("guests", false)]
    [InlineData("single sign-on", false)]
    public async Task That_nobody_can_sign_in_is_said_where_nobody_can(string configured, bool isSaid)
    {
        await using var application = new EmbedApplication();
        application.Settings["Logging:LogLevel:Default"] = "Information";
        foreach (var (key, value) in configured switch
        {
            "a provider" => new[] { ("Embed:SignIn:GitHub:ClientId", "id"), ("Embed:SignIn:GitHub:ClientSecret", "secret") },
            "mail" => [("Embed:Mail:Host", "mail.example"), ("Embed:Mail:From", "comments@blog.example")],
            "guests" => [("Embed:Sites:0:AllowsGuests", "true")],
            _ => [],
        })
        {
            application.Settings[key] = value;
        }

        if (configured == "single sign-on")
        {
            await using var database = await application.OpenDatabaseAsync();
            var site = await database.Sites.SingleAsync(s => s.Key == EmbedApplication.Site, Cancellation);
            database.SingleSignOns.Add(new SingleSignOn { SiteId = site.Id, Issuer = EmbedApplication.Origin });
            await database.SaveChangesAsync(Cancellation);
        }

        using var log = new LogCapture();
        await using var started = application.WithWebHostBuilder(
            builder => builder.ConfigureServices(services => services.AddSingleton<ILoggerProvider>(log)));
        using var http = started.CreateClient();

        Assert.Contains(log.Entries, entry => entry.Text.StartsWith("Listening on", StringComparison.Ordinal));
        Assert.Equal(isSaid, log.Entries.Any(entry => entry.Text.StartsWith("Nobody can sign in:", StringComparison.Ordinal)));
    }
}
