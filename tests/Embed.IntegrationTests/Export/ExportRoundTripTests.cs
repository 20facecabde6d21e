using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Export;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests.Export;

/// <summary>What leaves a server comes to an empty one as it was.</summary>
public sealed class ExportRoundTripTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, null)]
    [InlineData(4, EmbedApplication.Site)]
    [InlineData(5, EmbedApplication.Site)]
    public async Task An_empty_server_that_takes_an_export_over_exports_the_same_bytes(uint seed, string? site)
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, seed);
        await RandomValues.ScatterAsync(from, seed);
        await using var to = ExportWorkshop.EmptyServer();
        // Of random threads some are of age: either server would close them in its own time.
        foreach (var application in new[] { from, to })
        {
            await application.Services.GetRequiredService<CloseOldThreads>().StopAsync(Cancellation);
        }

        var export = await from.ExportBytesAsync(site);
        var taken = await to.TakeOverAsync(export);

        AssertSame(export, await to.ExportBytesAsync(site));
        Assert.Equal(0, taken.Cleaned);
        Assert.Equal(JsonNode.Parse(export)!["sites"]!.AsArray().Count, taken.Sites);
        // Once more: it is as good as the first.
        AssertSame(await from.ExportBytesAsync(site), export);
        // What search looks in came with the comments.
        await using var database = await to.OpenDatabaseAsync();
        await database.Database.ExecuteSqlAsync($"INSERT INTO CommentSearch (CommentSearch, rank) VALUES ('integrity-check', 1)", Cancellation);
    }

    [Fact]
    public async Task What_was_taken_over_works_on_and_gives_no_id_twice()
    {
        await using var from = new EmbedApplication();
        var page = EmbedApplication.NewPage();
        using var ada = await Person.SignInAsync(from);
        var first = await ada.PostAsync(page, "First");
        var export = await from.ExportAsync();
        var last = (long)export["lastIds"]!["comments"]! + 100;
        export["lastIds"]!["comments"] = last;
        await using var to = ExportWorkshop.EmptyServer();
        await to.TakeOverAsync(export);

        var (token, id) = (await to.SessionOfAsync(ada.Id), ada.Id);
        using var again = Person.Of(to, EmbedApplication.Site, EmbedApplication.Origin, id, token);
        var reply = await again.PostAsync(page, "Second", first);

        Assert.Equal(last + 1, reply);
        Assert.Equal([first, reply], (await to.ReadThreadAsync(page)).All().Select(comment => comment.Id));
    }

    [Fact]
    public async Task Replies_deeper_than_their_places_reach_come_over()
    {
        await using var from = new EmbedApplication();
        using var ada = await Person.SignInAsync(from);
        var page = EmbedApplication.NewPage();
        long? parent = null;
        for (var i = 0; i < ReplyPath.MaxLevels + 5; i++)
        {
            parent = await ada.PostAsync(page, $"{i}", parent);
        }

        await using var to = ExportWorkshop.EmptyServer();
        var export = await from.ExportBytesAsync();
        await to.TakeOverAsync(export);

        AssertSame(export, await to.ExportBytesAsync());
    }

    // The settings may be missing where the command runs, and people may have signed in anywhere.
    [Fact]
    public async Task Without_the_settings_it_is_not_said_which_GitHub_accounts_are_of_and_no_server_with_one_takes_them()
    {
        await using var from = new EmbedApplication();
        using var ada = await Person.SignInAsync(from, "Ada");
        await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        // Nor of accounts that were imported, for which an import takes the numbers of github.com.
        var workshop = await ImportWorkshop.OpenAsync(from);
        var imported = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(Encoding.UTF8.GetBytes(
            """
            [{"url":"https://api.github.com/repos/a/b/issues/1","comments_url":"x","number":1,"title":"rye","created_at":"2021-01-01T00:00:00Z"}]
            [{"id":1,"issue_url":"https://api.github.com/repos/a/b/issues/1","user":{"login":"octo-cat","id":583231,"html_url":"https://github.com/octo-cat"},"created_at":"2021-01-02T00:00:00Z","body":"x"}]
            """)));
        Assert.Equal(ImportState.Done, imported.State);

        var (export, whole) = (await from.ExportBytesAsync(), await from.ExportAsync());

        Assert.Equal("{}", whole["gitHub"]!.ToJsonString());
        Assert.Contains(whole["accounts"]!.AsArray(), account => (string)account!["provider"]! == "GitHub" && (string)account["subject"]! == "583231");
        foreach (var issuer in new[] { null, "https://git.example" })
        {
            await using var taking = ExportWorkshop.EmptyServer();
            taking.UseGitHub(issuer: issuer);
            var fault = await Assert.ThrowsAsync<ImportFileException>(() => taking.TakeOverAsync(export));
            Assert.StartsWith("The file does not say which GitHub its accounts of GitHub are of: it was made without Embed:SignIn:GitHub", fault.Message, StringComparison.Ordinal);
            Assert.Equal(0, await taking.CountRowsAsync());
        }

        // Where nobody can sign in with it either, all is as it was; and what says it is not taken for what says nothing.
        await using var without = ExportWorkshop.EmptyServer();
        whole["gitHub"] = new JsonObject { ["GitHub"] = "github.com" };
        var unknown = await Assert.ThrowsAsync<ImportFileException>(() => without.TakeOverAsync(whole));
        Assert.Contains("is no GitHub that people sign in with: set Embed:SignIn", unknown.Message, StringComparison.Ordinal);
        await without.TakeOverAsync(export);
        AssertSame(export, await without.ExportBytesAsync());
    }

    [Fact]
    public async Task An_export_is_of_one_moment_whatever_is_written_meanwhile()
    {
        await using var from = new EmbedApplication();
        using var ada = await Person.SignInAsync(from);
        var page = EmbedApplication.NewPage();
        await ada.PostAsync(page, "Before");
        var before = await from.ExportBytesAsync();
        await using var snapshot = await ExportSnapshot.OpenAsync(from.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>(), Cancellation);

        await ada.PostAsync(page, "After");
        using var output = new MemoryStream();
        await WriteJson.WriteAsync(snapshot, null, from.Services.GetRequiredService<GitHubProviders>(), output, Cancellation);

        AssertSame(before, output.ToArray());
    }

    [Fact]
    public async Task The_export_of_a_site_has_nothing_of_another_and_only_the_people_it_knows()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 6);

        var whole = await from.ExportAsync();
        var part = (JsonObject)JsonNode.Parse(await from.ExportBytesAsync(EmbedApplication.Site))!;

        Assert.Equal([EmbedApplication.Site], part["sites"]!.AsArray().Select(site => (string)site!["key"]!));
        Assert.Contains("Other", Names(whole));
        Assert.DoesNotContain("Other", Names(part));
        Assert.DoesNotContain("Elsewhere", part.ToJsonString(), StringComparison.Ordinal);
        Assert.All(ExportModelTests.Tables().Where(table => table.Name is not ("sites" or "importClaims")), table => Assert.True(part[table.Name]!.AsArray().Count <= whole[table.Name]!.AsArray().Count));
    }

    [Fact]
    public async Task No_secret_leaves()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 7);
        await using var database = await from.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);

        var export = Encoding.UTF8.GetString(await from.ExportBytesAsync());

        var secrets = await database.SingleSignOns.Select(signOn => signOn.Secret).Concat(database.ServerSecrets.Select(secret => (string?)secret.Value)).ToListAsync(Cancellation);
        var hashes = await database.Sessions.Select(session => session.TokenHash).ToListAsync(Cancellation);
        Assert.Contains(secrets, secret => secret is not null);
        Assert.All(secrets.OfType<string>(), secret => Assert.DoesNotContain(secret, export, StringComparison.Ordinal));
        Assert.All(hashes, hash => Assert.DoesNotContain(Convert.ToBase64String(hash), export, StringComparison.Ordinal));
        Assert.All(hashes, hash => Assert.DoesNotContain(Convert.ToHexString(hash), export, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Names(JsonObject export) => export["people"]!.AsArray().Select(person => (string)person!["name"]!);

    // By lines, to see which row is another.
    private static void AssertSame(byte[] expected, byte[] actual) =>
        Assert.Equal(Encoding.UTF8.GetString(expected).Split('\n'), Encoding.UTF8.GetString(actual).Split('\n'));
}
