using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A site's rules on names are asked wherever a name is given that would stand beside comments there.</summary>
public sealed class NameRulesTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _ada = await Person.SignInAsync(_application, "Ada");

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        await _application.DisposeAsync();
    }

    [Theory]
    [InlineData(RuleVerdict.Hold)]
    [InlineData(RuleVerdict.Spam)]
    [InlineData(RuleVerdict.Refuse)]
    public async Task Whoever_has_comments_there_does_not_take_a_name_that_would_not_be_published(object verdict)
    {
        await RuleAsync((RuleVerdict)verdict);
        await _ada.PostAsync(_page, "Text");

        Assert.Contains("does not take this name", await RenameAsync("Casino Ada"), StringComparison.Ordinal);

        Assert.Equal("Ada", await NameAsync(_ada.Id));
        Assert.Equal("", await RenameAsync("Ada King"));
        Assert.Equal("Ada King", await NameAsync(_ada.Id));
    }

    [Fact]
    public async Task A_site_without_comments_of_theirs_is_not_asked_and_judges_the_next_comment()
    {
        await RuleAsync(RuleVerdict.Hold);

        Assert.Equal("", await RenameAsync("Casino Ada"));
        await _ada.PostAsync(_page, "Text");

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal((CommentState.Pending, "name"), await database.Comments.Select(c => ValueTuple.Create(c.State, c.HeldFor)).SingleAsync(Cancellation));
    }

    [Fact]
    public async Task Whom_the_site_trusts_it_lets_be_called_as_they_like()
    {
        using var trusted = await Person.SignInAsync(_application, "Tom", Role.Trusted);
        await RuleAsync(RuleVerdict.Refuse);
        await trusted.PostAsync(_page, "Text");

        Assert.Equal("", await RenameAsync("Casino Tom", trusted));
    }

    [Fact]
    public async Task A_name_taken_over_from_a_provider_stays_what_it_was()
    {
        await RuleAsync(RuleVerdict.Hold);
        await _ada.PostAsync(_page, "Text");
        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.AsNoTracking().SingleAsync(a => a.CommenterId == _ada.Id, Cancellation);

        Assert.Equal("Ada", await SignInAsync("Casino Ada"));
        Assert.Equal("Ada King", await SignInAsync("Ada King"));

        async Task<string> SignInAsync(string name) => (await _application.Services.GetRequiredService<RecordCommenter>()
            .HandleAsync(new ProvenAccount(account.Provider, account.Subject, name), Cancellation)).Name;
    }

    [Fact]
    public async Task A_guest_s_name_that_is_refused_is_refused_at_once_and_one_that_is_held_is_held_with_the_comment()
    {
        await _application.ChangeSiteAsync(site => site.AllowsGuests = true);
        using var nobody = Person.Anonymous(_application);
        await RuleAsync(RuleVerdict.Refuse, "No adverts.");

        await BeginAsync("Casino").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "name-refused");
        Assert.Contains("No adverts.", await (await BeginAsync("CASINO 24")).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await BeginAsync("Grace").JsonAsync();
        await RuleAsync(RuleVerdict.Hold);
        await BeginAsync("Casino").JsonAsync();

        Task<HttpResponseMessage> BeginAsync(string name) =>
            nobody.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/guest", new { name });
    }

    private Task RuleAsync(RuleVerdict verdict, string reason = "") => _application.ChangeSiteAsync(site => (site.Name, site.Rules) =
        ("Test blog", [new Rule { Condition = RuleCondition.NameWords, Words = ["casino"], Verdict = verdict, Reason = reason }]));

    // By the page; what it says, empty where it was done.
    private async Task<string> RenameAsync(string name, Person? who = null)
    {
        using var own = await OwnOrigin.OfAsync(_application, (who ?? _ada).Id);
        using var answer = await own.SendAsync((await own.ReadAsync("/me")).QuerySelector("form[action='/me/name']")!, ("name", name));
        return answer.StatusCode == HttpStatusCode.SeeOther ? "" : await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<string> NameAsync(long commenter)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Commenters.Where(c => c.Id == commenter).Select(c => c.Name).SingleAsync(Cancellation);
    }
}
