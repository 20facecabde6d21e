using System.Net;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>What the log says of tokens that sites sign.</summary>
public sealed class SingleSignOnLogTests
{
    [Fact]
    public async Task At_every_level_the_log_says_which_check_failed_and_no_token_or_secret()
    {
        await using var application = new EmbedApplication();
        foreach (var category in new[] { "Default", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore" })
        {
            application.Settings[$"Logging:LogLevel:{category}"] = "Trace";
            application.Settings[$"Logging:Console:LogLevel:{category}"] = "None";
        }

        using var log = new ProviderSettingsTests.LogLines();
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var site = await SiteSignOn.TurnOnAsync(application);
        using var page = Person.Anonymous(application);
        var late = site.Claims();
        late["exp"] = 1;
        string[] tokens = [site.Token(), SiteTokens.Sign(late, site.Secret), SiteTokens.Sign(site.Claims(), "guess")];

        foreach (var token in tokens)
        {
            using var answer = await page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/sso", new { token });
            Assert.Equal(token == tokens[0] ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
            await site.TryAsync(token);
        }

        var lines = log.Lines.ToList();
        Assert.Contains(lines, line => line.Contains("Single sign-on of site test refused a token: Expired", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("refused a token: WrongSignature", StringComparison.Ordinal));
        // The control: the requests themselves were logged.
        Assert.Contains(lines, line => line.Contains("/session/sso", StringComparison.Ordinal));
        var secrets = tokens.SelectMany(token => new[] { token, token.Split('.')[1], token.Split('.')[2] }).Append(site.Secret);
        Assert.All(secrets, secret => Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal)));
    }
}
