using System.Net;
using System.Net.Http.Headers;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>People who give a name and nothing else.</summary>
public sealed class GuestTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _application.Settings["Embed:Limits:GuestsPerAddress"] = "6";
        await _application.ChangeSiteAsync(site => site.AllowsGuests = true);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task A_guest_s_comment_waits_for_a_moderator_and_is_marked()
    {
        using var guest = await SignInAsync("Ada");
        using var other = await Person.SignInAsync(_application, "Bob");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);

        await other.PostAsync(_page, "Theirs appears at once");
        var id = await guest.PostAsync(_page, "Mine waits");

        Assert.Equal(1, (int)(await ThreadAsync())["commentCount"]!);
        await moderator.JudgeAsync(id, publish: true).AssertDoneAsync();
        var comments = (await ThreadAsync())["comments"]!.AsArray();
        Assert.Equal([("Bob", false), ("Ada", true)], comments.Select(c => ((string)c!["authorName"]!, (bool)c["isByGuest"]!)));
    }

    [Fact]
    public async Task A_site_that_does_not_hold_guests_shows_them_at_once()
    {
        await _application.ChangeSiteAsync(site => site.HoldsGuests = false);
        using var guest = await SignInAsync("Ada");

        await guest.PostAsync(_page, "At once");

        Assert.Equal(1, (int)(await ThreadAsync())["commentCount"]!);
    }

    [Fact]
    public async Task A_guest_edits_and_deletes_with_the_same_session_only()
    {
        using var guest = await SignInAsync("Ada");
        using var namesake = await SignInAsync("Ada");
        var id = await guest.PostAsync(_page, "Tpyo");

        await guest.EditAsync(id, "Typo").AssertDoneAsync();
        await namesake.EditAsync(id, "Mine now").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        _application.Clock.Advance(TimeSpan.FromMinutes(16));
        await guest.EditAsync(id, "Too late").AssertRefusedAsync(HttpStatusCode.Forbidden, "edit-window-over");
        await guest.DeleteAsync(id).AssertDoneAsync();
    }

    [Fact]
    public async Task A_guest_s_edit_after_publication_waits_again()
    {
        using var guest = await SignInAsync("Ada");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var id = await guest.PostAsync(_page, "Approved words");
        await moderator.JudgeAsync(id, publish: true).AssertDoneAsync();

        await guest.EditAsync(id, "Words that nobody approved").AssertDoneAsync();

        Assert.Equal(0, (int)(await ThreadAsync())["commentCount"]!);
        Assert.Empty((await ThreadAsync())["comments"]!.AsArray());
    }

    [Fact]
    public async Task Who_is_signed_in_but_not_taken_by_the_site_is_not_signed_out_by_posting_as_a_guest()
    {
        using var browser = await OwnOrigin.OpenAsync(_application, Role.Commenter, "Ada");
        await _application.ChangeSiteAsync(site => site.SignInProviders = ["Work"]);
        var form = (await browser.ReadAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}")).QuerySelector("form.form")!;

        using var refused = await browser.SendAsync(form, ("name", "Guest"), ("body", "Kept words"));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var page = ThreadReader.Parse(await refused.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("Sign out there first", page.TextContent, StringComparison.Ordinal);
        Assert.Contains("Kept words", page.TextContent, StringComparison.Ordinal);
        Assert.Empty(await GuestsAsync());
        Assert.NotNull((await browser.ReadAsync("/signin")).QuerySelector("form[action^='/signout']"));
    }

    [Fact]
    public async Task A_guest_does_not_vote()
    {
        using var guest = await SignInAsync("Ada");
        using var other = await Person.SignInAsync(_application, "Bob");
        var id = await other.PostAsync(_page, "Vote for me");

        await guest.VoteAsync(id, 1).AssertRefusedAsync(HttpStatusCode.Forbidden, "guest-vote");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u200b\u202e ")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    public async Task A_name_must_be_a_name(string name)
    {
        using var nobody = Person.Anonymous(_application);

        await BeginAsync(nobody, name).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "guest-name-invalid");
    }

    [Fact]
    public async Task Only_sites_that_want_guests_take_them_and_only_from_their_own_pages()
    {
        using var nobody = Person.Anonymous(_application);

        await BeginAsync(nobody, "Ada", EmbedApplication.OtherSite).AssertRefusedAsync(HttpStatusCode.Forbidden, "origin-not-allowed");
        nobody.Http.DefaultRequestHeaders.Remove("Origin");
        nobody.Http.DefaultRequestHeaders.Add("Origin", EmbedApplication.OtherOrigin);
        await BeginAsync(nobody, "Ada").AssertRefusedAsync(HttpStatusCode.Forbidden, "origin-not-allowed");
        await BeginAsync(nobody, "Ada", EmbedApplication.OtherSite).AssertRefusedAsync(HttpStatusCode.Forbidden, "guests-not-allowed");
        await BeginAsync(nobody, "Ada", "nowhere").AssertRefusedAsync(HttpStatusCode.NotFound, "site-not-found");
    }

    [Fact]
    public async Task A_site_that_wants_guests_no_more_takes_no_more_of_their_comments_but_lets_them_delete()
    {
        using var guest = await SignInAsync("Ada");
        var id = await guest.PostAsync(_page, "Before");

        await _application.ChangeSiteAsync(site => site.AllowsGuests = false);

        await guest.TryPostAsync(_page, "After").AssertRefusedAsync(HttpStatusCode.Forbidden, "guests-not-allowed");
        await guest.DeleteAsync(id).AssertDoneAsync();
    }

    [Fact]
    public async Task New_names_from_one_address_are_limited()
    {
        using var nobody = Person.Anonymous(_application);
        for (var i = 0; i < 6; i++)
        {
            await BeginAsync(nobody, "Ada").JsonAsync();
        }

        await BeginAsync(nobody, "Ada").AssertRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-guests");
    }

    [Fact]
    public async Task A_guest_who_wrote_nothing_goes_with_the_session_and_one_who_wrote_stays()
    {
        using var silent = await SignInAsync("Silent");
        using var left = await SignInAsync("Left");
        using var writer = await SignInAsync("Writer");
        await writer.PostAsync(_page, "Stays");

        await left.SendAsync(HttpMethod.Delete, $"/api/v1/sites/{EmbedApplication.Site}/session").AssertDoneAsync();
        Assert.Equal(["Silent", "Writer"], await GuestsAsync());
        _application.Skip(TimeSpan.FromDays(91));
        using var next = await SignInAsync("Next");

        Assert.Equal(["Next", "Writer"], await GuestsAsync());
    }

    [Fact]
    public async Task The_thread_s_own_page_takes_a_guest_s_comment_without_a_script()
    {
        using var browser = await OwnOrigin.OpenAsync(_application);
        var address = $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}";
        var form = (await browser.ReadAsync(address)).QuerySelector("form.form")!;
        Assert.Contains("A moderator looks", form.TextContent, StringComparison.Ordinal);

        using var nameless = await browser.SendAsync(form, ("name", " "), ("body", "Kept"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nameless.StatusCode);
        using var refused = await browser.SendAsync(form, ("name", "Ada"), ("body", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        // The page that says so is drawn for the guest already: its form works.
        var again = ThreadReader.Parse(await refused.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("Commenting as Ada (guest)", again.TextContent, StringComparison.Ordinal);
        using var posted = await browser.SendAsync(again.QuerySelector("form.form")!, ("body", "From a form"));
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);

        var page = await browser.ReadAsync(address);
        Assert.Contains("From a form", page.TextContent, StringComparison.Ordinal);
        Assert.Contains("Waiting for a moderator", page.TextContent, StringComparison.Ordinal);
        // On our own origin's other pages a guest is nobody.
        Assert.Null((await browser.ReadAsync("/signin")).QuerySelector("form[action^='/signout']"));
        Assert.Equal(0, (int)(await ThreadAsync())["commentCount"]!);
    }

    [Fact]
    public async Task The_thread_s_own_page_of_a_site_without_guests_asks_to_sign_in()
    {
        await _application.ChangeSiteAsync(site => site.AllowsGuests = false);
        using var browser = await OwnOrigin.OpenAsync(_application);

        var page = await browser.ReadAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}");

        Assert.Null(page.QuerySelector("form.form"));
    }

    private async Task<Person> SignInAsync(string name)
    {
        var person = Person.Anonymous(_application);
        var granted = await BeginAsync(person, name).JsonAsync();
        Assert.Equal(name, (string?)granted["name"]);
        person.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)granted["token"]!);
        return person;
    }

    private static Task<HttpResponseMessage> BeginAsync(Person person, string name, string site = EmbedApplication.Site) =>
        person.SendAsync(HttpMethod.Post, $"/api/v1/sites/{site}/session/guest", new { name });

    private async Task<System.Text.Json.Nodes.JsonNode> ThreadAsync()
    {
        using var reader = Person.Anonymous(_application);
        return await reader.SendAsync(HttpMethod.Get, $"/api/v1/sites/{EmbedApplication.Site}/thread?page={Uri.EscapeDataString(_page)}").JsonAsync();
    }

    private async Task<List<string>> GuestsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Commenters.Where(c => c.Kind == CommenterKind.Guest).Select(c => c.Name).Order().ToListAsync(Cancellation);
    }
}
