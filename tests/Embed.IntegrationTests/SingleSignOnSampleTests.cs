using System.Diagnostics;
using System.Text.RegularExpressions;
using Blog;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embed.IntegrationTests;

/// <summary>The code that customers copy makes tokens that count: run as it stands on the page, in its own language.</summary>
public sealed partial class SingleSignOnSampleTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string Name = "Ada \"Łovelace\" <ś>";
    private const string Picture = "https://blog.example/ada.png?s=1&t=2";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("embed-token.mjs", "node", "--input-type=module", "-e", "import { embedTag } from '{file}'; console.log(embedTag({person})); console.log(embedTag(null));")]
    [InlineData("embed_token.py", "python3", "-c", "import sys; sys.path.insert(0, '{folder}'); from embed_token import embed_tag; print(embed_tag({person})); print(embed_tag(None))")]
    [InlineData("embed-token.php", "php", "-r", "require '{file}'; echo embed_tag({person}), \"\\n\", embed_tag(null), \"\\n\";")]
    public async Task What_the_page_shows_makes_a_token_that_counts(string fileName, string program, params string[] arguments)
    {
        using var site = await SiteSignOn.TurnOnAsync(application);
        var code = (await site.ReadAsync()).QuerySelector($"[data-sample='{fileName}']")!.TextContent;
        var folder = Directory.CreateTempSubdirectory("embed-test-");
        try
        {
            var file = Path.Combine(folder.FullName, fileName);
            await File.WriteAllTextAsync(file, code, Cancellation);
            var person = Person(fileName);
            var lines = await RunAsync(
                program,
                [.. arguments.Select(a => a.Replace("{file}", file, StringComparison.Ordinal).Replace("{folder}", folder.FullName, StringComparison.Ordinal).Replace("{person}", person, StringComparison.Ordinal))],
                site.Secret);

            await AssertCountsAsync(lines[0], EmbedApplication.Site, site.Secret, "http://localhost");
            Assert.Contains("data-sso=\"\"", lines[1], StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_sample_in_CSharp_makes_a_token_that_counts()
    {
        var secret = new string('s', 43);
        Environment.SetEnvironmentVariable("EMBED_SECRET", secret);

        var tag = EmbedToken.Tag("5", Name, Picture, "moderator");

        await AssertCountsAsync(tag, "my-blog", secret, "https://comments.example");
        Assert.Contains("data-sso=\"\"", EmbedToken.Tag(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_each_sample_with_the_sites_own_values()
    {
        using var site = await SiteSignOn.TurnOnAsync(application);

        var samples = (await site.ReadAsync()).QuerySelectorAll("[data-sample]").Select(sample => sample.TextContent).ToList();

        Assert.Equal(4, samples.Count);
        Assert.All(samples, sample =>
        {
            Assert.Contains("http://localhost", sample, StringComparison.Ordinal);
            Assert.Contains(EmbedApplication.Origin, sample, StringComparison.Ordinal);
            Assert.Matches($"""['"]{EmbedApplication.Site}['"]""", sample);
            Assert.DoesNotContain("comments.example", sample, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Secret, sample, StringComparison.Ordinal);
        });
    }

    // The person, in each language's own way to write one.
    private static string Person(string fileName) => fileName switch
    {
        "embed-token.mjs" => "{ id: 5, name: 'Ada \"Łovelace\" <ś>', picture: '" + Picture + "', roles: ['moderator'] }",
        "embed_token.py" => "{'id': 5, 'name': 'Ada \"Łovelace\" <ś>', 'picture': '" + Picture + "', 'roles': ['moderator']}",
        _ => "['id' => 5, 'name' => 'Ada \"Łovelace\" <ś>', 'picture' => '" + Picture + "', 'roles' => ['moderator']]",
    };

    private static async Task AssertCountsAsync(string tag, string site, string secret, string server)
    {
        Assert.StartsWith($"<script async crossorigin src=\"{server}/embed.js\" data-site=\"{site}\" data-sso=\"", tag, StringComparison.Ordinal);
        var token = TokenIn().Match(tag).Groups["token"].Value;
        var secrets = new SiteSecrets(new KeepsSecrets(), TimeProvider.System, NullLogger<SiteSecrets>.Instance);
        using var keys = new SiteKeys(new HttpClientHandler(), TimeProvider.System, NullLogger<SiteKeys>.Instance);
        // Samples take the time from the clock of the machine.
        var check = await new CheckSiteToken(secrets, keys, TimeProvider.System).HandleAsync(
            new Site { Key = site, Name = site, Origins = [EmbedApplication.Origin] },
            new SingleSignOn { Issuer = EmbedApplication.Origin, Secret = SiteTokens.Encode(secret) },
            token, Cancellation);

        Assert.Null(check.Fault);
        Assert.Equal(("5", Name, Picture, true), (check.Claims!.Subject, check.Claims.Name, check.Claims.Picture, check.Claims.IsModerator));
    }

    private static async Task<string[]> RunAsync(string program, string[] arguments, string secret)
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Assert.Skip($"There is no {program} on the PATH, so its sample was not run.");
        }

        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EMBED_SECRET"] = secret;
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, $"{program}: {await error}");
        return (await output).Split('\n');
    }

    [GeneratedRegex("data-sso=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TokenIn();

    /// <summary>Protects nothing: the secret is the test's own.</summary>
    private sealed class KeepsSecrets : IDataProtectionProvider, IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => plaintext;

        public byte[] Unprotect(byte[] protectedData) => protectedData;
    }
}
