using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Me;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Name, picture, comments and download of whoever is signed in.</summary>
public sealed class OwnDataTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chosen_name_stands_beside_earlier_comments_at_once_until_the_accounts_is_taken_again()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        var comment = await ada.PostAsync(_page, "Text");

        using var saved = await own.SendAsync(await NameFormAsync(own), ("name", "  Countess \u202Eof  Lovelace "));
        Assert.Equal("/me?done=name", saved.Headers.Location?.ToString());
        Assert.Equal("Countess of Lovelace", (await application.ReadHtmlAsync(_page)).Comment(comment).QuerySelector(".name")?.TextContent);

        var again = (await own.ReadAsync("/me")).QuerySelector("button[name=there]")!;
        Assert.Contains("Ada", again.TextContent, StringComparison.Ordinal);
        using var back = await own.SendAsync(again.Closest("form")!, ("there", "yes"));
        Assert.Equal("Ada", (await application.ReadHtmlAsync(_page)).Comment(comment).QuerySelector(".name")?.TextContent);
        Assert.Null((await own.ReadAsync("/me")).QuerySelector("button[name=there]"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u200B\u202E ")]
    [InlineData("Someone who writes more than there is room for beside a comment, which is eighty characters")]
    public async Task A_name_that_cannot_be_shown_as_typed_is_refused_and_comes_back(string typed)
    {
        using var own = await OwnOrigin.OpenAsync(application, Role.Commenter, "Ada");

        using var refused = await own.SendAsync(await NameFormAsync(own), ("name", typed));
        var page = ThreadReader.Parse(await refused.Content.ReadAsStringAsync(Cancellation));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("true", page.QuerySelector("#name")?.GetAttribute("aria-invalid"));
        Assert.Equal(typed, page.QuerySelector("#name")?.GetAttribute("value"));
    }

    [Fact]
    public async Task The_picture_is_one_of_ones_own_accounts_or_made_of_the_name()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var eve = await Person.SignInAsync(application, "Eve");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        await using var database = await application.OpenDatabaseAsync();
        var (hash, others) = (new string('a', Picture.HashCharacters), new string('e', Picture.HashCharacters));
        await database.Accounts.Where(a => a.CommenterId == ada.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.PictureHash, hash), Cancellation);
        await database.Accounts.Where(a => a.CommenterId == eve.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.PictureHash, others), Cancellation);
        var evesAccount = await database.Accounts.Where(a => a.CommenterId == eve.Id).Select(a => a.Id).SingleAsync(Cancellation);
        var form = (await own.ReadAsync("/me")).QuerySelector("form[action='/me/picture']")!;
        Assert.Equal($"/pictures/{hash}", form.QuerySelector("img")?.GetAttribute("src"));

        using var chosen = await own.SendAsync(form, ("account", form.QuerySelector("input[type=radio]")!.GetAttribute("value")));
        var shown = await PictureAsync(ada.Id);
        using var none = await own.SendAsync(form, ("account", ""));
        var made = await PictureAsync(ada.Id);
        using var stolen = await own.SendAsync(form, ("account", evesAccount.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal((hash, true), shown);
        Assert.Equal((null, true), made);
        Assert.Equal(HttpStatusCode.NotFound, stolen.StatusCode);
        Assert.Equal((null, true), await PictureAsync(ada.Id));
    }

    [Fact]
    public async Task Own_comments_are_listed_newest_first_in_pages_with_what_became_of_them()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var eve = await Person.SignInAsync(application, "Eve");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        var ids = new List<long>();
        for (var i = 0; i < ListOwnComments.PageSize + 3; i++)
        {
            ids.Add(await ada.PostAsync(_page, $"Number {i}."));
        }

        await eve.PostAsync(_page, "Not Ada's");
        await ada.DeleteAsync(ids[^1]).AssertDoneAsync();
        await using var database = await application.OpenDatabaseAsync();
        var rejected = ids[^2];
        await database.Comments.Where(c => c.Id == rejected).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.Rejected), Cancellation);

        var first = await own.ReadAsync("/me/comments");
        var second = await own.ReadAsync(first.QuerySelector("a.button")!.GetAttribute("href")!);
        var items = first.QuerySelectorAll(".cards li").Concat(second.QuerySelectorAll(".cards li")).ToList();

        Assert.Equal(ids.Count, items.Count);
        Assert.Contains("Deleted", items[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Rejected", items[1].TextContent, StringComparison.Ordinal);
        Assert.Null(items[1].QuerySelector("a"));
        Assert.Contains($"Number {ids.Count - 3}.", items[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("Number 0.", items[^1].TextContent, StringComparison.Ordinal);
        Assert.Equal($"/c/{ids[0]}", items[^1].QuerySelector("a")?.GetAttribute("href"));
        Assert.Null(second.QuerySelector("a.button"));
        Assert.DoesNotContain("Not Ada's", first.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_download_has_everything_of_ones_own_and_no_secret()
    {
        using var ada = await Person.SignInAsync(application, "Ada", Role.Administrator);
        using var eve = await Person.SignInAsync(application, "Eve");
        using var own = await OwnOrigin.OfAsync(application, ada.Id);
        var comment = await ada.PostAsync(_page, "**Mine**");
        var hers = await eve.PostAsync(_page, "Hers");
        await ada.VoteAsync(hers, -1).AssertDoneAsync();
        for (var i = 0; i < 230; i++)
        {
            // More than are read at once.
            await ada.PostAsync(_page, $"ذ {i}");
        }

        await using var database = await application.OpenDatabaseAsync();
        database.Bans.Add(new Ban { CommenterId = ada.Id, SiteId = 1, CreatedAt = application.Clock.GetUtcNow() });
        database.ModerationLog.Add(new ModerationLogEntry { SiteId = 1, ActorId = ada.Id, Act = "thread-moved", Details = "{}", At = application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);

        using var answer = await own.GetAsync("/me/export");
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        var data = JsonNode.Parse(text)!;

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(ExportOwnData.Format, (string?)data["format"]);
        Assert.Equal("Ada", (string?)data["profile"]!["name"]);
        Assert.Equal(EmbedApplication.Administrator, $"{data["accounts"]![0]!["provider"]}:{data["accounts"]![0]!["subject"]}");
        Assert.Equal([EmbedApplication.Site, null], data["sessions"]!.AsArray().Select(session => (string?)session!["site"]));
        Assert.Equal(231, data["comments"]!.AsArray().Count);
        Assert.Equal((comment, "**Mine**", "published", _page), (
            (long)data["comments"]![0]!["id"]!, (string)data["comments"]![0]!["markdown"]!, (string)data["comments"]![0]!["state"]!, (string)data["comments"]![0]!["page"]!));
        Assert.Contains("<strong>Mine</strong>", (string)data["comments"]![0]!["html"]!, StringComparison.Ordinal);
        Assert.Contains("ذ 229", text, StringComparison.Ordinal);
        Assert.Equal((hers, -1), ((long)data["votes"]![0]!["comment"]!, (int)data["votes"]![0]!["value"]!));
        Assert.Equal("thread-moved", (string?)data["moderation"]![0]!["act"]);
        Assert.Equal(EmbedApplication.Site, (string?)data["bans"]![0]!["site"]);
        Assert.DoesNotContain(ada.Token!, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Secret.HashOf(ada.Token!)), text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Eve", text, StringComparison.Ordinal);
        Assert.All(data.AsObject().Select(part => part.Key), part => Assert.Contains($"`{part}`", Repository.Read("docs/your-data.md"), StringComparison.Ordinal));
        Assert.True(Encoding.UTF8.GetByteCount(text) > 64 * 1024);
    }

    private static async Task<AngleSharp.Dom.IElement> NameFormAsync(OwnOrigin own) =>
        (await own.ReadAsync("/me")).QuerySelector("#name")!.Closest("form")!;

    private async Task<(string? Hash, bool IsChosen)> PictureAsync(long id)
    {
        await using var database = await application.OpenDatabaseAsync();
        var commenter = await database.Commenters.AsNoTracking().SingleAsync(c => c.Id == id, Cancellation);
        return (commenter.PictureHash, commenter.IsPictureChosen);
    }
}
