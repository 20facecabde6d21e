using System.Net;
using AngleSharp.Dom;
using Embed.Server.Admin;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>The pages on which administrators find threads, act on them and take acts back.</summary>
public sealed class MovingPagesTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string Threads = $"/admin/sites/{EmbedApplication.Site}/threads";
    private const string Log = $"/admin/sites/{EmbedApplication.Site}/log";
    private readonly string _a = EmbedApplication.NewPage();
    private readonly string _b = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Merging_is_shown_first_then_done_then_undone_in_the_log()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_a, "First");
        await ada.PostAsync(_b, "Second");
        var page = await ThreadPageAsync(admin, _b);

        using var planned = await admin.SendAsync(Form(page, "merge"), ("into", _a));
        var plan = await ReadAsync(planned);
        Assert.Equal(1, (await application.ReadThreadAsync(_a)).CommentCount);
        using var done = await admin.SendAsync(Form(plan, "merge"));
        var log = await admin.ReadAsync(done.Headers.Location!.OriginalString);
        Assert.Equal(2, (await application.ReadThreadAsync(_b)).CommentCount);
        using var undone = await admin.SendAsync(Form(log, "undo"));

        Assert.Equal(HttpStatusCode.OK, planned.StatusCode);
        Assert.Contains("1 published comment now, 2 published comments then", plan.TextContent, StringComparison.Ordinal);
        Assert.Contains(_b, plan.QuerySelectorAll("ul:not(.cards) li").Select(item => item.TextContent));
        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        Assert.Contains($"Merged {_b} into {_a}: 1 comment.", log.TextContent, StringComparison.Ordinal);
        Assert.Contains("Done.", log.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, undone.StatusCode);
        Assert.Equal(1, (await application.ReadThreadAsync(_b)).CommentCount);
        Assert.Contains("Undone by", (await admin.ReadAsync(Log)).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_stands_at_its_field_and_what_was_typed_comes_back()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_a, "First");
        await ada.PostAsync(_b, "Second");
        var page = await ThreadPageAsync(admin, _a);

        using var nowhere = await admin.SendAsync(Form(page, "move"), ("address", "https://evil.example/<x>"));
        using var taken = await admin.SendAsync(Form(page, "move"), ("address", _b));
        using var split = await admin.SendAsync(Form(page, "split"), ("comment", "x"), ("page", _b), ("title", "T"));
        var (first, second, third) = (await ReadAsync(nowhere), await ReadAsync(taken), await ReadAsync(split));

        Assert.All([nowhere, taken, split], answer => Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode));
        Assert.Equal("https://evil.example/<x>", first.QuerySelector("#address")!.GetAttribute("value"));
        Assert.NotNull(first.QuerySelector("#address-fault"));
        Assert.Equal(_b, second.QuerySelector("#into")!.GetAttribute("value"));
        Assert.Equal(["x", _b, "T"], third.QuerySelectorAll("#comment, #page, #title").Select(field => field.GetAttribute("value")));
        Assert.Single(third.QuerySelectorAll(".fault"));
        using var wrong = await admin.SendAsync(Form(page, "split"), ("comment", $"{id}"), ("page", _b), ("__RequestVerificationToken", "x"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(1, (await application.ReadThreadAsync(_b)).CommentCount);
    }

    [Fact]
    public async Task An_act_that_a_later_one_builds_on_says_so_at_its_entry()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var thread = await moves.ThreadOfAsync(await ada.PostAsync(_a, "First"));
        var first = await moves.MoveAsync(thread, _b);
        await moves.MoveAsync(thread, EmbedApplication.NewPage());

        using var refused = await admin.SendAsync((await admin.ReadAsync(Log)).QuerySelector($"#entry-{first} form")!);
        var log = await ReadAsync(refused);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains($"undo that first: Moved {_b}", log.QuerySelector($"#entry-{first} .fault")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_are_found_by_title_and_by_any_address_and_paged()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var mark = Guid.NewGuid().ToString("N")[..8];
        for (var i = 0; i < 51; i++)
        {
            await ada.PostAsync($"{EmbedApplication.Origin}/{mark}/{i}", "Text");
        }

        (await ada.TryPostAsync($"{_a}/brötchen", "Text", title: $"100%_{mark}")).Dispose();
        var listed = await admin.ReadAsync($"{Threads}?q={mark}/");
        var older = await admin.ReadAsync(listed.QuerySelector("a.button")!.GetAttribute("href")!);
        var titled = await admin.ReadAsync($"{Threads}?q=%25_{mark}");
        var id = titled.QuerySelector(".cards a")!.GetAttribute("href")!.Split('/')[^1];
        await moves.MoveAsync(long.Parse(id, System.Globalization.CultureInfo.InvariantCulture), _b);
        using var tooLong = await admin.GetAsync($"{Threads}?q={new string('x', 201)}");

        Assert.Equal(50, listed.QuerySelectorAll(".cards li").Length);
        Assert.Single(older.QuerySelectorAll(".cards li"));
        Assert.Null(older.QuerySelector("a.button"));
        Assert.Single(titled.QuerySelectorAll(".cards li"));
        Assert.Equal($"/admin/threads/{id}", (await admin.ReadAsync($"{Threads}?q={Uri.EscapeDataString(_a["https://".Length..])}/brötchen")).QuerySelector(".cards a")!.GetAttribute("href"));
        Assert.Contains("Also lead here", (await admin.ReadAsync($"/admin/threads/{id}")).TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooLong.StatusCode);
        Assert.NotNull((await ReadAsync(tooLong)).QuerySelector("#q-fault"));
    }

    [Fact]
    public async Task A_site_counts_threads_and_not_their_former_addresses()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var moves = await ThreadMoves.OpenAsync(application);
        var id = await ada.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Text");

        await moves.MoveAsync(await moves.ThreadOfAsync(id), EmbedApplication.NewPage(EmbedApplication.OtherOrigin));

        var root = await SiteSignOn.ActorAsync(application, Role.Administrator);
        var listed = (await application.Services.GetRequiredService<ListSites>().HandleAsync(root.Commenter, TestContext.Current.CancellationToken))
            .Single(site => site.Key == EmbedApplication.OtherSite);
        Assert.Equal((1, 1), (listed.Threads, listed.Comments));
        Assert.Single((await admin.ReadAsync($"/admin/sites/{EmbedApplication.OtherSite}/threads")).QuerySelectorAll(".cards li"));
    }

    private static async Task<IElement> ThreadPageAsync(OwnOrigin admin, string page) =>
        await admin.ReadAsync((await admin.ReadAsync($"{Threads}?q={Uri.EscapeDataString(page)}")).QuerySelector(".cards a")!.GetAttribute("href")!);

    private static IElement Form(IElement page, string verb) => page.QuerySelector($"form[action$='/{verb}']")!;

    private static async Task<IElement> ReadAsync(HttpResponseMessage answer) =>
        ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
}
