using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Export;
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
