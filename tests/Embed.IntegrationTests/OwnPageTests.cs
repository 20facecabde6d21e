using System.Net;
using Embed.Tests;
using Embed.Widget;

namespace Embed.IntegrationTests;

/// <summary>The thread's own page: reading, posting and replying by plain forms.</summary>
public sealed class OwnPageTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private string Address => $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_comment_and_a_reply_are_posted_by_plain_forms()
    {
        using var ada = await OwnOrigin.OpenAsync(application, Role.Commenter);

        using var posted = await ada.SendAsync((await ada.ReadAsync(Address)).QuerySelector("form.form")!, ("body", "By a plain form"));
        Assert.True(posted.StatusCode == HttpStatusCode.SeeOther, await posted.Content.ReadAsStringAsync(Cancellation));
        var comment = Assert.Single((await application.ReadThreadAsync(_page)).Comments);
        var reply = (await ada.ReadAsync($"{Address}&reply={comment.Id}")).QuerySelector($"#comment-{comment.Id} form.form")!;
        using var replied = await ada.SendAsync(reply, ("body", "And a reply"));

        Assert.EndsWith($"#comment-{comment.Id}", posted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, replied.StatusCode);
        Assert.Equal("<p dir=\"auto\">And a reply</p>", Assert.Single((await application.ReadThreadAsync(_page)).Comments[0].Replies).Body);
    }

    [Fact]
    public async Task A_form_sent_twice_posts_once()
    {
        using var ada = await OwnOrigin.OpenAsync(application, Role.Commenter);
        var form = (await ada.ReadAsync(Address)).QuerySelector("form.form")!;

        using var first = await ada.SendAsync(form, ("body", "Once"));
        using var second = await ada.SendAsync(form, ("body", "Once"));

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Single((await application.ReadThreadAsync(_page)).Comments);
    }

    [Fact]
    public async Task A_refused_text_comes_back_with_the_reason()
    {
        using var ada = await OwnOrigin.OpenAsync(application, Role.Commenter);
        var tooLong = new string('x', 10_001);

        using var refused = await ada.SendAsync((await ada.ReadAsync(Address)).QuerySelector("form.form")!, ("body", tooLong));
        var again = ThreadReader.Parse(await refused.Content.ReadAsStringAsync(Cancellation));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("body-too-long", again.QuerySelector(".refused")?.GetAttribute("data-code"));
        Assert.Equal(tooLong, again.QuerySelector("textarea")?.TextContent.TrimStart('\n'));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("forged")]
    public async Task A_form_without_its_token_posts_nothing_and_keeps_the_text(string? token)
    {
        using var ada = await OwnOrigin.OpenAsync(application, Role.Commenter);

        using var refused = await ada.SendAsync(
            (await ada.ReadAsync(Address)).QuerySelector("form.form")!, ("body", "Kept"), ("__RequestVerificationToken", token));
        var again = ThreadReader.Parse(await refused.Content.ReadAsStringAsync(Cancellation));

        Assert.False(refused.IsSuccessStatusCode);
        Assert.Equal("Kept", again.QuerySelector("textarea")?.TextContent.TrimStart('\n'));
        Assert.Empty((await application.ReadThreadAsync(_page)).Comments);
    }

    [Fact]
    public async Task Somebody_signed_out_reads_and_is_offered_to_sign_in()
    {
        using var author = await Person.SignInAsync(application);
        await author.PostAsync(_page, "To be read");
        using var reader = await OwnOrigin.OpenAsync(application);

        var html = await reader.ReadAsync(Address);

        Assert.Contains("To be read", html.QuerySelector(".comments")!.TextContent, StringComparison.Ordinal);
        Assert.Null(html.QuerySelector("form.form"));
        Assert.StartsWith("/signin?", html.QuerySelector(".invitation a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/page")]
    [InlineData("javascript:alert(1)")]
    public async Task A_page_of_another_site_is_not_shown(string page)
    {
        using var reader = await OwnOrigin.OpenAsync(application);

        using var answer = await reader.GetAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(page)}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain(page, text, StringComparison.Ordinal);
        Assert.Contains(WidgetText.For("en")["Discussion"], text, StringComparison.Ordinal);
    }
}
