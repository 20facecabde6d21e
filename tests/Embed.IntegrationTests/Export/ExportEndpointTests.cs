using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests.Export;

/// <summary>Exports are downloaded by administrators, by a form of ours, and each is in the log.</summary>
public sealed class ExportEndpointTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "embed-export.json")]
    [InlineData(EmbedApplication.Site, "embed-export-test.json")]
    public async Task An_administrator_downloads_JSON_that_no_cache_keeps(string site, string name)
    {
        using var author = await Person.SignInAsync(application, "Author");
        var comment = await author.PostAsync(EmbedApplication.NewPage(), "Text");
        using var browser = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var answer = await SendAsync(browser, site, "json");
        var export = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(("attachment", name), (answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileName));
        Assert.Equal((true, "nosniff"), (answer.Headers.CacheControl?.NoStore, Assert.Single(answer.Headers.GetValues("X-Content-Type-Options"))));
        Assert.Contains(comment, export["comments"]!.AsArray().Select(row => (long)row!["id"]!));
        Assert.Equal(site.Length == 0 ? null : site, (string?)export["site"]);
    }

    [Fact]
    public async Task An_administrator_downloads_WXR()
    {
        using var author = await Person.SignInAsync(application, "Author");
        var comment = await author.PostAsync(EmbedApplication.NewPage(), "Text");
        using var browser = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var answer = await SendAsync(browser, EmbedApplication.Site, "wxr");
        var document = XDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));

        Assert.Equal((HttpStatusCode.OK, "test.xml"), (answer.StatusCode, answer.Content.Headers.ContentDisposition?.FileName));
        Assert.Contains($"{comment}", document.Descendants().Where(element => element.Name.LocalName == "comment_id").Select(element => element.Value));
    }

    [Theory]
    [InlineData("json", "", "json", null)]
    [InlineData("wxr", EmbedApplication.Site, "wxr", true)]
    public async Task Each_export_is_in_the_log_of_what_was_exported(string format, string site, string said, bool? withEmail)
    {
        using var browser = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var answer = await SendAsync(browser, site, format, withEmail is true ? "on" : null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await using var database = await application.OpenDatabaseAsync();
        var entry = await database.ModerationLog.OrderByDescending(e => e.Id).FirstAsync(Cancellation);
        var siteId = site.Length == 0 ? (long?)null : await application.SiteIdAsync();
        Assert.Equal((ActWord.Exported, ActedVia.Admin, siteId), (entry.Act, entry.Via, entry.SiteId));
        var details = JsonNode.Parse(entry.Details)!;
        Assert.Equal((said, withEmail), ((string?)details["format"], (bool?)details["withEmail"]));
    }

    [Theory]
    [InlineData(Role.Moderator)]
    [InlineData(Role.Owner)]
    internal async Task Nobody_else_gets_one_and_nothing_is_logged(Role role)
    {
        using var browser = await OwnOrigin.OpenAsync(application, role, "Olga");
        await using var database = await application.OpenDatabaseAsync();
        var before = await database.ModerationLog.CountAsync(Cancellation);

        using var whole = await SendAsync(browser, "", "json");
        using var own = await SendAsync(browser, EmbedApplication.Site, "wxr");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (whole.StatusCode, own.StatusCode));
        Assert.Equal(before, await database.ModerationLog.CountAsync(Cancellation));
    }

    [Theory]
    [InlineData("nowhere", "json")]
    [InlineData("nowhere", "wxr")]
    [InlineData("", "wxr")]
    public async Task A_site_that_is_not_there_is_not_exported(string site, string format)
    {
        using var browser = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var answer = await SendAsync(browser, site, format);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_download_that_is_given_up_holds_nothing_any_more()
    {
        using var author = await Person.SignInAsync(application, "Author");
        await using var database = await application.OpenDatabaseAsync();
        for (var i = 0; i < 40; i++)
        {
            // More than is on the way at any time.
            database.Pictures.Add(new Picture { Hash = $"large {i}", Bytes = new byte[200_000], CreatedAt = application.Clock.GetUtcNow() });
        }

        await database.SaveChangesAsync(Cancellation);
        using var browser = await OwnOrigin.OpenAsync(application, Role.Administrator);
        var form = (await browser.ReadAsync("/admin/export")).QuerySelector("form#export")!;
        var answer = await browser.BeginAsync(form, ("site", ""), ("format", "json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await author.PostAsync(EmbedApplication.NewPage(), "Meanwhile");
        // While it is read from, the log of writes is not all put into the file (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
        Assert.False(await IsLogEmptiedAsync(database));

        answer.Dispose();

        while (!await IsLogEmptiedAsync(database))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation);
        }

        await database.Pictures.ExecuteDeleteAsync(Cancellation);
    }

    private static async Task<bool> IsLogEmptiedAsync(EmbedDbContext database)
    {
        await database.Database.OpenConnectionAsync(Cancellation);
        await using var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        // Busy, pages in the log, pages of it that are in the file.
        return await row.ReadAsync(Cancellation) && row.GetInt64(1) == row.GetInt64(2);
    }

    private static async Task<HttpResponseMessage> SendAsync(OwnOrigin browser, string site, string format, string? email = null)
    {
        var form = (await browser.ReadAsync("/admin/export")).QuerySelector("form#export")!;
        return await browser.SendAsync(form, ("site", site), ("format", format), ("email", email));
    }
}
