using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Tests;

namespace Embed.IntegrationTests;

public sealed class PostingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_comment_and_its_replies_are_shown_where_they_belong()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");

        var first = await ada.PostAsync(_page, "First *one*");
        var reply = await ben.PostAsync(_page, "A reply", first);
        var deeper = await ada.PostAsync(_page, "A reply to it", reply);
        var second = await ben.PostAsync(_page, "Second one");

        var thread = await application.ReadThreadAsync(_page);
        Assert.Equal(4, thread.CommentCount);
        Assert.False(thread.IsClosed);
        Assert.Equal(
            [(first, null, 0, "1", "Ada"), (reply, first, 1, "1.1", "Ben"), (deeper, reply, 2, "1.1.1", "Ada"), (second, null, 0, "2", "Ben")],
            thread.All().Select(c => (c.Id, c.ParentId, c.Depth, c.Outline, c.AuthorName)));
        Assert.Equal("<p dir=\"auto\">First <em>one</em></p>", thread.Comments[0].Body);
        Assert.Equal("published", thread.Comments[0].Standing);
    }

    [Fact]
    public async Task The_answer_says_id_state_and_permalink()
    {
        using var ada = await Person.SignInAsync(application);

        using var answer = await ada.TryPostAsync(_page, "Text", title: "A page");

        var posted = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("published", (string?)posted["state"]);
        Assert.Equal($"http://localhost/c/{posted["id"]}", (string?)posted["permalink"]);
        Assert.Equal((string?)posted["permalink"], answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_permalink_leads_to_the_comment_on_its_page()
    {
        using var ada = await Person.SignInAsync(application);
        var id = await ada.PostAsync(_page + "?utm_source=mail#top", "Text");

        using var answer = await ada.SendAsync(HttpMethod.Get, $"/c/{id}");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"{_page}#comment-{id}", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Deep_replies_keep_their_depth_without_limit()
    {
        using var ada = await Person.SignInAsync(application);
        long? parent = null;
        for (var depth = 0; depth < 25; depth++)
        {
            parent = await ada.PostAsync(_page, $"Depth {depth}", parent);
        }

        var thread = await application.ReadThreadAsync(_page);

        Assert.Equal(Enumerable.Range(0, 25), thread.All().Select(comment => comment.Depth));
    }

    [Fact]
    public async Task A_retried_draft_returns_the_first_result_and_posts_nothing()
    {
        using var ada = await Person.SignInAsync(application);
        var draft = Guid.NewGuid();

        var first = await ada.TryPostAsync(_page, "Once", draftId: draft).JsonAsync();
        var again = await ada.TryPostAsync(_page, "Once", draftId: draft).JsonAsync();

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task A_draft_sent_by_many_connections_at_once_is_posted_once()
    {
        using var ada = await Person.SignInAsync(application);
        var draft = Guid.NewGuid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ada.TryPostAsync(_page, "Once", draftId: draft).JsonAsync()));

        Assert.Single(answers.Select(answer => (long)answer["id"]!).Distinct());
        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task Two_commenters_may_happen_to_use_the_same_draft_id()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var draft = Guid.NewGuid();

        await ada.TryPostAsync(_page, "Mine", draftId: draft).AssertDoneAsync();
        await ben.TryPostAsync(_page, "Mine, too", draftId: draft).AssertDoneAsync();

        Assert.Equal(2, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task Comments_posted_at_once_get_numbers_of_their_own()
    {
        using var ada = await Person.SignInAsync(application);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => ada.PostAsync(_page, $"Number {number}")));

        var thread = await application.ReadThreadAsync(_page);
        Assert.Equal(12, thread.CommentCount);
        Assert.Equal(Enumerable.Range(1, 12).Select(number => $"{number}").Order(), thread.Comments.Select(c => c.Outline).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    [InlineData("\u200B\u2060")]
    [InlineData("[only]: https://a.example/")]
    public async Task Refuses_a_text_that_shows_nothing(string body)
    {
        using var ada = await Person.SignInAsync(application);

        await ada.TryPostAsync(_page, body).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-empty");
    }

    [Fact]
    public async Task Takes_10000_characters_and_refuses_one_more()
    {
        using var ada = await Person.SignInAsync(application);

        await ada.TryPostAsync(_page, new string('ä', 10_001)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-too-long");
        var id = await ada.PostAsync(_page, new string('ä', 10_000));

        Assert.Equal(10_000, (await ada.ReadSourceAsync(id)).Length);
    }

    [Fact]
    public async Task Refuses_a_text_nested_too_deeply()
    {
        using var ada = await Person.SignInAsync(application);

        await ada.TryPostAsync(_page, new string('>', 500) + " x").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-too-nested");
    }

    [Fact]
    public async Task Takes_a_title_of_200_characters_and_refuses_one_more()
    {
        using var ada = await Person.SignInAsync(application);

        await ada.TryPostAsync(_page, "x", title: new string('t', 201)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "title-too-long");
        await ada.TryPostAsync(_page, "x", title: new string('t', 200)).AssertDoneAsync();
    }

    [Fact]
    public async Task Takes_an_address_of_2000_characters_and_refuses_one_more()
    {
        using var ada = await Person.SignInAsync(application);
        var address = _page.PadRight(2_000, 'a');

        await ada.TryPostAsync(address + "a", "x").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "page-invalid");
        await ada.PostAsync(address, "x");

        Assert.Equal(1, (await application.ReadThreadAsync(address)).CommentCount);
    }

    [Theory]
    [InlineData("https://other.example/page")]
    [InlineData("https://blog.example.evil.example/page")]
    [InlineData("https://blog.example@evil.example/page")]
    [InlineData("https://blog.example:444/page")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/page")]
    [InlineData("")]
    public async Task Refuses_a_page_that_is_not_the_sites(string page)
    {
        using var ada = await Person.SignInAsync(application);

        await ada.TryPostAsync(page, "x").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "page-invalid");
    }

    [Fact]
    public async Task Refuses_a_draft_without_an_id()
    {
        using var ada = await Person.SignInAsync(application);

        await ada.SendAsync(HttpMethod.Post, Comments, new { page = _page, body = "x" })
            .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "draft-id-missing");
    }

    [Fact]
    public async Task Refuses_an_unknown_site()
    {
        using var ada = await Person.SignInAsync(application);

        await ada.SendAsync(HttpMethod.Post, "/api/v1/sites/nobody/comments", new { page = _page, body = "x", draftId = Guid.NewGuid() })
            .AssertRefusedAsync(HttpStatusCode.NotFound, "site-not-found");
    }

    [Fact]
    public async Task Refuses_somebody_who_is_not_signed_in()
    {
        using var nobody = Person.Anonymous(application);

        await nobody.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task Refuses_replies_to_what_is_deleted_elsewhere_or_unknown()
    {
        using var ada = await Person.SignInAsync(application);
        using var other = await Person.SignInAsync(
            application, site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var deleted = await ada.PostAsync(_page, "Soon gone");
        await ada.PostAsync(_page, "Holds it in place", deleted);
        await ada.DeleteAsync(deleted).AssertDoneAsync();
        var elsewhere = await ada.PostAsync(EmbedApplication.NewPage(), "On another page");
        var abroad = await other.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "On another site");

        foreach (var parent in new[] { deleted, elsewhere, abroad, long.MaxValue, -1 })
        {
            await ada.TryPostAsync(_page, "x", parent).AssertRefusedAsync(HttpStatusCode.Conflict, "parent-gone");
        }

        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task A_refused_first_comment_leaves_no_thread_behind()
    {
        using var ada = await Person.SignInAsync(application);

        await ada.TryPostAsync(_page, "x", parentId: 1_000_000).AssertRefusedAsync(HttpStatusCode.Conflict, "parent-gone");

        await using var database = await application.OpenDatabaseAsync();
        Assert.DoesNotContain(database.Threads, thread => thread.PageAddress == _page);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"page":1}""")]
    [InlineData("""{"draftId":"x"}""")]
    [InlineData("""{"parentId":"1e99"}""")]
    [InlineData("""{"parentId":99999999999999999999}""")]
    [InlineData("""{"body":{"nested":true}}""")]
    [InlineData("""{"body":"\ud800"}""")]
    public async Task Refuses_hostile_JSON_in_words(string json)
    {
        using var ada = await Person.SignInAsync(application);
        using var content = new StringContent(json, Encoding.UTF8, "application/json");

        await ada.Http.PostAsync(Comments, content, Cancellation).AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }

    [Fact]
    public async Task Refuses_JSON_nested_without_end()
    {
        using var ada = await Person.SignInAsync(application);
        using var content = new StringContent(new string('[', 50_000), Encoding.UTF8, "application/json");

        await ada.Http.PostAsync(Comments, content, Cancellation).AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }

    [Fact]
    public async Task Refuses_a_body_of_another_type()
    {
        using var ada = await Person.SignInAsync(application);
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("body", "x")]);

        using var answer = await ada.Http.PostAsync(Comments, content, Cancellation);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Refuses_what_is_larger_than_any_comment_can_be()
    {
        // On a real socket: the in-memory server has no limit of its own.
        await using var server = new EmbedApplication();
        server.UseKestrel(0);
        server.StartServer();
        using var ada = await Person.SignInAsync(server);
        using var content = new StringContent($$"""{"body":"{{new string('x', 200 * 1024)}}"}""", Encoding.UTF8, "application/json");
        // The server hangs up on a body it will not read: ask first, or the answer may be lost with the connection.
        ada.Http.DefaultRequestHeaders.ExpectContinue = true;

        await ada.Http.PostAsync(Comments, content, Cancellation).AssertRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "request-too-large");
    }

    [Fact]
    public void A_name_longer_than_80_characters_is_cut_between_characters()
    {
        Assert.Equal(80, ShownName.Of(new string('n', 81)).Length);
        Assert.Equal(80, ShownName.Of(new string('n', 80)).Length);
        Assert.Equal(new string('n', 79), ShownName.Of(new string('n', 79) + "😀"));
    }

    private static string Comments => $"/api/v1/sites/{EmbedApplication.Site}/comments";
}
