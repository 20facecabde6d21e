using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>How a site's settings shape what is drawn; each test has a server of its own, because it changes the site.</summary>
public sealed class IndentationTests
{
    private readonly string _page = EmbedApplication.NewPage();

    [Fact]
    public async Task Indentation_stops_at_the_sites_depth_and_goes_on_flat_with_the_name_answered()
    {
        await using var application = new EmbedApplication();
        await application.ChangeSiteAsync(site => site.MaxIndent = 2);
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var ids = new List<long>();
        for (var depth = 0; depth < 5; depth++)
        {
            ids.Add(await (depth % 2 == 0 ? ada : ben).PostAsync(_page, $"Depth {depth}", ids.Count == 0 ? null : ids[^1]));
        }

        var html = await application.ReadHtmlAsync(_page);

        Assert.Equal([ids[0]], html.QuerySelector("ol.comments")!.Ids());
        Assert.Equal([ids[1]], html.Comment(ids[0]).QuerySelector("ol.replies")!.Ids());
        Assert.Equal([ids[2], ids[3], ids[4]], html.Comment(ids[1]).QuerySelector("ol.replies")!.Ids());
        Assert.Equal(
            [null, null, null, ("in reply to Ada", $"#comment-{ids[2]}"), ("in reply to Ben", $"#comment-{ids[3]}")],
            ids.Select(id => html.Comment(id).QuerySelector(":scope > article .inreply") is { } link
                ? (link.TextContent, link.GetAttribute("href")!)
                : ((string, string)?)null));
    }

    [Fact]
    public async Task A_flat_reply_to_a_deleted_comment_says_so()
    {
        await using var application = new EmbedApplication();
        await application.ChangeSiteAsync(site => site.MaxIndent = 0);
        using var ada = await Person.SignInAsync(application, "Ada");
        var gone = await ada.PostAsync(_page, "Gone");
        var reply = await ada.PostAsync(_page, "Reply", gone);
        await ada.DeleteAsync(gone).AssertDoneAsync();

        var html = await application.ReadHtmlAsync(_page);

        Assert.Equal([gone], html.QuerySelector("ol.comments")!.Ids());
        Assert.Equal([reply], html.Comment(gone).QuerySelector("ol.replies")!.Ids());
        Assert.Equal("in reply to a deleted comment", html.Comment(reply).QuerySelector(".inreply")?.TextContent);
    }

    [Fact]
    public async Task Outline_numbers_are_shown_where_the_site_wants_them()
    {
        await using var application = new EmbedApplication();
        using var ada = await Person.SignInAsync(application, "Ada");
        var first = await ada.PostAsync(_page, "One");
        var second = await ada.PostAsync(_page, "Two");
        var reply = await ada.PostAsync(_page, "Two one", second);
        var deeper = await ada.PostAsync(_page, "Two one one", reply);
        Assert.Empty((await application.ReadHtmlAsync(_page)).QuerySelectorAll(".outline"));

        await application.ChangeSiteAsync(site => site.IsNumbered = true);

        var html = await application.ReadHtmlAsync(_page);
        Assert.Equal(
            ["1", "2", "2.1", "2.1.1"],
            new[] { first, second, reply, deeper }.Select(id => html.Comment(id).QuerySelector(":scope > article .outline")?.TextContent));
    }

    [Fact]
    public async Task The_site_decides_the_order_a_thread_opens_in()
    {
        await using var application = new EmbedApplication();
        await application.ChangeSiteAsync(site => site.DefaultSort = Widget.ThreadSort.Newest);
        using var ada = await Person.SignInAsync(application, "Ada");
        var old = await ada.PostAsync(_page, "Old");
        application.Clock.Advance(TimeSpan.FromSeconds(1));
        var young = await ada.PostAsync(_page, "Young");

        Assert.Equal([young, old], (await application.ReadHtmlAsync(_page)).QuerySelector("ol.comments")!.Ids());
        Assert.Equal([old, young], (await application.ReadHtmlAsync(_page, "sort=oldest")).QuerySelector("ol.comments")!.Ids());
    }
}
