using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>What search engines and feed readers see of a thread's own page.</summary>
public sealed class ListingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private string Address => $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_names_the_original_its_feeds_and_itself()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.TryPostAsync(_page, "Text", title: "The page").AssertDoneAsync();

        var page = await ReadAsync(Address);

        Assert.Equal(_page, page.QuerySelector("link[rel=canonical]")?.GetAttribute("href"));
        Assert.Null(page.QuerySelector("meta[name=robots]"));
        Assert.Contains("The page", page.Title, StringComparison.Ordinal);
        Assert.Equal("1 comment · Test blog", page.QuerySelector("meta[name=description]")?.GetAttribute("content"));
        var feeds = page.QuerySelectorAll("link[rel=alternate][type='application/atom+xml']").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal(2, feeds.Count);
        using var http = application.CreateClient();
        foreach (var feed in feeds)
        {
            using var answer = await http.GetAsync(feed, Cancellation);
            Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Structured_data_tells_the_discussion()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var bob = await Person.SignInAsync(application, "Bob");
        var gone = await bob.PostAsync(_page, "To be deleted");
        var reply = await ada.PostAsync(_page, "A *reply*\n\nin two parts", gone);
        await ada.EditAsync(reply, "A better *reply*\n\nin two parts").AssertDoneAsync();
        await bob.VoteAsync(reply, 1).AssertDoneAsync();
        await bob.DeleteAsync(gone).AssertDoneAsync();

        var data = DataOf(await ReadAsync(Address))!;

        Assert.Equal("https://schema.org", (string?)data["@context"]);
        Assert.Equal("DiscussionForumPosting", (string?)data["@type"]);
        Assert.Equal(_page, (string?)data["url"]);
        Assert.Equal(1, (int)data["commentCount"]!);
        Assert.Equal("Test blog", (string?)data["author"]!["name"]);
        Assert.Equal("2030-01-02T12:00:00Z", (string?)data["datePublished"]);
        var tombstone = Assert.Single(data["comment"]!.AsArray())!;
        Assert.Equal("Deleted", (string?)tombstone["creativeWorkStatus"]);
        Assert.Null(tombstone["author"]);
        var comment = Assert.Single(tombstone["comment"]!.AsArray())!;
        Assert.Equal("Comment", (string?)comment["@type"]);
        Assert.Equal("""{"@type":"Person","name":"Ada"}""", comment["author"]!.ToJsonString());
        Assert.Equal("A better reply\nin two parts", ((string?)comment["text"])?.Replace("\n\n", "\n", StringComparison.Ordinal));
        Assert.Equal($"{_page}#comment-{reply}", (string?)comment["url"]);
        Assert.Equal("2030-01-02T12:00:00Z", (string?)comment["datePublished"]);
        Assert.Equal("2030-01-02T12:00:00Z", (string?)comment["dateModified"]);
        Assert.Equal((1, 0), ((int)comment["upvoteCount"]!, (int)comment["downvoteCount"]!));
    }

    [Fact]
    public async Task Replies_beyond_the_last_indentation_name_what_they_answer()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var ids = new List<long>();
        for (var depth = 0; depth < 12; depth++)
        {
            ids.Add(await ada.PostAsync(_page, $"Depth {depth}", ids.Count == 0 ? null : ids[^1]));
        }

        var level = DataOf(await ReadAsync(Address))!["comment"]!.AsArray();
        for (var depth = 0; depth < 6; depth++)
        {
            Assert.Null(Assert.Single(level)!["parentItem"]);
            level = level[0]!["comment"]!.AsArray();
        }

        Assert.Equal(6, level.Count);
        Assert.Null(level[0]!["parentItem"]);
        Assert.Equal(ids[6..11].Select(id => $"{_page}#comment-{id}"), level.Skip(1).Select(comment => (string?)comment!["parentItem"]!["url"]));
    }

    [Fact]
    public async Task Nothing_in_a_comment_name_or_title_leaves_the_data_block()
    {
        const string Hostile = "</script><!--<script>\u2028\u2029]]>&\"'سلام";
        using var ada = await Person.SignInAsync(application, "</script><b>\"");
        await ada.TryPostAsync(_page, $"```\n{Hostile}\n```", title: Hostile).AssertDoneAsync();

        using var http = application.CreateClient();
        var html = await http.GetStringAsync(Address, Cancellation);
        var page = await ReadAsync(Address);
        var data = DataOf(page)!;

        Assert.Single(page.QuerySelectorAll("script"));
        Assert.Equal(Hostile, (string?)data["comment"]![0]!["text"]);
        Assert.Equal(Hostile, (string?)data["headline"]);
        Assert.Equal("</script><b>\"", (string?)data["comment"]![0]!["author"]!["name"]);
        var block = html[html.IndexOf("ld+json", StringComparison.Ordinal)..html.IndexOf("</script>", StringComparison.Ordinal)];
        Assert.DoesNotContain('\u2028', block);
        Assert.DoesNotContain('<', block);
        Assert.Contains("سلام", block, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_of_a_long_thread_tells_the_comments_it_shows_and_no_others()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        for (var i = 0; i < 130; i++)
        {
            await ada.PostAsync(_page, $"Number {i}");
        }

        var told = new List<string>();
        for (var next = Address; next is not null;)
        {
            var page = await ReadAsync(next);
            var texts = DataOf(page)!["comment"]!.AsArray().Select(comment => (string)comment!["text"]!).ToList();
            Assert.Equal(page.QuerySelectorAll(".comment .body").Select(body => body.TextContent.Trim()), texts);
            told.AddRange(texts);
            next = page.QuerySelector("a[href*='after=']")?.GetAttribute("href");
        }

        Assert.Equal(Enumerable.Range(0, 130).Select(i => $"Number {i}"), told);
    }

    [Theory]
    [InlineData("&sort=newest")]
    [InlineData("&sort=oldest")]
    [InlineData("&reply=1")]
    [InlineData("&comment=1")]
    [InlineData("&utm_source=x")]
    public async Task Variants_are_not_to_be_listed(string more)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "Text");

        AssertNotListed(await ReadAsync(Address + more));
        Assert.NotNull(DataOf(await ReadAsync(Address + "&lang=de")));
    }

    [Fact]
    public async Task A_page_without_comments_is_not_to_be_listed() => AssertNotListed(await ReadAsync(Address));

    [Fact]
    public async Task A_site_that_does_not_want_it_is_not_listed()
    {
        var page = $"{EmbedApplication.OtherOrigin}/{Guid.NewGuid():N}";
        using var ada = await Person.SignInAsync(application, "Ada", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        await ada.PostAsync(page, "Text");
        var address = $"/t/{EmbedApplication.OtherSite}?page={Uri.EscapeDataString(page)}";
        Assert.NotNull(DataOf(await ReadAsync(address)));

        await application.ChangeSiteAsync(site => site.IsIndexed = false, EmbedApplication.OtherSite);

        AssertNotListed(await ReadAsync(address));
    }

    [Fact]
    public async Task Held_comments_are_not_told()
    {
        using var moderator = await OwnOrigin.OpenAsync(application, Role.Moderator);
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "Published");
        var held = await ada.PostAsync(_page, "Held");
        await using (var database = await application.OpenDatabaseAsync())
        {
            await database.Comments.Where(c => c.Id == held)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, Embed.Server.Model.CommentState.Pending), Cancellation);
        }

        using var answer = await moderator.GetAsync(Address);
        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync(Cancellation));

        Assert.Contains("Held", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Published", (string?)Assert.Single(DataOf(page)!["comment"]!.AsArray())!["text"]);
    }

    private static void AssertNotListed(IHtmlDocument page)
    {
        Assert.Equal("noindex", page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
        Assert.Null(DataOf(page));
    }

    private static JsonNode? DataOf(IHtmlDocument page) =>
        page.QuerySelector("head script[type='application/ld+json']") is { } block ? JsonNode.Parse(block.TextContent) : null;

    private async Task<IHtmlDocument> ReadAsync(string address)
    {
        using var http = application.CreateClient();
        using var answer = await http.GetAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
