using System.Security.Cryptography;
using Embed.Server;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Client;
using OpenIddict.Client.WebIntegration;

namespace Embed.IntegrationTests;

/// <summary>What can be wrong with the settings of a sign-in provider, and what right ones make of it.</summary>
public sealed class ProviderSettingsTests
{
    private const string Secret = "s3cr3t-value";

    public static TheoryData<string> Known() =>
        [.. typeof(OpenIddictClientWebIntegrationSettings).GetNestedTypes().Select(type => type.Name)];

    [Theory]
    [InlineData("Work:ClientId=x", "Embed:SignIn:Work", "'Work'", "Issuer")]
    [InlineData("GitHub:ClientId=x", "Embed:SignIn:GitHub:ClientSecret is empty", "developer page")]
    [InlineData("GitHub:ClientSecret=s3cr3t-value", "Embed:SignIn:GitHub:ClientId is empty", "or remove Embed:SignIn:GitHub")]
    [InlineData("GitHub:ClientId=x GitHub:ClientSecret=s3cr3t-value GitHub:ClientSecrt=y", "Embed:SignIn:GitHub:ClientSecrt is no setting", "ClientId, ClientSecret, DisplayName")]
    [InlineData("Microsoft:ClientId=x Microsoft:Tennant=y", "Embed:SignIn:Microsoft:Tennant is no setting", "Tenant")]
    [InlineData("Work:ClientId=x Work:Issuer=login.example.com", "Embed:SignIn:Work:Issuer is 'login.example.com'", "https")]
    [InlineData("Work:ClientId=x Work:Issuer=http://login.example.com", "Embed:SignIn:Work:Issuer is 'http://login.example.com'", "https")]
    [InlineData("Work:ClientId=x Work:Issuer=https://login.example.com?x=1", "Embed:SignIn:Work:Issuer is 'https://login.example.com?x=1'", "no query")]
    [InlineData("Work:ClientId=x Work:Issuer=https://ada:s3cr3t-value@login.example.com", "Embed:SignIn:Work:Issuer has a user name", "https")]
    [InlineData("Keycloak:ClientId=x Keycloak:Issuer=http://login.example.com", "Embed:SignIn:Keycloak:Issuer is 'http://login.example.com'", "https")]
    [InlineData("Keycloak:ClientId=x", "Embed:SignIn:Keycloak:Issuer is missing", "or remove")]
    [InlineData("Google:ClientId=x Google:ClientSecret=s3cr3t-value Google:Issuer=https://login.example.com", "Embed:SignIn:Google:Issuer is set", "Remove it")]
    [InlineData("Work:ClientId=x Work:Provider=Githob Work:Issuer=https://x.example", "Embed:SignIn:Work:Provider is 'Githob'", "GitHub, GitLab or Google")]
    [InlineData("GitHub:ClientId=x GitHub:Provider=GitLab", "Embed:SignIn:GitHub:Provider is 'GitLab'", "another name")]
    [InlineData("Continue:ClientId=x Continue:Issuer=https://x.example", "Embed:SignIn:Continue: 'Continue' is the name", "another name")]
    [InlineData("EMAIL:ClientId=x EMAIL:Issuer=https://x.example", "Embed:SignIn:EMAIL: 'EMAIL' is the name", "another name")]
    [InlineData("My_Login:ClientId=x My_Login:Issuer=https://x.example", "Embed:SignIn:My_Login: A name has 1 to 32", "hyphens")]
    [InlineData("A23456789012345678901234567890123:ClientId=x A23456789012345678901234567890123:Issuer=https://x.example", "A23456789012345678901234567890123: A name", "32")]
    [InlineData("Work:ClientId=x Work:Issuer=https://x.example Work:DisplayName=", "Embed:SignIn:Work:DisplayName has 0", "1 to 80")]
    [InlineData("Work:ClientId=x WORK:Issuer=https://x.example", "'WORK' and 'Work'", "in one way")]
    [InlineData("GitHub=s3cr3t-value", "Embed:SignIn:GitHub is a text", "Embed:SignIn:GitHub:ClientId")]
    [InlineData("Apple:ClientId=x Apple:TeamId=x Apple:SigningKey=s3cr3t-value", "Embed:SignIn:Apple:SigningKey cannot be read", "PEM")]
    [InlineData("Weibo:ClientId=x Weibo:ClientSecret=y Weibo:ForceLogin=s3cr3t-value", "Embed:SignIn:Weibo:ForceLogin cannot be read", "true or false")]
    public void A_fault_names_key_and_remedy_and_repeats_no_secret(string settings, params string[] parts)
    {
        var faults = Faults(settings);

        Assert.Contains(faults, fault => parts.All(part => fault.Contains(part, StringComparison.Ordinal)));
        Assert.All(faults, fault => Assert.DoesNotContain(Secret, fault, StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_of_all_providers_are_named_at_once()
    {
        var faults = Faults("GitHub:ClientSecrt=x Cognito:ClientId=x Link:Issuer=ftp://x");

        Assert.Equal(
            [
                "Embed:SignIn:Cognito:Region", "Embed:SignIn:Cognito:UserPoolId", "Embed:SignIn:GitHub:ClientId", "Embed:SignIn:GitHub:ClientSecret",
                "Embed:SignIn:GitHub:ClientSecrt", "Embed:SignIn:Link:", "Embed:SignIn:Link:ClientId", "Embed:SignIn:Link:Issuer",
            ],
            faults.Select(fault => fault.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void Every_provider_of_OpenIddict_can_be_configured_by_what_its_faults_ask_for(string name)
    {
        using var key = ECDsa.Create();
        var settings = new Dictionary<string, string?>
        {
            [$"Embed:SignIn:{name}:ClientId"] = "x",
            [$"Embed:SignIn:{name}:ClientSecret"] = "x",
        };
        foreach (var fault in Faults(settings))
        {
            var missing = fault.Split(' ')[0];
            Assert.Contains(" is missing. ", fault, StringComparison.Ordinal);
            settings[missing] = missing.EndsWith(":Issuer", StringComparison.Ordinal) ? "https://x.example"
                : missing.EndsWith(":SigningKey", StringComparison.Ordinal) ? key.ExportPkcs8PrivateKeyPem()
                : missing.EndsWith(":Region", StringComparison.Ordinal) ? "us-east-1"
                : "x";
        }

        Assert.Empty(Faults(settings));
        Assert.Equal(name, Assert.Single(Registrations(settings)).ProviderName);
    }

    [Theory]
    [InlineData("GitLab:ClientId=x GitLab:Issuer=https://git.example/gitlab", "GitLab", "https://git.example/gitlab")]
    [InlineData("Forge:ClientId=x Forge:Provider=GitLab Forge:Issuer=https://git.example", "Forge", "https://git.example/")]
    [InlineData("github:ClientId=x github:ClientSecret=x github:Issuer=https://github.example", "GitHub", "https://github.example/login/oauth")]
    [InlineData("Mastodon:ClientId=x Mastodon:ClientSecret=x Mastodon:Issuer=https://social.example", "Mastodon", "https://social.example/")]
    [InlineData("Keycloak:ClientId=x Keycloak:Issuer=https://login.example/realms/a", "Keycloak", "https://login.example/realms/a")]
    [InlineData("Work:ClientId=x Work:Issuer=https://login.example/realms/a", "Work", "https://login.example/realms/a")]
    [InlineData("Work:ClientId=x Work:Issuer=http://127.0.0.1:8080/realms/a", "Work", "http://127.0.0.1:8080/realms/a")]
    public void An_instance_is_registered_under_its_name_with_its_issuer(string settings, string name, string issuer)
    {
        Assert.Empty(Faults(settings));
        var registration = Assert.Single(Registrations(Parse(settings)));

        Assert.Equal((name, issuer), (registration.ProviderName, registration.Issuer!.AbsoluteUri));
        Assert.Equal($"signin/callback/{name.ToLowerInvariant()}", registration.RedirectUri!.OriginalString);
    }

    [Fact]
    public void The_same_provider_can_be_configured_twice_and_called_as_one_likes()
    {
        var registrations = Registrations(Parse(
            "GitHub:ClientId=x GitHub:ClientSecret=x Work:Provider=github Work:ClientId=y Work:ClientSecret=y Work:Issuer=https://github.example Work:DisplayName=Office"));

        Assert.Equal(["GitHub GitHub", "Work Office"], registrations.Select(r => $"{r.ProviderName} {r.ProviderDisplayName}"));
        Assert.Single(registrations.Select(r => r.ProviderType).Distinct());
    }

    [Fact]
    public async Task At_start_the_server_prints_each_callback_address()
    {
        await using var application = new EmbedApplication();
        foreach (var (key, value) in Parse("GitHub:ClientId=x GitHub:ClientSecret=x Work:ClientId=x Work:Issuer=https://login.example"))
        {
            application.Settings[key] = value;
        }

        application.Settings["Embed:PublicAddress"] = "https://comments.example";
        application.Settings["Logging:LogLevel:Embed"] = "Information";
        using var log = new LogLines();
        await using var logged = application.WithWebHostBuilder(host => host.ConfigureLogging(logging => logging.AddProvider(log)));
        _ = logged.Services;

        Assert.Contains("Signing in with GitHub: register https://comments.example/signin/callback/github there as the callback address", log.Lines);
        Assert.Contains("Signing in with Work: register https://comments.example/signin/callback/work there as the callback address", log.Lines);
    }

    [Fact]
    public async Task No_provider_can_take_the_name_of_an_address_of_ours()
    {
        await using var application = new EmbedApplication();
        var taken = application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => SurfaceTests.PathOf(endpoint).Split('/'))
            .Where(path => path is ["", "signin", var second, ..] && !second.StartsWith('{'))
            .Select(path => path[2]).Distinct().ToList();

        Assert.Contains("continue", taken);
        Assert.DoesNotContain(taken, name => ProviderName.Fault(name) is null);
    }

    private static Dictionary<string, string?> Parse(string settings) => settings.Split(' ')
        .Select(setting => setting.Split('=', 2)).ToDictionary(pair => $"Embed:SignIn:{pair[0]}", pair => (string?)pair[1]);

    private static List<string> Faults(string settings) => Faults(Parse(settings));

    private static List<string> Faults(Dictionary<string, string?> settings)
    {
        var (providers, options) = Read(settings);
        return [.. providers.Faults(options)];
    }

    private static IReadOnlyList<OpenIddictClientRegistration> Registrations(Dictionary<string, string?> settings)
    {
        var (providers, options) = Read(settings);
        return providers.Registrations(options);
    }

    private static (SignInProviders Providers, EmbedOptions Options) Read(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return (new SignInProviders(configuration), configuration.GetSection(EmbedOptions.Section).Get<EmbedOptions>()!);
    }

    /// <summary>What was logged.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
