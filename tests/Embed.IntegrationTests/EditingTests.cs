using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

public sealed class EditingTests : IAsyncLifetime, IDisposable
{
    // Their own server each: they move the clock.
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private long _comment;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _comment = await _ada.PostAsync(_page, "As it *was*");
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _application.DisposeAsync();
    }

    public void Dispose() => _ada.Dispose();

    [Fact]
    public async Task Ones_own_comment_can_be_edited_and_says_so()
    {
        _application.Clock.Advance(TimeSpan.FromMinutes(3));

        await _ada.EditAsync(_comment, "As it *is*").AssertDoneAsync();

        var comment = (await _application.ReadThreadAsync(_page)).Comments.Single();
        Assert.Equal("<p dir=\"auto\">As it <em>is</em></p>", comment.Body);
        Assert.Equal(_application.Clock.GetUtcNow(), comment.EditedAt);
        Assert.Equal("edited", (await _application.ReadHtmlAsync(_page)).Comment(_comment).QuerySelector(".edited")?.TextContent);
    }

    [Fact]
    public async Task A_comment_as_first_written_does_not_say_edited() =>
        Assert.Null((await _application.ReadHtmlAsync(_page)).Comment(_comment).QuerySelector(".edited"));

    [Fact]
    public async Task The_same_text_again_is_no_edit()
    {
        var before = (await _application.ReadThreadAsync(_page)).Version;

        await _ada.EditAsync(_comment, "As it *was*").AssertDoneAsync();

        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal(before, thread.Version);
        Assert.Null(thread.Comments.Single().EditedAt);
    }

    [Fact]
    public async Task The_window_closes_after_15_minutes_to_the_second()
    {
        _application.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        await _ada.EditAsync(_comment, "In time").AssertDoneAsync();

        _application.Clock.Advance(TimeSpan.FromSeconds(1));
        await _ada.EditAsync(_comment, "Too late").AssertRefusedAsync(HttpStatusCode.Forbidden, "edit-window-over");
        await _ada.TryReadSourceAsync(_comment).AssertRefusedAsync(HttpStatusCode.Forbidden, "edit-window-over");

        Assert.Equal("<p dir=\"auto\">In time</p>", (await _application.ReadThreadAsync(_page)).Comments.Single().Body);
    }

    [Fact]
    public async Task A_site_may_set_another_window_or_none()
    {
        await _application.ChangeSiteAsync(site => site.EditWindowMinutes = 60);
        _application.Clock.Advance(TimeSpan.FromMinutes(59));
        await _ada.EditAsync(_comment, "In time").AssertDoneAsync();

        await _application.ChangeSiteAsync(site => site.EditWindowMinutes = 0);
        var fresh = await _ada.PostAsync(_page, "New");
        await _ada.EditAsync(fresh, "Never").AssertRefusedAsync(HttpStatusCode.Forbidden, "edit-window-over");
    }

    [Theory]
    [InlineData("Commenter")]
    [InlineData("Moderator")]
    [InlineData("Administrator")]
    public async Task Nobody_else_may_edit_it_or_read_its_source(string role)
    {
        using var other = await Person.SignInAsync(_application, "Ben", Enum.Parse<Role>(role));

        await other.EditAsync(_comment, "Words in Ada's mouth").AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await other.TryReadSourceAsync(_comment).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task The_source_comes_back_exactly_as_typed()
    {
        const string Source = "  # Not trimmed\r\n\ttab\t*em*\0<b>&amp;</b> 😀 \u202E\n\n";
        var id = await _ada.PostAsync(_page, Source);

        Assert.Equal(Source, await _ada.ReadSourceAsync(id));
        using var answer = await _ada.TryReadSourceAsync(id);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Refuses_what_a_post_would_refuse()
    {
        await _ada.EditAsync(_comment, " ").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-empty");
        await _ada.EditAsync(_comment, new string('x', 10_001)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-too-long");
        await _ada.EditAsync(_comment, new string('>', 500) + "x").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-too-nested");
        await _ada.SendAsync(HttpMethod.Patch, $"/api/v1/comments/{_comment}", new { }).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-empty");
    }

    [Fact]
    public async Task Refuses_edits_of_what_is_deleted_closed_or_unknown()
    {
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var deleted = await _ada.PostAsync(_page, "Gone");
        await _ada.DeleteAsync(deleted).AssertDoneAsync();

        await _ada.EditAsync(deleted, "Back").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ada.EditAsync(12_345, "x").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await moderator.CloseAsync(_page).AssertDoneAsync();
        await _ada.EditAsync(_comment, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
    }
}
