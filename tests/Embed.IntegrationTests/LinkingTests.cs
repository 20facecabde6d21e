using System.Net;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>One person, several ways in: adding one, making two commenters one, removing one; as browsers do it.</summary>
public sealed class LinkingTests : SignInSetting
{
    [Fact]
    public async Task A_second_account_signs_in_as_the_same_commenter_once_it_is_confirmed_and_does_not_rename_them()
    {
        await ProveSecondAsync("marta-keller", "jonas-w");

        Assert.Equal("/me/link", Popup.Visited[^1].AbsolutePath);
        Assert.Contains("Marta Keller", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Jonas Weidmann", Popup.Page.Body.TextContent, StringComparison.Ordinal);
        Assert.Contains("GitHub", Popup.Page.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal(["GitHub:1001"], await AccountsOfAsync("Marta Keller"));
        await Popup.PressAsync("/me/link");
        Assert.Equal("?done=linked", Popup.Visited[^1].Query);
        Assert.Equal(["GitHub:1001", "GitHub:1002"], await AccountsOfAsync("Marta Keller"));

        using var other = new Popup(Application);
        await other.GoAsync("/signin?return=/me");
        await other.SignInAsync("jonas-w");
        Assert.Equal("Marta Keller", other.Page.QuerySelector("#name")?.GetAttribute("value"));
        Assert.Equal(2, other.Page.QuerySelectorAll("form[action*=unlink]").Length);
    }

    [Fact]
    public async Task What_one_session_began_no_other_can_end()
    {
        await ProveSecondAsync("marta-keller", "jonas-w");
        var confirm = Popup.Visited[^1];
        using var other = new Popup(Application);
        await other.GoAsync("/signin?return=/me");
        await other.SignInAsync("priya-n");
        var add = AddAddress(other);

        await other.GoAsync(confirm.PathAndQuery);
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        await other.GoAsync(AddAddress(await OpenHomeAsync(Popup)));
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);

        // Signed in anew in the same browser: the earlier session is over, and with it what it began.
        await other.GoAsync("/signin?return=/me");
        await other.SignInAsync("priya-n");
        await other.GoAsync(add);
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Equal(["GitHub:1003"], await AccountsOfAsync("Priya Nair"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("made-up")]
    public async Task A_made_up_ticket_links_nothing(string ticket)
    {
        await Popup.GoAsync("/signin?return=/me");
        await Popup.SignInAsync("marta-keller");

        await Popup.GoAsync($"/me/link?ticket={ticket}");
        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        await Popup.GoAsync($"/signin?link={ticket}");
        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
    }

    [Fact]
    public async Task An_account_that_has_commented_before_makes_the_two_one_only_as_it_was_shown()
    {
        using var elsewhere = new Popup(Application);
        await elsewhere.GoAsync("/signin?return=/me");
        await elsewhere.SignInAsync("jonas-w");
        await ProveSecondAsync("marta-keller", "jonas-w");
        Assert.Contains("as \u2068Jonas Weidmann\u2069", Popup.Page.Body!.TextContent, StringComparison.Ordinal);

        // As if it had been free when the page was shown.
        Popup.Page.QuerySelector("[name=other]")!.SetAttribute("value", "");
        await Popup.PressAsync("/me/link");
        Assert.Equal(HttpStatusCode.Conflict, Popup.Status);
        Assert.Equal(["GitHub:1002"], await AccountsOfAsync("Jonas Weidmann"));
        await Popup.PressAsync("/me/link");

        Assert.Equal("?done=joined", Popup.Visited[^1].Query);
        Assert.Empty(await AccountsOfAsync("Jonas Weidmann"));
        Assert.Equal(["GitHub:1001", "GitHub:1002"], await AccountsOfAsync("Marta Keller"));
        // Whoever was signed in as the other goes on, as the one.
        await elsewhere.GoAsync("/me");
        Assert.Equal("Marta Keller", elsewhere.Page.QuerySelector("#name")?.GetAttribute("value"));
    }

    [Fact]
    public async Task The_last_way_in_stays_and_any_other_can_go()
    {
        await ProveSecondAsync("marta-keller", "jonas-w");
        await Popup.PressAsync("/me/link");
        var first = Popup.Page.QuerySelector("form[action*=unlink]")!.GetAttribute("action")!;
        var second = Popup.Page.QuerySelectorAll("form[action*=unlink]")[1];

        await Popup.PressAsync(first);
        Assert.Equal("?done=unlinked", Popup.Visited[^1].Query);
        Assert.Equal(["GitHub:1002"], await AccountsOfAsync("Marta Keller"));
        Assert.Empty(Popup.Page.QuerySelectorAll("form[action*=unlink]"));
        var token = Popup.Page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await Popup.SendAsync(new Uri(Popup.Visited[0], second.GetAttribute("action")!), new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));

        Assert.Equal(HttpStatusCode.Conflict, Popup.Status);
        Assert.Contains("only way to sign in", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["GitHub:1002"], await AccountsOfAsync("Marta Keller"));
    }

    [Fact]
    public async Task Whoever_is_banned_does_not_get_rid_of_the_account_that_is_known()
    {
        await ProveSecondAsync("marta-keller", "jonas-w");
        await Popup.PressAsync("/me/link");
        await using var database = await Application.OpenDatabaseAsync();
        var commenter = await database.Commenters.SingleAsync(c => c.Name == "Marta Keller", Cancellation);
        database.Bans.Add(new Ban { CommenterId = commenter.Id, CreatedAt = Application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);

        await Popup.PressAsync("unlink");

        Assert.Equal(HttpStatusCode.Conflict, Popup.Status);
        Assert.Equal(2, (await AccountsOfAsync("Marta Keller")).Count);
    }

    [Fact]
    public async Task Somebody_elses_account_looks_like_none()
    {
        using var other = new Popup(Application);
        await other.GoAsync("/signin?return=/me");
        await other.SignInAsync("priya-n");
        await using var database = await Application.OpenDatabaseAsync();
        var id = await database.Accounts.Select(a => a.Id).SingleAsync(Cancellation);
        await ProveSecondAsync("marta-keller", "jonas-w");
        await Popup.PressAsync("/me/link");
        var token = Popup.Page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        await Popup.SendAsync(new Uri(Popup.Visited[0], $"/me/accounts/{id}/unlink"), new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));

        Assert.Equal(HttpStatusCode.NotFound, Popup.Status);
        Assert.Equal(["GitHub:1003"], await AccountsOfAsync("Priya Nair"));
    }

    [Fact]
    public async Task A_moderators_badge_follows_the_account()
    {
        await Application.ChangeSiteAsync(site => site.Moderators.Add("GitHub:1002"));
        await ProveSecondAsync("marta-keller", "jonas-w");
        await using var database = await Application.OpenDatabaseAsync();
        var marta = await database.Commenters.Include(c => c.Accounts).SingleAsync(c => c.Name == "Marta Keller", Cancellation);
        using var person = await PersonAsync(marta);
        var page = EmbedApplication.NewPage();
        var comment = await person.PostAsync(page, "Text");
        Assert.Null((await Application.ReadHtmlAsync(page)).Comment(comment).QuerySelector(".badge"));

        await Popup.PressAsync("/me/link");
        Assert.NotNull((await Application.ReadHtmlAsync(page)).Comment(comment).QuerySelector(".badge"));
        var known = Popup.Page.QuerySelectorAll("form[action*=unlink]").Single(form => form.Closest("li")!.TextContent.Contains("Jonas", StringComparison.Ordinal));
        await Popup.PressAsync(known.GetAttribute("action")!);

        Assert.Null((await Application.ReadHtmlAsync(page)).Comment(comment).QuerySelector(".badge"));
    }

    [Fact]
    public async Task The_added_account_brings_its_picture_to_choose_and_changes_nothing_by_itself()
    {
        await ProveSecondAsync("marta-keller", "jonas-w");
        var shown = await PictureOfAsync("GitHub:1001");
        await Popup.PressAsync("/me/link");

        var added = await PictureOfAsync("GitHub:1002");

        Assert.NotEqual(shown, added);
        await using var database = await Application.OpenDatabaseAsync();
        Assert.Equal(shown, await database.Commenters.Select(c => c.PictureHash).SingleAsync(Cancellation));
        await OpenHomeAsync(Popup);
        Assert.Equal(["/pictures/" + shown, "/pictures/" + added], Popup.Page.QuerySelectorAll("form[action='/me/picture'] img").Select(image => image.GetAttribute("src")));
    }

    [Fact]
    public async Task Nothing_is_added_to_an_account_that_is_about_to_go()
    {
        await ProveSecondAsync("marta-keller", "jonas-w");
        await using var database = await Application.OpenDatabaseAsync();
        await database.Commenters.ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, Application.Clock.GetUtcNow().AddHours(1)), Cancellation);

        await Popup.PressAsync("/me/link");

        Assert.Equal(HttpStatusCode.Conflict, Popup.Status);
        Assert.Equal(["GitHub:1001"], await AccountsOfAsync("Marta Keller"));
        await OpenHomeAsync(Popup);
        Assert.Null(Popup.Page.QuerySelector("a[href^='/signin']"));
    }

    private static string AddAddress(Popup popup) => popup.Page.QuerySelector("a.button[href^='/signin']")!.GetAttribute("href")!;

    private static async Task<Popup> OpenHomeAsync(Popup popup)
    {
        await popup.GoAsync("/me");
        return popup;
    }

    // Up to the page that asks.
    private async Task ProveSecondAsync(string first, string second)
    {
        await Popup.GoAsync("/signin?return=/me");
        await Popup.SignInAsync(first);
        await Popup.GoAsync(AddAddress(Popup));
        Assert.Contains("Add a way to sign in", Popup.Page.Title, StringComparison.Ordinal);
        await Popup.SignInAsync(second);
    }

    private async Task<Person> PersonAsync(Commenter commenter)
    {
        var person = await Person.SignInAsync(Application, "Somebody");
        await using var database = await Application.OpenDatabaseAsync();
        await database.Sessions.Where(s => s.CommenterId == person.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.CommenterId, commenter.Id), Cancellation);
        return person;
    }

    // It is fetched after the sign-in.
    private async Task<string> PictureOfAsync(string key)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            await using var database = await Application.OpenDatabaseAsync();
            var account = await database.Accounts.AsNoTracking().SingleAsync(a => a.Provider == "GitHub" && a.Subject == key.Substring(7), Cancellation);
            if (account.PictureHash is { } hash)
            {
                return hash;
            }

            Assert.False(timeout.IsCancellationRequested, $"No picture of {key} came.");
            await Task.Yield();
        }
    }

    private async Task<IReadOnlyList<string>> AccountsOfAsync(string name)
    {
        await using var database = await Application.OpenDatabaseAsync();
        var commenter = await database.Commenters.Include(c => c.Accounts).SingleOrDefaultAsync(c => c.Name == name, Cancellation);
        return commenter is null ? [] : [.. commenter.Accounts.Select(account => account.Key).Order(StringComparer.Ordinal)];
    }
}
