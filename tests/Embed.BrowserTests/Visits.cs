using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>How people come to a page, and sign in.</summary>
internal static class Visits
{
    /// <summary>What the browser reports when a server is stopped or the network is gone, and nothing else.</summary>
    public static void ExpectLostConnection(this BrowserPage reader)
    {
        reader.Expect("net::ERR_CONNECTION_REFUSED");
        reader.Expect("net::ERR_CONNECTION_RESET");
        reader.Expect("net::ERR_CONNECTION_CLOSED");
        reader.Expect("net::ERR_EMPTY_RESPONSE");
        reader.Expect("net::ERR_INTERNET_DISCONNECTED");
    }

    /// <summary>Opens the page and waits until the thread, or a sentence in its place, is there.</summary>
    public static async Task<EmbeddedThread> ReadAsync(this BrowserPage reader, string page)
    {
        await reader.Page.GotoAsync(page);
        var thread = new EmbeddedThread(reader.Page);
        // Where somebody is signed in already, the drawn and the live one are there side by side for a moment.
        await Assertions.Expect(thread.Discussion.First).ToBeVisibleAsync();
        return thread;
    }

    /// <summary>The paths that are asked for at the comment server from now on until comments are seen: loader and thread.</summary>
    public static ConcurrentQueue<string> WatchRequests(this BrowserPage reader, Blog blog)
    {
        var requests = new ConcurrentQueue<string>();
        reader.Context.Request += (_, request) =>
        {
            var path = new Uri(request.Url).AbsolutePath;
            if (request.Url.StartsWith(blog.Server.Origin, StringComparison.Ordinal) && (path == "/embed.js" || path.EndsWith("/thread.html", StringComparison.Ordinal)))
            {
                requests.Enqueue(path);
            }
        };
        return requests;
    }

    /// <summary>Opens the page as somebody who signed in there before, and waits until the thread is live.</summary>
    public static async Task<EmbeddedThread> TakePartAsync(this BrowserPage reader, Blog blog, string page, string person, string site = Blog.Site)
    {
        await reader.RememberAsync(blog, person, site);
        await reader.Page.GotoAsync(page);
        var thread = new EmbeddedThread(reader.Page);
        await Assertions.Expect(thread.Live).ToBeVisibleAsync(new() { Timeout = 15_000 });
        return thread;
    }

    /// <summary>Puts somebody's sign-in where the element keeps it, once: signing out stays signed out.</summary>
    public static async Task RememberAsync(this BrowserPage reader, Blog blog, string person, string site = Blog.Site)
    {
        var host = site == Blog.Second ? blog.OtherHost : blog.Host;
        var values = JsonSerializer.Serialize(
            new[] { host.Origin, $"embed:{blog.Server.Origin}:{site}:token", await blog.TokenAsync(person, site, host.Origin) });
        await reader.Context.AddInitScriptAsync($$"""
            (([origin, key, token]) => {
              if (location.origin !== origin || localStorage.getItem('remembered:' + key)) return;
              localStorage.setItem(key, token);
              localStorage.setItem('remembered:' + key, 'once');
            })({{values}});
            """);
    }

    /// <summary>
    /// Clicks what opens the sign-in window, and waits until the page has heard from it: one that is closed before may have been cut
    /// off, and the server is asked for its code.
    /// </summary>
    public static async Task<IPage> OpenSignInAsync(this BrowserPage reader, Func<Task> open)
    {
        await reader.Page.EvaluateAsync("() => addEventListener('message', ({ data }) => { window.isHeard ||= data?.type === 'embed-signin-open'; })");
        var popup = await reader.Page.RunAndWaitForPopupAsync(open);
        await Assertions.Expect(popup.WithGitHub()).ToBeVisibleAsync();
        await reader.Page.WaitForFunctionAsync("window.isHeard");
        return popup;
    }

    /// <summary>Clicks what opens the sign-in window, and signs in there with an account of the stand-in.</summary>
    public static async Task SignInAsync(this BrowserPage reader, Func<Task> open, string account)
    {
        var popup = await reader.Page.RunAndWaitForPopupAsync(open);
        await popup.WithGitHub().ClickAsync();
        await popup.GetByRole(AriaRole.Button, new() { Name = account }).ClickAsync();
    }

    /// <summary>The sign-in window's button for GitHub. (Names within its sentences are isolated by invisible characters.)</summary>
    public static ILocator WithGitHub(this IPage popup) => popup.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Continue with .*GitHub", RegexOptions.None, TimeSpan.FromSeconds(1)) });
}
