using System.Net;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Administrators list, create and change sites.</summary>
public sealed class AdminTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _key = $"site-{Guid.NewGuid():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_created_site_takes_comments_from_its_origins_at_once()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var created = await CreateAsync(admin, "https://New.example/");
        var settings = await admin.ReadAsync($"/admin/sites/{_key}/settings");
        using var author = await Person.SignInAsync(application, site: _key, origin: "https://new.example");
        await author.PostAsync("https://new.example/first", "First");

        Assert.Equal(HttpStatusCode.SeeOther, created.StatusCode);
        Assert.Contains($"data-site=\"{_key}\"", settings.QuerySelector("#snippet")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_setting_reaches_the_next_reader()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var created = await CreateAsync(admin, "https://new.example");
        using var author = await Person.SignInAsync(application, site: _key, origin: "https://new.example");
        await author.PostAsync("https://new.example/first", "First");
        using var reader = application.CreateClient();
        var address = $"/api/v1/sites/{_key}/thread.html?page=https%3A%2F%2Fnew.example%2Ffirst";
        var before = ThreadReader.Parse(await reader.GetStringAsync(address, Cancellation));

        using var saved = await admin.SendAsync(
            (await admin.ReadAsync($"/admin/sites/{_key}/settings")).QuerySelector("form[action^='/admin']")!, ("isNumbered", "on"));
        var after = ThreadReader.Parse(await reader.GetStringAsync(address, Cancellation));

        Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.Null(before.QuerySelector(".outline"));
        Assert.Equal("1", after.QuerySelector(".outline")?.TextContent);
    }

    [Fact]
    public async Task What_search_engines_may_and_which_parameters_count_are_saved_and_shown_again()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var created = await CreateAsync(admin, "https://new.example");
        var form = (await admin.ReadAsync($"/admin/sites/{_key}/settings")).QuerySelector("form[action^='/admin']")!;
        Assert.True(form.QuerySelector("[name=isIndexed]")!.HasAttribute("checked"));

        using var saved = await admin.SendAsync(form, ("isIndexed", null), ("queryParameters", "p\r\nid"));
        var again = (await admin.ReadAsync($"/admin/sites/{_key}/settings")).QuerySelector("form[action^='/admin']")!;

        Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.False(again.QuerySelector("[name=isIndexed]")!.HasAttribute("checked"));
        Assert.Equal("p\nid", again.QuerySelector("[name=queryParameters]")!.TextContent.Trim());
    }

    [Fact]
    public async Task Faults_stand_at_their_fields_and_nothing_typed_is_lost()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);

        using var refused = await CreateAsync(admin, "not an origin");
        var again = ThreadReader.Parse(await refused.Content.ReadAsStringAsync(Cancellation));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("not an origin", again.QuerySelector("textarea[name=origins]")?.TextContent.Trim());
        Assert.Equal("true", again.QuerySelector("textarea[name=origins]")?.GetAttribute("aria-invalid"));
        await using var database = await application.OpenDatabaseAsync();
        Assert.False(await database.Sites.AnyAsync(site => site.Key == _key, Cancellation));
    }

    [Fact]
    public async Task Of_two_administrators_who_save_at_once_the_second_is_told()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var created = await CreateAsync(admin, "https://new.example");
        var form = (await admin.ReadAsync($"/admin/sites/{_key}/settings")).QuerySelector("form[action^='/admin']")!;

        using var first = await admin.SendAsync(form, ("name", "First"));
        using var second = await admin.SendAsync(form, ("name", "Second"));

        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal("First", (await database.Sites.SingleAsync(site => site.Key == _key, Cancellation)).Name);
    }

    [Fact]
    public async Task A_form_without_its_token_saves_nothing()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        var form = (await admin.ReadAsync($"/admin/sites/{EmbedApplication.OtherSite}/settings")).QuerySelector("form[action^='/admin']")!;

        using var refused = await admin.SendAsync(form, ("name", "Taken over"), ("__RequestVerificationToken", null));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await using var database = await application.OpenDatabaseAsync();
        Assert.NotEqual("Taken over", (await database.Sites.SingleAsync(site => site.Key == EmbedApplication.OtherSite, Cancellation)).Name);
    }

    [Theory]
    [InlineData("Commenter")]
    [InlineData("Moderator")]
    public async Task Who_is_no_administrator_is_sent_to_the_page_that_names_their_account(string role)
    {
        using var person = await OwnOrigin.OpenAsync(application, Enum.Parse<Role>(role));

        using var refused = await person.GetAsync("/admin/new-site");
        using var denied = await person.GetAsync("/signin/denied");

        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Contains("/signin/denied", refused.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("GitHub:", await denied.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> CreateAsync(OwnOrigin admin, string origins) =>
        await admin.SendAsync(
            (await admin.ReadAsync("/admin/new-site")).QuerySelector("form[action^='/admin']")!,
            ("key", _key), ("name", "New"), ("origins", origins));
}
