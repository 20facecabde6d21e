using System.Collections.Concurrent;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Pictures;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SkiaSharp;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Pictures come from the comment server; nothing a reader sees comes from anybody but it and the page's own site.</summary>
public sealed class PictureTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Seen = "element => [...element.shadowRoot.querySelectorAll('.avatar > img')].filter(img => img.complete && img.naturalWidth === 96).length";

    private static readonly HttpClient Http = new();
    private static readonly string[] People = ["Ada Lovelace", "Bruno Silva", "Chiara Conti", "Daniel Okafor", "Elif Demir"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_and_taking_part_talk_to_the_page_s_site_and_the_comment_server_only()
    {
        var page = blog.NewPage();
        // More than is drawn at first, and more than a page of a thread has.
        await WriteAsync(page, 120);
        await using var reader = await browser.OpenAsync();
        var requests = Watch(reader);

        var thread = await reader.ReadAsync(page);
        await SeesAsync(reader, thread.Element, 5);
        await reader.Page.Keyboard.PressAsync("End");
        await SeesAsync(reader, thread.Element, 50);
        await thread.Element.GetByRole(AriaRole.Button, new() { Name = "more" }).ClickAsync();
        await Expect(thread.Comments).ToHaveCountAsync(120);
        await reader.RememberAsync(blog, People[0]);
        await reader.Page.ReloadAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await SeesAsync(reader, thread.Element, 5);
        await thread.WriteAsync("One more.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("One more.").Locator(".avatar > img")).ToHaveJSPropertyAsync("naturalWidth", 96);

        AssertOursOnly(requests, picturesAtLeast: People.Length);
    }

    [Fact]
    public async Task Every_other_form_does_so_too()
    {
        var page = blog.NewPage();
        await WriteAsync(page, 20);
        var index = blog.Host.Put(
            blog.NewPath(), $"<a href='{page}' data-embed-count>…</a><embed-count page='{page}'></embed-count><embed-recent count='5'></embed-recent>{blog.Snippet()}", "Index", Blog.Style);
        var oneRequest = blog.Host.Put(
            blog.NewPath(),
            $"<embed-comments></embed-comments><script async src='{blog.Server.Origin}/embed.js?site={Blog.Site}&lang=en' data-site='{Blog.Site}' referrerpolicy='no-referrer-when-downgrade'></script>",
            "A post", Blog.Style);
        await WriteAsync(oneRequest, 20);
        await using var reader = await browser.OpenAsync();
        var requests = Watch(reader);

        await reader.Page.GotoAsync(index);
        await SeesAsync(reader, reader.Page.Locator("embed-recent"), 5);
        await SeesAsync(reader, (await reader.ReadAsync(oneRequest)).Element, 5);
        await SeesAsync(reader, (await reader.ReadAsync(await IncludeAsync(page, blog.Snippet()))).Element, 5);
        await SeesAsync(reader, (await reader.ReadAsync(await IncludeAsync(page, ""))).Element, 5);
        await reader.Page.GotoAsync($"{blog.Server.Origin}/t/{Blog.Site}?page={Uri.EscapeDataString(page)}");
        await Expect(reader.Page.Locator(".avatar > img").First).ToHaveJSPropertyAsync("naturalWidth", 96);
        await Screenshots.TakeAsync(reader.Page, "pictures-own-page");
        await reader.Page.GotoAsync($"{blog.Server.Origin}/signin?return=/");
        await Expect(reader.Page.WithGitHub()).ToBeVisibleAsync();

        AssertOursOnly(requests, picturesAtLeast: 5);
    }

    [Fact]
    public async Task Nothing_moves_when_pictures_come_and_they_are_asked_for_after_the_thread()
    {
        var page = blog.NewPage();
        await WriteAsync(page, 8);
        var letGo = new TaskCompletionSource();
        await using var reader = await browser.OpenAsync();
        var requests = Watch(reader);
        await reader.Page.RouteAsync("**/pictures/*", async route =>
        {
            await letGo.Task;
            await route.ContinueAsync();
        });
        const string Places = "element => JSON.stringify([...element.shadowRoot.querySelectorAll('.avatar, .name, .body, .act')].map(item => { const { x, y, width } = item.getBoundingClientRect(); return [x, y, width]; }))";

        var thread = await reader.ReadAsync(page);
        await Expect(thread.Comments).ToHaveCountAsync(8);
        await Expect(thread.Element.Locator("time").First).ToHaveTextAsync("just now");
        var before = await thread.Element.EvaluateAsync<string>(Places);
        letGo.SetResult();
        await SeesAsync(reader, thread.Element, 8);

        Assert.Equal(before, await thread.Element.EvaluateAsync<string>(Places));
        var paths = requests.Select(request => new Uri(request).AbsolutePath).ToList();
        Assert.True(paths.FindIndex(path => path.StartsWith("/pictures/", StringComparison.Ordinal)) > paths.FindIndex(path => path.EndsWith("/thread.html", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_a_picture_is_forbidden_or_gone_the_letter_stays(bool isForbidden)
    {
        var path = blog.NewPath();
        var policy = $"img-src 'self'; script-src {blog.Server.Origin}; connect-src {blog.Server.Origin}";
        var page = blog.Host.Put(
            path, $"<embed-comments></embed-comments>{blog.Snippet()}", "A post", Blog.Style,
            isForbidden ? new Dictionary<string, string> { ["Content-Security-Policy"] = policy } : null);
        await WriteAsync(page, 2);
        await using var reader = await browser.OpenAsync();
        reader.Expect("/pictures/");
        reader.Expect("violates the following Content Security Policy directive");
        await reader.Page.RouteAsync("**/pictures/*", route => route.FulfillAsync(new() { Status = 404 }));

        var thread = await reader.ReadAsync(page);
        await Expect(thread.Element.Locator(".avatar > img")).ToHaveCountAsync(2);
        await reader.WaitForFaultAsync("/pictures/");

        await Screenshots.TakeAsync(reader.Page, $"pictures-{(isForbidden ? "forbidden" : "gone")}");
        // As if there were none.
        var seen = await thread.Element.Locator(".avatar").First.ScreenshotAsync();
        await thread.Element.EvaluateAsync("element => element.shadowRoot.querySelectorAll('.avatar > img').forEach(img => img.remove())");
        Assert.Equal(await thread.Element.Locator(".avatar").First.ScreenshotAsync(), seen);
    }

    [Theory]
    [InlineData("light", ColorScheme.Light, 900, "en")]
    [InlineData("dark", ColorScheme.Dark, 900, "en")]
    [InlineData("narrow", ColorScheme.Light, 360, "en")]
    [InlineData("rtl", ColorScheme.Light, 600, "ar")]
    [InlineData("forced", ColorScheme.Light, 600, "en")]
    public async Task Pictures_fit_in(string name, ColorScheme scheme, int width, string language)
    {
        var style = scheme == ColorScheme.Dark ? "<style>html { background: #14171c; color: #e8eaed }</style>" : "";
        var page = blog.NewPage(attributes: $"lang='{language}'", head: style);
        await WriteAsync(page, 5);
        await blog.PostAsync(page, "Without a picture.", by: "Zoë Quick");
        await using var reader = await browser.OpenAsync(new(width, 700, scheme));
        await reader.Page.EmulateMediaAsync(new() { ForcedColors = name == "forced" ? ForcedColors.Active : ForcedColors.None });

        var thread = await reader.ReadAsync(page);

        await SeesAsync(reader, thread.Element, 5);
        Assert.Equal(0, await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await Screenshots.TakeAsync(reader.Page, $"pictures-{name}");
    }

    private static async Task SeesAsync(BrowserPage reader, ILocator element, int pictures) => await reader.Page.WaitForFunctionAsync(
        $"([element, wanted]) => ({Seen})(element) >= wanted", new object[] { await element.ElementHandleAsync(), pictures });

    private static ConcurrentQueue<string> Watch(BrowserPage reader)
    {
        var requests = new ConcurrentQueue<string>();
        reader.Context.Request += (_, request) => requests.Enqueue(request.Url);
        return requests;
    }

    private void AssertOursOnly(IReadOnlyCollection<string> requests, int picturesAtLeast)
    {
        var addresses = requests.Where(request => !request.StartsWith("data:", StringComparison.Ordinal) && request != "about:blank")
            .Select(request => new Uri(request.Replace("ws:", "http:", StringComparison.Ordinal))).ToList();
        var pictures = addresses.Where(address => address.AbsolutePath.StartsWith("/pictures/", StringComparison.Ordinal)).ToList();

        Assert.Empty(addresses.Select(address => address.GetLeftPart(UriPartial.Authority)).Except([blog.Host.Origin, blog.Server.Origin]));
        Assert.InRange(pictures.Distinct().Count(), picturesAtLeast, int.MaxValue);
        Assert.All(pictures, picture => Assert.Equal(blog.Server.Origin, picture.GetLeftPart(UriPartial.Authority)));
    }

    /// <summary>Comments by people who have pictures.</summary>
    private async Task WriteAsync(string page, int comments)
    {
        for (var i = 0; i < comments; i++)
        {
            var person = People[i % People.Length];
            await blog.PostAsync(page, $"Remark {i}.", by: person);
            if (i < People.Length)
            {
                await GivePictureAsync(person, i);
            }
        }
    }

    private async Task GivePictureAsync(string person, int number)
    {
        var picture = EncodedPicture.From(PictureFiles.Drawn(200, 200, SKEncodedImageFormat.Png, canvas =>
        {
            canvas.Clear(SKColor.FromHsl(number * 70, 60, 75));
            using var paint = new SKPaint { IsAntialias = true, Color = SKColor.FromHsl(number * 70, 60, 30) };
            canvas.DrawCircle(100, 75, 35, paint);
            canvas.DrawOval(100, 190, 70, 70, paint);
        }));
        await using var database = await blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        var account = await database.Accounts.SingleAsync(a => a.Name == person, Cancellation);
        await blog.Server.Services.GetRequiredService<RecordPicture>().HandleAsync(account.Id, picture, Cancellation);
    }

    /// <summary>A page with the thread of another in its source, as a build makes it.</summary>
    private async Task<string> IncludeAsync(string page, string script)
    {
        var thread = await Http.GetStringAsync(
            new Uri($"{blog.Server.Origin}/api/v1/sites/{Blog.Site}/thread.html?as=document-fragment&lang=en&page={Uri.EscapeDataString(page)}"), Cancellation);
        return blog.Host.Put(blog.NewPath(), thread + script, "A post", Blog.Style);
    }
}
