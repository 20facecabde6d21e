using System.Diagnostics;
using System.Text.RegularExpressions;
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

    /// <summary>A sample, the program that runs it, and what that is told; two lines come out: a person's tag, and nobody's.</summary>
    public static TheoryData<string, string, string[]> Samples => new()
    {
        { "embed-token.mjs", "node", ["--input-type=module", "-e", "import { embedTag } from '{file}'; console.log(embedTag({person})); console.log(embedTag(null));"] },
        { "embed_token.py", "python3", ["-c", "import sys; sys.path.insert(0, '{folder}'); from embed_token import embed_tag; print(embed_tag({person})); print(embed_tag(None))"] },
        { "embed-token.php", "php", ["-r", "require '{file}'; echo embed_tag({person}), \"\\n\", embed_tag(null), \"\\n\";"] },
        { "EmbedToken.cs", "dotnet", ["run", "--project", "{folder}"] },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task What_the_page_shows_makes_a_token_that_counts(string fileName, string program, string[] arguments)
    {
        var site = await SiteSignOn.TurnOnAsync(application);

        var (code, output, error) = await RunAsync(fileName, program, arguments, site.Secret);

        Assert.True(code == 0, $"{program}: {error}");
        var lines = output.Split('\n');
        await AssertCountsAsync(lines[0], site.Secret);
        Assert.Contains("data-sso=\"\"", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Without_a_secret_no_token_is_made_and_that_is_said(string fileName, string program, string[] arguments)
    {
        var (code, output, error) = await RunAsync(fileName, program, arguments, secret: "");

        Assert.NotEqual(0, code);
        Assert.DoesNotContain("data-sso", output, StringComparison.Ordinal);
        // PHP says it where its configuration wants it said.
        Assert.Contains("EMBED_SECRET is not set.", error + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_each_sample_with_the_sites_own_values()
    {
        var site = await SiteSignOn.TurnOnAsync(application);

        var samples = SiteSignOn.Samples.Select(sample => sample.Code).ToList();

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
        "EmbedToken.cs" => $"\"5\", \"Ada \\\"Łovelace\\\" <ś>\", \"{Picture}\", \"moderator\"",
        "embed_token.py" => "{'id': 5, 'name': 'Ada \"Łovelace\" <ś>', 'picture': '" + Picture + "', 'roles': ['moderator']}",
        _ => "['id' => 5, 'name' => 'Ada \"Łovelace\" <ś>', 'picture' => '" + Picture + "', 'roles' => ['moderator']]",
    };

    private static async Task AssertCountsAsync(string tag, string secret)
    {
        Assert.StartsWith($"<script async crossorigin src=\"http://localhost/embed.js\" data-site=\"{EmbedApplication.Site}\" data-sso=\"", tag, StringComparison.Ordinal);
        var token = TokenIn().Match(tag).Groups["token"].Value;
        var secrets = new SiteSecrets(new KeepsSecrets(), TimeProvider.System, NullLogger<SiteSecrets>.Instance);
        using var keys = new SiteKeys(new HttpClientHandler(), TimeProvider.System, NullLogger<SiteKeys>.Instance);
        // Samples take the time from the clock of the machine.
        var check = await new CheckSiteToken(secrets, keys, TimeProvider.System).HandleAsync(
            new Site { Key = EmbedApplication.Site, Name = "Test blog", Origins = [EmbedApplication.Origin] },
            new SingleSignOn { Issuer = EmbedApplication.Origin, Secret = SiteTokens.Encode(secret) },
            token, Cancellation);

        Assert.Null(check.Fault);
        Assert.Equal(("5", Name, Picture, true), (check.Claims!.Subject, check.Claims.Name, check.Claims.Picture, check.Claims.IsModerator));
    }

    // What the site's page shows, in a process of its own that has the secret.
    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string fileName, string program, string[] arguments, string secret)
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, program))))
        {
            Assert.Skip($"There is no {program} on the PATH, so its sample was not run.");
        }

        var (folder, temporary) = (Directory.CreateTempSubdirectory("embed-test-"), Directory.CreateTempSubdirectory("embed-test-"));
        try
        {
            var file = Path.Combine(folder.FullName, fileName);
            await File.WriteAllTextAsync(file, SiteSignOn.Samples.Single(sample => sample.FileName == fileName).Code, Cancellation);
            if (program == "dotnet")
            {
                await AddProgramAsync(folder.FullName);
            }

            return await RunAsync(program, arguments.Select(argument => argument
                .Replace("{file}", file, StringComparison.Ordinal)
                .Replace("{folder}", folder.FullName, StringComparison.Ordinal)
                .Replace("{person}", Person(fileName), StringComparison.Ordinal)), secret, temporary.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
            temporary.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, string secret, string temporary)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EMBED_SECRET"] = secret;
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        // Where `dotnet run` leaves what it has no more use for.
        start.Environment["TMPDIR"] = temporary;
        // Build servers would outlive the process and keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await error);
    }

    // C# runs as a project.
    private static async Task AddProgramAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "Blog.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
            </Project>
            """, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), $"""
            Console.WriteLine(Blog.EmbedToken.Tag({Person("EmbedToken.cs")}));
            Console.WriteLine(Blog.EmbedToken.Tag(null));
            """, Cancellation);
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
