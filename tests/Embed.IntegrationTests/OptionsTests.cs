using Embed.Tests;
using Microsoft.Extensions.Options;

namespace Embed.IntegrationTests;

/// <summary>A server that is configured wrongly does not start, and says everything that is wrong at once.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("Embed:Database", " ", "data/embed.db")]
    [InlineData("Embed:PublicAddress", "comments.example", "https://comments.example")]
    [InlineData("Embed:PublicAddress", "https://comments.example/path", "https://comments.example")]
    [InlineData("Embed:GitHubApi", "git.example/api/v3", "https://git.example/api/v3")]
    [InlineData("Embed:GitHubApi", "https://ada:secret@git.example/", "https://git.example/api/v3")]
    [InlineData("Embed:SessionDays", "0", "1 to 365")]
    [InlineData("Embed:SessionDays", "366", "1 to 365")]
    [InlineData("Embed:FragmentCacheMegabytes", "0", "1 to 10000")]
    [InlineData("Embed:CircuitIdleMinutes", "1441", "1 to 1440")]
    [InlineData("Embed:Backup:IntervalHours", "745", "0 to 744")]
    [InlineData("Embed:Backup:KeepDaily", "0", "1 to 366")]
    [InlineData("Embed:Backup:KeepWeekly", "-1", "0 to 520")]
    [InlineData("Embed:Backup:Folder", " ", "leave it out")]
    [InlineData("Embed:Limits:PostsPerCommenter", "-1", "0 to")]
    [InlineData("Embed:Limits:VotesPerCommenter", "-1", "0 to")]
    [InlineData("Embed:Limits:WritesPerAddress", "-1", "0 to")]
    [InlineData("Embed:Limits:FailuresPerAddress", "-1", "0 to")]
    [InlineData("Embed:Sites:1:Key", EmbedApplication.Site, "a key of its own")]
    [InlineData("Embed:Limits:GuestsPerAddress", "-1", "0 to")]
    [InlineData("Embed:Limits:MailsPerAddress", "-1", "0 to")]
    [InlineData("Embed:Limits:CircuitsPerAddress", "-1", "0 to")]
    [InlineData("Embed:Limits:Circuits", "-1", "0 to")]
    [InlineData("Embed:Limits:StreamsPerAddress", "-1", "0 to")]
    [InlineData("Embed:Limits:Streams", "-1", "0 to")]
    [InlineData("Embed:Administrators:0", "ada", "Provider:subject")]
    [InlineData("Embed:TrustedProxies:0", "my-proxy", "10.0.0.0/8")]
    [InlineData("Embed:Sites:0:Key", "My Blog", "lower-case")]
    [InlineData("Embed:Sites:0:Origins:0", "https://blog.example/path", "https://blog.example")]
    [InlineData("Embed:Sites:0:Origins:0", "blog.example", "https://blog.example")]
    [InlineData("Embed:Sites:0:Moderators:0", "ada", "Provider:subject")]
    [InlineData("Embed:SignIn:GitLab:ClientId", "", "Embed:SignIn:GitLab")]
    public async Task A_fault_is_named_with_key_value_and_remedy(string key, string value, string remedy)
    {
        var fault = Assert.Single(await FaultsAsync((key, value)));

        // Lists are named without the index of the entry: the value says which.
        Assert.Contains(key.Replace(":0", "", StringComparison.Ordinal).Split(":ClientId")[0].Split(":Sites")[0], fault, StringComparison.Ordinal);
        Assert.Contains(value.Trim(), fault, StringComparison.Ordinal);
        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_are_named_at_once()
    {
        var faults = await FaultsAsync(
            ("Embed:SessionDays", "0"), ("Embed:Sites:0:Key", ""), ("Embed:Sites:0:Name", new string('n', 81)), ("Embed:PublicAddress", "x"),
            ("Embed:SignIn:GitHub:ClientSecret", "s"));

        Assert.Equal(5, faults.Count);
    }

    [Fact]
    public async Task An_unknown_provider_or_an_openinstance_is_a_fault()
    {
        var unknown = Assert.Single(await FaultsAsync(("Embed:SignIn:Githob:ClientId", "x")));
        var open = Assert.Single(await FaultsAsync(
            ("Embed:SignIn:GitHub:ClientId", "x"), ("Embed:SignIn:GitHub:ClientSecret", "x"), ("Embed:SignIn:GitHub:Issuer", "http://github.example.com")));

        Assert.Contains("'Githob'", unknown, StringComparison.Ordinal);
        Assert.Contains("GitHub", unknown, StringComparison.Ordinal);
        Assert.Contains("Embed:SignIn:GitHub:Issuer is 'http://github.example.com'", open, StringComparison.Ordinal);
        Assert.Contains("https", open, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_of_the_mail_settings_are_named_at_once()
    {
        var faults = await FaultsAsync(
            ("Embed:Mail:Host", "https://mail.example.com/"), ("Embed:Mail:Port", "0"), ("Embed:Mail:Security", "Ssl"), ("Embed:Mail:From", "Ada <ada@example.com>"),
            ("Embed:Mail:User", "ada"));
        var open = Assert.Single(await FaultsAsync(
            ("Embed:Mail:Host", "mail.example.com"), ("Embed:Mail:Security", "None"), ("Embed:Mail:From", "ada@example.com"), ("Embed:Mail:User", "ada"),
            ("Embed:Mail:Password", "secret")));
        var homeless = Assert.Single(await FaultsAsync(("Embed:Mail:From", "ada@example.com")));

        Assert.All(["Host", "Port", "Security", "From", "Password"], key => Assert.Contains(faults, fault => fault.Contains($"Embed:Mail:{key}", StringComparison.Ordinal)));
        Assert.Equal(5, faults.Count);
        Assert.Contains("in the clear", open, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", open, StringComparison.Ordinal);
        Assert.Contains("Embed:Mail:Host", homeless, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_without_origins_is_a_fault()
    {
        var fault = Assert.Single(await FaultsAsync(("Embed:Sites:2:Key", "homeless")));

        Assert.Contains("Embed:Sites:2:Origins:0", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_never_repeated()
    {
        var faults = await FaultsAsync(("Embed:SignIn:GitHub:ClientId", ""), ("Embed:SignIn:GitHub:ClientSecret", "s3cr3t-value"));

        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.DoesNotContain("s3cr3t-value", fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Origins_are_taken_as_people_type_them()
    {
        await using var application = new EmbedApplication();
        application.Settings["Embed:Sites:0:Origins:0"] = " HTTPS://Blog.Example:443/ ";
        await using var database = await application.OpenDatabaseAsync();

        Assert.Equal([EmbedApplication.Origin], database.Sites.Single(site => site.Key == EmbedApplication.Site).Origins);
    }

    [Fact]
    public async Task A_site_that_is_there_already_is_not_changed_by_configuration()
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-").FullName;
        await using (var first = EmbedApplication.On(folder, TimeProvider.System))
        {
            await first.ChangeSiteAsync(site => site.Name = "Renamed");
        }

        await using (var second = EmbedApplication.On(folder, TimeProvider.System))
        {
            await using var database = await second.OpenDatabaseAsync();
            Assert.Equal("Renamed", database.Sites.Single(site => site.Key == EmbedApplication.Site).Name);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(params (string Key, string Value)[] settings)
    {
        await using var application = new EmbedApplication();
        foreach (var (key, value) in settings)
        {
            application.Settings[key] = value;
        }

        var exception = Assert.Throws<OptionsValidationException>(() => application.Services);
        return [.. exception.Failures];
    }
}
