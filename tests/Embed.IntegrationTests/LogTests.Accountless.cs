using System.Net;
using System.Text.RegularExpressions;
using Embed.Tests;
using MimeKit;

namespace Embed.IntegrationTests;

/// <summary>The flows that end otherwise than in a popup, or begin without an account elsewhere.</summary>
public sealed partial class LogTests
{
    private const string MailPassword = "the-mail-servers-password";
    private const string SessionAddress = $"/api/v1/sites/{EmbedApplication.Site}/session";

    // Away from the page and back: the code is in the fragment of the page's address.
    private async Task ReturnAsync()
    {
        using var window = new Popup(_application);
        await window.OpenAsync(page: EmbedApplication.NewPage());
        Seen(window);
        await window.SignInAsync("marta-keller");
        Seen(window);
        Seen("verifier", window.Verifier);
        var code = window.Page.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content")!.Split("#embed-signin=")[1];
        Seen("code in a fragment", code);
        using var page = Person.Anonymous(_application);
        Seen("session token", (string)(await RedeemAsync(page, code, window.Verifier).JsonAsync())["token"]!);
    }

    // The verifier alone, before and after the sign-in.
    private async Task LostOpenerAsync()
    {
        using var popup = new Popup(_application);
        popup.FirstHeaders["Origin"] = EmbedApplication.Origin;
        await popup.OpenAsync();
        Seen("verifier asked with", popup.Verifier);
        using var page = Person.Anonymous(_application);
        await page.SendAsync(HttpMethod.Post, SessionAddress, new { verifier = popup.Verifier })
            .AssertRefusedAsync(HttpStatusCode.Conflict, "sign-in-unfinished");
        await popup.SignInAsync("marta-keller");
        Seen(popup);
        var session = await page.SendAsync(HttpMethod.Post, SessionAddress, new { verifier = popup.Verifier }).JsonAsync();
        Seen("session token", (string)session["token"]!);
    }

    // A wrong code, the right one and a name; then the link of another mail. The addresses are nobody's business either.
    private async Task MailAsync()
    {
        Seen("mail server's password", MailPassword);
        Seen("mail server's password as sent", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"\0comments\0{MailPassword}")));
        using var popup = new Popup(_application);
        var mail = await AskForMailAsync(popup, "countess.lovelace@example.com");
        var code = Find(mail, "^[0-9]{6}\r?$");
        await popup.PressAsync("/signin/mail/code", "code", code == "000000" ? "000001" : "000000");
        await popup.PressAsync("/signin/mail/code", "code", code);
        Seen(popup);
        await popup.PressAsync("/signin/mail/name", "name", "Countess");
        Seen(popup);
        Assert.NotNull(popup.Code);

        using var other = new Popup(_application);
        var link = new Uri(Find(await AskForMailAsync(other, "second.mailbox@example.com"), "http://[^\\s]+"));
        await other.GoAsync(link.PathAndQuery);
        await other.PressAsync("/signin/mail/link", "secret", link.Fragment[1..]);
        Seen(other);
        await other.PressAsync("/signin/mail/name", "name", "Second");
        Assert.Equal("/signin/mail/opened", other.Visited[^1].AbsolutePath);
        Seen(other);
    }

    // From the widget, and by a plain form of the thread's own page.
    private async Task GuestAsync()
    {
        using var guest = Person.Anonymous(_application);
        var granted = await guest.SendAsync(HttpMethod.Post, $"{SessionAddress}/guest", new { name = "Ada" }).JsonAsync();
        Seen("guest's token", (string)granted["token"]!);
        guest.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        await guest.PostAsync(EmbedApplication.NewPage(), "By a guest");

        using var browser = await OwnOrigin.OpenAsync(_application);
        var form = (await browser.ReadAsync(Own + Uri.EscapeDataString(EmbedApplication.NewPage()))).QuerySelector("form.form")!;
        using var posted = await browser.SendAsync(form, ("name", "Ada"), ("body", "By a guest's plain form"));
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        Assert.All(posted.Headers.GetValues("Set-Cookie"), set => Seen("guest's cookie", set.Split('=', 2)[1].Split(';')[0]));
    }

    // At /me: another way in, by a provider and by mail, and its forms.
    private async Task AccountAsync()
    {
        using var popup = new Popup(_application);
        await popup.GoAsync("/signin?return=/me");
        await popup.SignInAsync("jonas-w");
        Seen(popup);
        await popup.GoAsync(AddAddress(popup));
        await popup.SignInAsync("priya-n");
        Seen(popup);
        await popup.PressAsync("/me/link");
        Assert.Equal("?done=linked", popup.Visited[^1].Query);
        await popup.GoAsync(AddAddress(popup));
        await popup.PressAsync("/signin/mail", "address", "third.mailbox@example.com");
        await popup.PressAsync("/signin/mail/code", "code", Find(await NextMailAsync("third.mailbox@example.com"), "^[0-9]{6}\r?$"));
        Assert.Equal("/me/link", popup.Visited[^1].AbsolutePath);
        Seen(popup);
        await popup.PressAsync("/me/link");

        await popup.PressAsync("/me/name", "name", "Jonas W.");
        await popup.GoAsync("/me");
        await popup.PressAsync("unlink");
        Assert.Equal("?done=unlinked", popup.Visited[^1].Query);
        Seen(popup);
        await popup.GoAsync("/me/export");
        await popup.GoAsync("/me/delete");
        await popup.PressAsync("/me/delete", "comments", "keep");
        Seen(popup);
        await popup.GoAsync("/me");
        await popup.PressAsync("/me/keep");
        Seen(popup);
        await popup.GoAsync("/me");
        await popup.PressAsync("/me/sessions/revoke");
        Seen(popup);
    }

    private async Task<MimeMessage> AskForMailAsync(Popup popup, string address)
    {
        await popup.OpenAsync();
        await popup.PressAsync("/signin/mail", "address", address);
        Seen(popup);
        return await NextMailAsync(address);
    }

    // The next mail, with all that is secret in it.
    private async Task<MimeMessage> NextMailAsync(string address)
    {
        Seen("mail address", address);
        Seen("first part of a mail address", address.Split('@')[0]);
        var mail = await _mailbox.NextAsync(Cancellation);
        Seen("mailed code", Find(mail, "^[0-9]{6}\r?$"));
        Seen("mailed link's secret", new Uri(Find(mail, "http://[^\\s]+")).Fragment[1..]);
        return mail;
    }

    private static string AddAddress(Popup popup) => popup.Page.QuerySelector("a.button[href^='/signin']")!.GetAttribute("href")!;

    private static string Find(MimeMessage mail, string pattern) =>
        Regex.Match(mail.TextBody ?? "", pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Value.Trim();
}
