using System.Collections.Concurrent;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>
/// A blog with accounts of its own: whoever is signed in there is signed in at its comments, without a window. The browser
/// refuses third-party cookies (<see cref="PartitioningControlTests"/>).
/// </summary>
public sealed class SingleSignOnTests(BrowserFixture browser, SingleSignOnTests.OwnAccounts blog) : IClassFixture<SingleSignOnTests.OwnAccounts>
{
    [Fact]
    public async Task Who_is_signed_in_on_the_page_writes_without_a_window()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor("ada", "Ada Lovelace"));

        await Expect(thread.Live.GetByText("Signed in as Ada Lovelace")).ToBeVisibleAsync();
        await thread.WriteAsync("From the blog's own account.");
        await thread.Post.ClickAsync();

        await Expect(thread.Comment("From the blog's own account.").GetByText("Ada Lovelace")).ToBeVisibleAsync();
        Assert.Single(reader.Context.Pages);
    }

    [Fact]
    public async Task Reload_with_another_token_for_the_same_person_exchanges_nothing()
    {
        await using var reader = await browser.OpenAsync();
        var exchanged = Exchanges(reader);
        var page = blog.PageFor("ada", "Ada");
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Live.GetByText("Signed in as Ada")).ToBeVisibleAsync();

        await reader.Page.ReloadAsync();
        await Expect(thread.Live.GetByText("Signed in as Ada")).ToBeVisibleAsync();
        // A page kept by a cache, long after its token ended.
        await reader.ReadAsync(blog.PageFor("ada", "Ada", age: 3_600));
        await Expect(thread.Live.GetByText("Signed in as Ada")).ToBeVisibleAsync();

        Assert.Equal(["POST"], exchanged);
        // What the token says of its person has changed.
        await reader.ReadAsync(blog.PageFor("ada", "Ada King"));
        await Expect(thread.Live.GetByText("Signed in as Ada King")).ToBeVisibleAsync();
        Assert.Equal(["DELETE", "POST", "POST"], exchanged.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Signed_out_on_the_page_is_signed_out_here_and_on_the_server()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor("ada", "Ada"));
        await Expect(thread.Live.GetByText("Signed in as Ada")).ToBeVisibleAsync();
        var token = await StoredAsync(reader.Page, "token");

        var ended = await reader.Page.RunAndWaitForResponseAsync(() => reader.Page.GotoAsync(blog.PageFor(null)), answer => answer.Request.Method == "DELETE");

        Assert.Equal(204, ended.Status);
        await Expect(thread.SignIn).ToBeVisibleAsync();
        Assert.Null(await StoredAsync(reader.Page, "token"));
        Assert.Null(await StoredAsync(reader.Page, "sso"));
        Assert.NotNull(token);
        Assert.False(await blog.HasSessionAsync(token));
    }

    [Fact]
    public async Task Another_person_on_the_same_device_is_not_taken_for_the_one_before()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor("ada", "Ada"));
        await Expect(thread.Live.GetByText("Signed in as Ada")).ToBeVisibleAsync();
        var token = await StoredAsync(reader.Page, "token");

        await reader.ReadAsync(blog.PageFor("ben", "Ben"));

        await Expect(thread.Live.GetByText("Signed in as Ben")).ToBeVisibleAsync();
        Assert.False(await blog.HasSessionAsync(token));
    }

    [Fact]
    public async Task A_page_that_is_too_old_says_so_when_somebody_acts_and_keeps_what_was_written()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("410 POST");
        reader.Expect("the server responded with a status of 410");
        var page = blog.PageFor("eve", "Eve", age: 3_600);
        var thread = await reader.ReadAsync(page);
        await thread.WriteAsync("Written on an old page.");
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Button("Sign in to post").ClickAsync();

        await Expect(thread.Notice("Reload the page to sign in again")).ToBeVisibleAsync();

        await Expect(thread.Field).ToHaveValueAsync("Written on an old page.");
        blog.Host.Put(new Uri(page).AbsolutePath, blog.BodyFor("eve", "Eve"));
        await reader.Page.ReloadAsync();
        await Expect(thread.Live.GetByText("Signed in as Eve")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Written on an old page.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Written on an old page.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_session_that_has_ended_is_begun_anew_by_the_next_page()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor("lea", "Lea"));
        await Expect(thread.Live.GetByText("Signed in as Lea")).ToBeVisibleAsync();
        var token = await StoredAsync(reader.Page, "token");
        await blog.EndSessionAsync(token);

        await reader.ReadAsync(blog.PageFor("lea", "Lea"));

        await reader.Page.WaitForFunctionAsync("([key, before]) => ![null, before].includes(localStorage.getItem(key))", new[] { KeyOf("token"), token });
        await Expect(thread.Live.GetByText("Signed in as Lea")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_is_banned_is_told_so_when_they_act()
    {
        await using (var before = await browser.OpenAsync())
        {
            var there = await before.ReadAsync(blog.PageFor("max", "Max"));
            await Expect(there.Live.GetByText("Signed in as Max")).ToBeVisibleAsync();
        }

        await blog.BanAsync("max");
        await using var reader = await browser.OpenAsync();
        reader.Expect("403 POST");
        reader.Expect("the server responded with a status of 403");
        var thread = await reader.ReadAsync(blog.PageFor("max", "Max"));
        await thread.SignIn.ClickAsync();

        await Expect(thread.Notice("You may not take part at this site")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_reader_of_a_page_that_is_too_old_reads_and_is_told_nothing()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("410 POST");
        reader.Expect("the server responded with a status of 410");

        var refused = await reader.Page.RunAndWaitForResponseAsync(
            () => reader.Page.GotoAsync(blog.PageFor("finn", "Finn", age: 3_600)), answer => answer.Url.EndsWith("/session/sso", StringComparison.Ordinal));

        Assert.Equal(410, refused.Status);
        var thread = new EmbeddedThread(reader.Page);
        await reader.Page.WaitForRequestAsync(request => request.Url.Contains("/events", StringComparison.Ordinal));
        await Expect(thread.SignIn).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".notice:visible")).ToHaveCountAsync(0);
        await Expect(thread.Live).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Signing_out_here_lasts_until_the_page_names_somebody_else_or_one_asks()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor("gil", "Gil"));
        await thread.SignOut.ClickAsync();
        await Expect(thread.SignIn).ToBeVisibleAsync();

        var exchanged = Exchanges(reader);
        await reader.Page.RunAndWaitForRequestAsync(
            () => reader.Page.GotoAsync(blog.PageFor("gil", "Gil")), request => request.Url.Contains("/events", StringComparison.Ordinal));
        await Expect(thread.SignIn).ToBeVisibleAsync();
        Assert.Empty(exchanged);
        await thread.SignIn.ClickAsync();
        await Expect(thread.Live.GetByText("Signed in as Gil")).ToBeVisibleAsync();

        await thread.SignOut.ClickAsync();
        await Expect(thread.SignIn).ToBeVisibleAsync();
        await reader.ReadAsync(blog.PageFor("hana", "Hana"));
        await Expect(thread.Live.GetByText("Signed in as Hana")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_that_signs_in_and_out_without_being_loaded_is_followed()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor(null));
        await Expect(thread.SignIn).ToBeVisibleAsync();

        await SetAsync(reader.Page, blog.Token("ida", "Ida"));
        await Expect(thread.Live.GetByText("Signed in as Ida")).ToBeVisibleAsync();
        await thread.WriteAsync("Still being written.");
        await SetAsync(reader.Page, blog.Token("jo", "Jo"));
        await Expect(thread.Live.GetByText("Signed in as Jo")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Still being written.");
        await SetAsync(reader.Page, "");
        await Expect(thread.SignIn).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Two_threads_of_a_page_use_its_token_once()
    {
        await using var reader = await browser.OpenAsync();
        var exchanged = Exchanges(reader);
        var page = blog.Host.Put(
            blog.NewPath(), $"<embed-comments thread='one'></embed-comments><embed-comments thread='two'></embed-comments>{blog.BodyFor("kai", "Kai")}", head: Blog.Style);

        await reader.Page.GotoAsync(page);

        await Expect(reader.Page.Locator("embed-comments").Nth(0).GetByText("Signed in as Kai")).ToBeVisibleAsync();
        await Expect(reader.Page.Locator("embed-comments").Nth(1).GetByText("Signed in as Kai")).ToBeVisibleAsync();
        Assert.Equal(["POST"], exchanged);
    }

    [Fact]
    public async Task Who_is_not_signed_in_goes_to_the_sites_own_login_and_comes_back()
    {
        await using var reader = await browser.OpenAsync();
        var login = blog.Host.Put("/login.html", "<p>The blog's own login</p>");
        var page = blog.PageFor(null, more: $"data-sso-login=\"{login}?return={{page}}\"");
        var thread = await reader.ReadAsync(page);

        await thread.SignIn.ClickAsync();

        await Expect(reader.Page.GetByText("The blog's own login")).ToBeVisibleAsync();
        Assert.Equal($"{login}?return={Uri.EscapeDataString(page)}", reader.Page.Url);
    }

    [Fact]
    public async Task Without_a_login_of_the_sites_own_the_usual_window_opens()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor(null));

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Ewa Lis");

        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
        await reader.Page.ReloadAsync();
        await Expect(thread.Live.GetByText("Signed in as Ewa Lis")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_is_signed_in_by_the_page_finds_their_account_on_our_own_origin()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.PageFor("lea", "Lea"));
        await thread.WriteAsync("Lea wrote this.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Lea wrote this.")).ToBeVisibleAsync();

        await Accounts.EnterAndExportAsync(reader, thread, "Lea wrote this.");
    }

    private static ConcurrentQueue<string> Exchanges(BrowserPage reader)
    {
        var exchanged = new ConcurrentQueue<string>();
        reader.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.Contains("/session", StringComparison.Ordinal) && request.Method != "OPTIONS")
            {
                exchanged.Enqueue(request.Method);
            }
        };
        return exchanged;
    }

    private static async Task SetAsync(IPage page, string token) =>
        await page.EvaluateAsync("token => document.querySelector('script[data-site]').setAttribute('data-sso', token)", token);

    private Task<string?> StoredAsync(IPage page, string name) =>
        page.EvaluateAsync<string?>("key => localStorage.getItem(key)", KeyOf(name));

    private string KeyOf(string name) => $"embed:{blog.Server.Origin}:{Blog.Site}:{name}";

    /// <summary>A blog whose server signs tokens.</summary>
    public sealed class OwnAccounts : Blog
    {
        private string _secret = "";

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await using var database = await OpenDatabaseAsync();
            var site = await database.Sites.SingleAsync(s => s.Key == Site);
            var settings = new SingleSignOn { SiteId = site.Id, Issuer = Host.Origin };
            _secret = Server.Services.GetRequiredService<SiteSecrets>().Rotate(settings);
            database.SingleSignOns.Add(settings);
            await database.SaveChangesAsync();
        }

        /// <summary>A page for somebody who is signed in there; null for nobody.</summary>
        /// <param name="subject">Their id on the blog.</param>
        /// <param name="name">Their name.</param>
        /// <param name="age">How old the page is, in seconds.</param>
        /// <param name="more">More attributes of the script tag.</param>
        public string PageFor(string? subject, string name = "", int age = 0, string more = "") =>
            Host.Put(NewPath(), BodyFor(subject, name, age, more), "A post", Style);

        /// <summary>The body of such a page.</summary>
        public string BodyFor(string? subject, string name = "", int age = 0, string more = "") =>
            Snippet(more: $"data-sso=\"{(subject is null ? "" : Token(subject, name, age))}\" {more}");

        /// <summary>A token as the blog's server makes it.</summary>
        public string Token(string subject, string name, int age = 0) =>
            SiteTokens.Sign(SiteTokens.Claims(Server.Clock.GetUtcNow().AddSeconds(-age), Host.Origin, Site, subject, name), _secret);

        /// <summary>Whether the token of a session still signs somebody in.</summary>
        public async Task<bool> HasSessionAsync(string? token)
        {
            var hash = Secret.HashOf(token!);
            await using var database = await OpenDatabaseAsync();
            return await database.Sessions.AnyAsync(s => s.TokenHash == hash);
        }

        /// <summary>Ends a session as time does: nobody is told.</summary>
        public async Task EndSessionAsync(string? token)
        {
            var hash = Secret.HashOf(token!);
            await using var database = await OpenDatabaseAsync();
            await database.Sessions.Where(s => s.TokenHash == hash).ExecuteDeleteAsync();
        }

        /// <summary>Bans one of the blog's people.</summary>
        public async Task BanAsync(string subject)
        {
            var account = $"{Site}:{subject}";
            await using var database = await OpenDatabaseAsync();
            var commenter = await database.Accounts.Where(a => a.Subject == account).Select(a => a.CommenterId).SingleAsync();
            database.Bans.Add(new() { CommenterId = commenter, CreatedAt = Server.Clock.GetUtcNow() });
            await database.SaveChangesAsync();
        }

        private Task<EmbedDbContext> OpenDatabaseAsync() =>
            Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();
    }
}
