using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Texts that break naive software, posted by somebody signed in and read back by everybody.</summary>
public sealed class HostileTextTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Every_CommonMark_example_comes_back_unchanged_and_harmless() => AssertHarmlessAsync(Fixtures.CommonMarkExamples(), atLeast: 600);

    [Fact]
    public Task Every_naughty_string_comes_back_unchanged_and_harmless() => AssertHarmlessAsync(Fixtures.NaughtyStrings(), atLeast: 400);

    [Fact]
    public async Task Names_titles_and_addresses_are_never_markup()
    {
        const string Hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";
        using var ada = await Person.SignInAsync(application, Hostile[..50]);
        var page = $"{_page}?q={Uri.EscapeDataString(Hostile)}";
        var id = await ada.PostAsync(page, "Text");

        var html = await application.ReadHtmlAsync(page);

        Assert.Equal(Hostile[..50], html.Comment(id).QuerySelector(".name")?.TextContent);
        Assert.Empty(html.QuerySelectorAll("script, img"));
    }

    private async Task AssertHarmlessAsync(IReadOnlyList<string> texts, int atLeast)
    {
        Assert.True(texts.Count > atLeast, $"Only {texts.Count} texts were found.");
        using var ada = await Person.SignInAsync(application, "Ada");
        var posted = new List<(long Id, string Text)>();
        foreach (var text in texts)
        {
            using var answer = await ada.TryPostAsync(_page, text);
            var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                posted.Add(((long)json["id"]!, text));
            }
            else
            {
                // Refused by rule, not by list: only what would show nothing.
                Assert.Equal("body-empty", (string?)json["code"]);
                Assert.Equal(Refusal.BodyEmpty, CommentBody.Render(text).Refusal);
            }
        }

        Assert.True(posted.Count > atLeast, $"Only {posted.Count} texts were taken.");
        var bodies = new Dictionary<long, IElement>();
        foreach (var page in await application.ReadPagesAsync(_page))
        {
            var html = await application.ReadHtmlAsync(_page, $"comment={page.Comments[0].Id}");
            foreach (var comment in html.QuerySelectorAll(".comment"))
            {
                bodies[long.Parse(comment.GetAttribute("data-id")!, CultureInfo.InvariantCulture)] = comment.QuerySelector(".body")!;
            }
        }

        foreach (var (id, text) in posted)
        {
            Assert.Equal(text, await ada.ReadSourceAsync(id));
            AssertHarmless(bodies[id], text);
        }
    }

    // What may stand in a comment, said again here, so that a slip in the sanitiser's list shows.
    private static void AssertHarmless(IElement body, string text)
    {
        foreach (var element in body.QuerySelectorAll("*"))
        {
            var allowed = element.LocalName switch
            {
                "p" or "h3" or "h4" or "h5" or "h6" or "ul" or "blockquote" or "pre" or "table" or "hr" => "dir",
                "ol" => "dir start",
                "th" or "td" => "align",
                "a" => "href rel title",
                "br" or "code" or "del" or "em" or "li" or "strong" or "tbody" or "thead" or "tr" => "",
                _ => null,
            };
            Assert.True(allowed is not null, $"<{element.LocalName}> for {text}");
            Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, allowed.Split(' ')));
        }

        Assert.All(body.QuerySelectorAll("a"), link =>
        {
            Assert.Matches("^(?i:https?://|mailto:)", link.GetAttribute("href"));
            Assert.Equal("nofollow ugc noopener noreferrer", link.GetAttribute("rel"));
        });
    }
}
