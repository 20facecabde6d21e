using System.Text;
using System.Text.RegularExpressions;
using Embed.Server;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Client;

namespace Embed.IntegrationTests;

/// <summary>docs/sign-in-providers.md: who copies its settings gets providers that work.</summary>
public sealed partial class ProviderDocumentTests
{
    private static readonly string Page = Repository.Read("docs/sign-in-providers.md");

    [Theory]
    [InlineData("GitHub")]
    [InlineData("Work")]
    [InlineData("Google")]
    [InlineData("Microsoft")]
    [InlineData("GitLab")]
    [InlineData("Forge")]
    [InlineData("Mastodon-Example")]
    [InlineData("Staff")]
    public void Each_example_is_without_fault_and_names_its_callback_address(string name)
    {
        var example = Examples().Single(settings => settings.Keys.All(key => key.StartsWith($"Embed:SignIn:{name}:", StringComparison.Ordinal)));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(example).Build();
        var options = configuration.GetSection(EmbedOptions.Section).Get<EmbedOptions>()!;
        var providers = new SignInProviders(configuration);

        Assert.Empty(providers.Faults(options));
        var registration = Assert.Single(providers.Registrations(options));

        Assert.Equal(name, registration.ProviderName);
        Assert.Contains($"`https://comments.example/{registration.RedirectUri!.OriginalString}`", Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_examples_together_make_a_server_that_starts()
    {
        await using var application = new EmbedApplication();
        foreach (var (key, value) in Examples().SelectMany(example => example))
        {
            application.Settings[key] = value;
        }

        var registrations = application.Services.GetRequiredService<IOptionsMonitor<OpenIddictClientOptions>>().CurrentValue.Registrations;

        Assert.Equal(
            [
                "Forge https://gitlab.corp.example/", "GitHub https://github.com/login/oauth", "GitLab https://gitlab.com/",
                "Google https://accounts.google.com/", "Mastodon-Example https://social.example/",
                "Microsoft https://login.microsoftonline.com/common/v2.0", "Staff https://login.corp.example/realms/staff",
                "Work https://github.corp.example/login/oauth",
            ],
            registrations.Select(registration => $"{registration.ProviderName} {registration.Issuer}"));
    }

    [Fact]
    public void Readme_leads_to_the_page() =>
        Assert.Contains("(docs/sign-in-providers.md)", Repository.Read("README.md"), StringComparison.Ordinal);

    private static List<Dictionary<string, string?>> Examples() =>
    [
        .. Block().Matches(Page).Select(match => new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(match.Groups["json"].Value))).Build().AsEnumerable()
            .Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value)),
    ];

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Block();
}
