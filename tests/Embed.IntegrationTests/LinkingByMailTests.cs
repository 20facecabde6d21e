extern alias demo;

using System.Net;
using System.Text.RegularExpressions;
using demo::Embed.Demo;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Embed.IntegrationTests;

/// <summary>A mailbox as another way in for somebody who is signed in.</summary>
public sealed class LinkingByMailTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly StandInMailbox _mailbox = StandInMailbox.Start();
    private readonly Popup _popup;

    public LinkingByMailTests()
    {
        foreach (var (key, value) in _mailbox.Settings)
        {
            _application.Settings[key] = value;
        }

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
    public async Task A_second_mailbox_is_added_by_its_code_without_asking_for_a_name()
    {
        var mail = await BeginAsync();

        await _popup.PressAsync("/signin/mail/code", "code", Find(mail, "^[0-9]{6}\r?$"));
        Assert.Equal("/me/link", _popup.Visited[^1].AbsolutePath);
        Assert.Contains("s…@example.com", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
        await _popup.PressAsync("/me/link");

        Assert.Equal(["a…@example.com", "s…@example.com"], await AccountsAsync());
        // Of a mailbox there is no name to go back to.
        Assert.Null(_popup.Page.QuerySelector("button[name=there]"));
    }

    [Fact]
    public async Task The_mailed_link_adds_it_in_the_browser_that_asked()
    {
        var link = new Uri(Find(await BeginAsync(), "http://[^\\s]+"));

        await _popup.GoAsync(link.PathAndQuery);
        await _popup.PressAsync("/signin/mail/link", "secret", link.Fragment[1..]);

        Assert.Equal("/me/link", _popup.Visited[^1].AbsolutePath);
        await _popup.PressAsync("/me/link");
        Assert.Equal(["a…@example.com", "s…@example.com"], await AccountsAsync());
    }

    [Fact]
    public async Task The_mailed_link_does_nothing_in_another_browser()
    {
        var link = new Uri(Find(await BeginAsync(), "http://[^\\s]+"));
        using var other = new Popup(_application);

        await other.GoAsync(link.PathAndQuery);
        await other.PressAsync("/signin/mail/link", "secret", link.Fragment[1..]);

        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Equal(["a…@example.com"], await AccountsAsync());
        await other.GoAsync("/me");
        Assert.Equal("/signin", other.Visited[^1].AbsolutePath);
    }

    // Signs up by one mailbox, and asks for a mail to another.
    private async Task<MimeMessage> BeginAsync()
    {
        await _popup.GoAsync("/signin?return=/me");
        await _popup.PressAsync("/signin/mail", "address", "ada@example.com");
        await _popup.PressAsync("/signin/mail/code", "code", Find(await _mailbox.NextAsync(Cancellation), "^[0-9]{6}\r?$"));
        await _popup.PressAsync("/signin/mail/name", "name", "Ada");
        await _popup.GoAsync(_popup.Page.QuerySelector("a.button[href^='/signin']")!.GetAttribute("href")!);
        await _popup.PressAsync("/signin/mail", "address", "second@example.com");
        return await _mailbox.NextAsync(Cancellation);
    }

    private static string Find(MimeMessage mail, string pattern) =>
        Regex.Match(mail.TextBody ?? "", pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Value.Trim();

    private async Task<IReadOnlyList<string>> AccountsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(1, await database.Commenters.CountAsync(Cancellation));
        return await database.Accounts.OrderBy(a => a.Name).Select(a => a.Name).ToListAsync(Cancellation);
    }
}
