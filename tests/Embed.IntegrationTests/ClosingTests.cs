using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

public sealed class ClosingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_closed_thread_takes_nothing_new_until_it_is_reopened()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, "Text");

        await moderator.CloseAsync(_page).AssertDoneAsync();
        await ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
        await ada.TryPostAsync(_page, "x", id).AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
        await moderator.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
        Assert.True((await application.ReadThreadAsync(_page)).IsClosed);
        Assert.Single((await application.ReadThreadAsync(_page)).Comments);

        await moderator.CloseAsync(_page, isClosed: false).AssertDoneAsync();
        await ada.TryPostAsync(_page, "x").AssertDoneAsync();
        Assert.False((await application.ReadThreadAsync(_page)).IsClosed);
    }

    [Fact]
    public async Task A_comment_of_a_closed_thread_can_still_be_deleted()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, "Text");
        await moderator.CloseAsync(_page).AssertDoneAsync();

        await ada.DeleteAsync(id).AssertDoneAsync();

        Assert.Empty((await application.ReadThreadAsync(_page)).Comments);
    }

    [Fact]
    public async Task A_retry_of_what_was_posted_before_closing_returns_the_first_result()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var draft = Guid.NewGuid();
        await ada.TryPostAsync(_page, "In time", draftId: draft).AssertDoneAsync();
        await moderator.CloseAsync(_page).AssertDoneAsync();

        await ada.TryPostAsync(_page, "In time", draftId: draft).AssertDoneAsync();
    }

    [Fact]
    public async Task A_page_nobody_has_commented_on_can_be_closed()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);

        await moderator.CloseAsync(_page).AssertDoneAsync();

        Assert.True((await application.ReadThreadAsync(_page)).IsClosed);
        await ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
    }

    [Fact]
    public async Task Only_moderators_of_the_site_close_and_reopen()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var nobody = Person.Anonymous(application);
        using var administrator = await Person.SignInAsync(application, "Root", Role.Administrator);

        await ada.CloseAsync(_page).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await nobody.CloseAsync(_page).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await administrator.CloseAsync(_page).AssertDoneAsync();
        await ada.CloseAsync(_page, isClosed: false).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task Closing_what_is_closed_changes_nothing()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        await moderator.CloseAsync(_page).AssertDoneAsync();
        var version = (await application.ReadThreadAsync(_page)).Version;

        await moderator.CloseAsync(_page).AssertDoneAsync();

        Assert.Equal(version, (await application.ReadThreadAsync(_page)).Version);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"isClosed":"maybe"}""")]
    public async Task Refuses_what_says_neither(string json)
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        await moderator.Http.PatchAsync(ThreadReader.AddressOf(_page, "thread"), content, Cancellation)
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }
}
