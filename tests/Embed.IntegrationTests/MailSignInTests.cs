extern alias demo;

using System.Net;
using System.Text.RegularExpressions;
using demo::Embed.Demo;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Embed.IntegrationTests;

/// <summary>Signing in by a mailed code or link, with real mail to a server on loopback.</summary>
public sealed partial class MailSignInTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly StandInMailbox _mailbox = StandInMailbox.Start();
    private readonly Popup _popup;

    public MailSignInTests()
    {
        foreach (var (key, value) in _mailbox.Settings)
        {
            _application.Settings[key] = value;
        }

        _application.Settings["Embed:Limits:MailsPerAddress"] = "12";
        _popup = new Popup(_application);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _application.ChangeSiteAsync(site => site.AllowsMail = true);

    public async ValueTask DisposeAsync()
    {
        _popup.Dispose();
        await _application.DisposeAsync();
        await _mailbox.DisposeAsync();
    }

    [Fact]
    public async Task Somebody_new_types_the_code_says_a_name_and_is_signed_in()
    {
        var mail = await AskAsync(_popup, "Ada.Lovelace@Example.com");
        await TypeAsync(_popup, CodeIn(mail));
        await _popup.PressAsync("/signin/mail/name", "name", "Countess");

        Assert.Equal("Countess", await NameOfSessionAsync(_popup));
        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.SingleAsync(Cancellation);
        Assert.Equal(("Email", "A…@example.com"), (account.Provider, account.Name));
        Assert.Equal(43, account.Subject.Length);
        foreach (var file in Directory.GetFiles(_application.DataFolder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain("lovelace", await reader.ReadToEndAsync(Cancellation), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Whoever_came_before_is_not_asked_again_however_the_address_is_spelled()
    {
        await SignUpAsync("ada@example.com", "Countess");
        using var later = new Popup(_application);

        await TypeAsync(later, CodeIn(await AskAsync(later, " ADA@EXAMPLE.com")));

        Assert.Equal("Countess", await NameOfSessionAsync(later));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(1, await database.Commenters.CountAsync(Cancellation));
    }

    [Fact]
    public async Task The_answer_is_the_same_whether_or_not_the_address_is_known_or_anything_is_sent()
    {
        await SignUpAsync("known@example.com", "Known");
        using var popup = new Popup(_application);
        var pages = new List<string>();
        foreach (var address in (string[])["known@example.com", "unknown@example.com", "known@example.com", "known@example.com"])
        {
            await popup.OpenAsync();
            await popup.PressAsync("/signin/mail", "address", address);
            Assert.Equal(HttpStatusCode.OK, popup.Status);
            pages.Add(FormToken().Replace(popup.Page.DocumentElement.OuterHtml, ""));
        }

        await using var database = await _application.OpenDatabaseAsync();
        // The last to the known one was its fourth.
        Assert.Equal(4, await database.MailedCodes.CountAsync(Cancellation));
        Assert.Contains("If this address can receive mail", pages[0], StringComparison.Ordinal);
        Assert.Single(pages.Distinct());
    }

    [Fact]
    public async Task Five_wrong_codes_are_the_end_of_the_right_one()
    {
        var code = CodeIn(await AskAsync(_popup, "ada@example.com"));
        for (var i = 0; i < MailSignIn.MaxAttempts; i++)
        {
            await TypeAsync(_popup, code == "000000" ? "000001" : "000000");
            Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
        }

        await TypeAsync(_popup, code);

        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
        Assert.Contains("wrong, used or too old", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_holds_for_ten_minutes()
    {
        var code = CodeIn(await AskAsync(_popup, "ada@example.com"));
        _application.Clock.Advance(MailSignIn.Lifetime);

        await TypeAsync(_popup, code);

        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
    }

    [Fact]
    public async Task A_code_is_used_once_and_its_link_with_it()
    {
        var mail = await AskAsync(_popup, "ada@example.com");
        await TypeAsync(_popup, $" {CodeIn(mail)[..3]} {CodeIn(mail)[3..]} ");
        Assert.Equal(HttpStatusCode.OK, _popup.Status);

        using var again = new Popup(_application);
        await OpenLinkAsync(again, LinkIn(mail));

        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        await _popup.GoAsync(CodePage(_popup));
        await TypeAsync(_popup, CodeIn(mail));
        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
    }

    [Fact]
    public async Task A_code_is_worth_nothing_in_another_browser()
    {
        var code = CodeIn(await AskAsync(_popup, "ada@example.com"));
        using var other = new Popup(_application);
        await AskAsync(other, "eve@example.com");

        await TypeAsync(other, code);

        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
    }

    [Fact]
    public async Task The_link_in_the_same_browser_lets_the_waiting_window_go_on()
    {
        var mail = await AskAsync(_popup, "ada@example.com");
        var waiting = CodePage(_popup);
        Assert.Null(_popup.Code);

        // What looks for malice opens it first.
        await _popup.GoAsync(LinkIn(mail).PathAndQuery);
        await OpenLinkAsync(_popup, LinkIn(mail));
        await _popup.PressAsync("/signin/mail/name", "name", "Ada");
        Assert.Equal("/signin/mail/opened", _popup.Visited[^1].AbsolutePath);
        Assert.Null(_popup.Code);
        await _popup.GoAsync(waiting);

        Assert.Equal("Ada", await NameOfSessionAsync(_popup));
    }

    [Fact]
    public async Task The_link_in_another_browser_signs_in_there_and_completes_nobody_else_s_sign_in()
    {
        using var victim = new Popup(_application);
        var mail = await AskAsync(_popup, "victim@example.com");
        var waiting = CodePage(_popup);

        await OpenLinkAsync(victim, LinkIn(mail));
        await victim.PressAsync("/signin/mail/name", "name", "Victim");
        Assert.Null(victim.Code);
        Assert.Contains("signed in as \u2068Victim", victim.Page.Body!.TextContent, StringComparison.Ordinal);
        await victim.GoAsync("/signin");
        Assert.Contains("Victim", victim.Page.Body!.TextContent, StringComparison.Ordinal);

        await _popup.GoAsync(waiting);
        Assert.Null(_popup.Code);
        await TypeAsync(_popup, CodeIn(mail));
        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
        await _popup.GoAsync("/signin");
        Assert.DoesNotContain("Victim", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_of_somebody_else_s_mailbox_signs_nobody_in_before_they_have_read_as_whom()
    {
        await SignUpAsync("eve@example.com", "Eve");
        using var victim = new Popup(_application);
        var (ada, _) = await _application.MakeSessionAsync("Ada");
        victim.Take(await OwnOrigin.CookieAsync(_application, ada.Id));
        var mail = await AskAsync(_popup, "eve@example.com");

        await OpenLinkAsync(victim, LinkIn(mail));

        Assert.Contains("e…@example.com", victim.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Now \u2068Ada\u2069 is signed in", victim.Page.Body.TextContent, StringComparison.Ordinal);
        Assert.Contains("Continue as \u2068Eve", victim.Page.QuerySelector("form[action*=confirm] button")!.TextContent, StringComparison.Ordinal);
        var fields = FieldsOf(victim);
        using var forged = await victim.PostAsync("/signin/mail/confirm", new FormUrlEncodedContent(fields.Where(field => field.Key == "ticket")));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        await using (var database = await _application.OpenDatabaseAsync())
        {
            // Nothing has become of it yet: Ada is who she was.
            Assert.True(await database.Sessions.AnyAsync(session => session.CommenterId == ada.Id && session.SiteId == null, Cancellation));
        }

        await victim.PressAsync("/signin/mail/confirm");
        Assert.Equal("/signin/mail/opened", victim.Visited[^1].AbsolutePath);
        Assert.Contains("signed in as \u2068Eve", victim.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task What_a_mail_has_shown_holds_in_its_browser_once_and_for_ten_minutes(bool isElsewhere, bool isLate)
    {
        await TypeAsync(_popup, CodeIn(await AskAsync(_popup, "ada@example.com")));
        var ticket = FieldsOf(_popup).Single(field => field.Key == "ticket").Value;
        using var other = new Popup(_application);
        await TypeAsync(other, CodeIn(await AskAsync(other, "eve@example.com")));
        if (isElsewhere)
        {
            other.Page.QuerySelector("[name=ticket]")!.SetAttribute("value", ticket);
            await other.PressAsync("/signin/mail/name", "name", "Thief");
            Assert.Equal(HttpStatusCode.BadRequest, other.Status);
            return;
        }

        _application.Clock.Advance(isLate ? MailSignIn.Lifetime : TimeSpan.Zero);
        await _popup.PressAsync("/signin/mail/name", "name", "Ada");
        Assert.Equal(isLate, _popup.Code is null);
        // With a form token that holds for whoever is signed in now.
        await _popup.GoAsync("/signin/mail/link");
        var again = FieldsOf(_popup).Where(field => field.Key == "__RequestVerificationToken").Append(new("ticket", ticket)).Append(new("name", "Again"));
        using var answer = await _popup.PostAsync("/signin/mail/name", new FormUrlEncodedContent(again));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("was done already", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_gets_three_mails_in_ten_minutes_and_ten_a_day()
    {
        for (var i = 0; i < 4; i++)
        {
            await _popup.OpenAsync();
            await _popup.PressAsync("/signin/mail", "address", "ada@example.com");
        }

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(3, await database.MailedCodes.CountAsync(Cancellation));
        for (var i = 0; i < 8; i++)
        {
            _application.Clock.Advance(TimeSpan.FromMinutes(11));
            await _popup.OpenAsync();
            await _popup.PressAsync("/signin/mail", "address", "ada@example.com");
        }

        Assert.Equal(10, await database.MailedCodes.CountAsync(Cancellation));
    }

    [Fact]
    public async Task An_address_gets_no_more_mails_sent_than_its_limit()
    {
        for (var i = 0; i < 14; i++)
        {
            await _popup.OpenAsync();
            await _popup.PressAsync("/signin/mail", "address", $"person{i}@example.com");
            Assert.Equal(HttpStatusCode.OK, _popup.Status);
        }

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(12, await database.MailedCodes.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Only_sites_that_want_it_offer_it()
    {
        await _popup.OpenAsync();
        Assert.NotNull(_popup.Page.QuerySelector("input[name=address]"));
        await _popup.OpenAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        Assert.Null(_popup.Page.QuerySelector("input[name=address]"));

        await _popup.GoAsync(_popup.Visited[^1].PathAndQuery.Replace("/signin?", "/signin/mail/code?", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, _popup.Status);
    }

    [Fact]
    public async Task What_is_no_address_comes_back_with_a_sentence()
    {
        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/mail", "address", "Ada <ada@example.com>");

        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
        Assert.Equal("Ada <ada@example.com>", _popup.Page.QuerySelector("input[name=address]")!.GetAttribute("value"));
        Assert.Contains("Write one e-mail address", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mail_says_where_it_is_for_and_nothing_of_it_is_fetched_or_answered()
    {
        var mail = await AskAsync(_popup, "ada@example.com");
        var code = CodeIn(mail);

        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal(("Comments", "comments@comments.example"), (mail.From.Mailboxes.Single().Name, mail.From.Mailboxes.Single().Address));
        Assert.EndsWith("@comments.example", mail.MessageId, StringComparison.Ordinal);
        Assert.Contains("Test blog", mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain(code, mail.Subject, StringComparison.Ordinal);
        Assert.Contains(code, mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)<img|src=|url\\(", mail.HtmlBody);
        Assert.Equal("", LinkIn(mail).Query.Replace("?lang=en", "", StringComparison.Ordinal));
        Assert.Equal(43 + 1, LinkIn(mail).Fragment.Length);
    }

    [Fact]
    public async Task A_name_for_this_server_that_somebody_made_up_is_in_no_mail()
    {
        using var popup = new Popup(_application, "https://evil.example");
        await popup.GoAsync("/signin");
        await popup.PressAsync("/signin/mail", "address", "ada@example.com");

        var mail = await _mailbox.NextAsync(Cancellation);

        Assert.DoesNotContain("evil", mail.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("://", mail.TextBody, StringComparison.Ordinal);
        Assert.Matches("[0-9]{6}", mail.TextBody);
    }

    private async Task<MimeMessage> AskAsync(Popup popup, string address)
    {
        await popup.OpenAsync();
        await popup.PressAsync("/signin/mail", "address", address);
        Assert.Equal(HttpStatusCode.OK, popup.Status);
        return await _mailbox.NextAsync(Cancellation);
    }

    private async Task SignUpAsync(string address, string name)
    {
        using var popup = new Popup(_application);
        await TypeAsync(popup, CodeIn(await AskAsync(popup, address)));
        await popup.PressAsync("/signin/mail/name", "name", name);
        Assert.NotNull(popup.Code);
    }

    private static Task TypeAsync(Popup popup, string code) => popup.PressAsync("/signin/mail/code", "code", code);

    // What the page's script does.
    private static async Task OpenLinkAsync(Popup popup, Uri link)
    {
        await popup.GoAsync(link.PathAndQuery);
        await popup.PressAsync("/signin/mail/link", "secret", link.Fragment[1..]);
    }

    private static List<KeyValuePair<string, string>> FieldsOf(Popup popup) =>
        [.. popup.Page.QuerySelectorAll("input[type=hidden]").Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? ""))];

    private static string CodePage(Popup popup) =>
        popup.Visited.Last(address => address.AbsolutePath == "/signin/mail/code").PathAndQuery;

    private async Task<string?> NameOfSessionAsync(Popup popup)
    {
        using var nobody = Person.Anonymous(_application);
        var session = await nobody.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = popup.Code, verifier = popup.Verifier }).JsonAsync();
        return (string?)session["name"];
    }

    private static string CodeIn(MimeMessage mail) => Regex.Match(mail.TextBody ?? "", "^[0-9]{6}\r?$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Value.Trim();

    private static Uri LinkIn(MimeMessage mail) => new(Regex.Match(mail.TextBody ?? "", "http://[^\\s]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);

    [GeneratedRegex("value=\"CfDJ[^\"]*\"", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FormToken();
}
