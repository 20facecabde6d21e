using System.Net;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What the pages of imports ask for besides: another plan of the same file, what undoing would leave, and GitHub.</summary>
public sealed class ImportAgainTests : IAsyncDisposable
{
    private const string Token = "ghp_secret";

    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task A_plan_is_made_anew_from_the_same_file_until_something_is_written()
    {
        var workshop = await OpenAsync(_application);
        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Thread("t", "https://old.example/t"), Comment("a", "t"));
        Assert.Equal((0, 1), Outcomes(planned));
        var again = workshop.Handler<PlanAgain>();
        var rewritten = new ImportOptions { Rewrites = [new("old.example", EmbedApplication.Origin)], KeepsPrivate = true };

        Assert.Equal(Refusal.FormatUnknown, (await again.HandleAsync(workshop.Administrator, planned.Id, "papyrus", rewritten, Cancellation)).Refusal);
        Assert.Equal(Refusal.RewriteInvalid, (await again.HandleAsync(
            workshop.Administrator, planned.Id, ReadSource.Auto, new ImportOptions { Rewrites = [new("", "x")] }, Cancellation)).Refusal);
        Assert.Equal(Refusal.ImportNotFound, (await again.HandleAsync(workshop.Administrator, 4711, ReadSource.Auto, rewritten, Cancellation)).Refusal);
        Assert.Equal(planned.Id, (await again.HandleAsync(workshop.Administrator, planned.Id, ReadSource.Auto, rewritten, Cancellation)).Value);

        var other = await workshop.EndAsync(planned.Id);
        Assert.Equal((ImportState.Planned, "records"), (other.State, other.Format));
        Assert.Equal((1, 0), Outcomes(other));
        Assert.True(ImportOptions.Of(other) is { KeepsPrivate: true, IsDryRun: true, Via: ActedVia.Admin });
        Assert.Empty(await workshop.CommentsAsync());
        await workshop.Handler<RunPlanned>().HandleAsync(workshop.Administrator, ActedVia.Admin, planned.Id, Cancellation);
        var done = await workshop.EndAsync(planned.Id);
        Assert.Equal(ImportState.Done, done.State);
        Assert.False(workshop.Handler<ImportChoices>().CanPlanAgain(done));
        Assert.Equal(Refusal.ImportUnready, (await again.HandleAsync(workshop.Administrator, planned.Id, ReadSource.Auto, rewritten, Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_file_that_was_not_recognised_can_be_read_as_another_format()
    {
        var workshop = await OpenAsync(_application);
        var request = new StartImport.Request(EmbedApplication.Site, "disqus", "records.txt", new ImportOptions { IsDryRun = true });
        var started = await workshop.Handler<StartImport>().HandleAsync(
            workshop.Administrator, ActedVia.Admin, request, RecordLines.FileOf(Thread("t"), Comment("a", "t")), Cancellation);
        Assert.Equal(ImportState.Failed, (await workshop.EndAsync(started.Value)).State);

        await workshop.Handler<PlanAgain>().HandleAsync(workshop.Administrator, started.Value, "records", new ImportOptions(), Cancellation);

        var planned = await workshop.EndAsync(started.Value);
        Assert.Equal((ImportState.Planned, ""), (planned.State, planned.Message));
    }

    [Fact]
    public async Task What_undoing_would_leave_is_what_it_leaves()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(
            Thread("t"), Comment("answered", "t", null, 1), Comment("below", "t", "answered", 2), Comment("voted", "t", null, 3),
            Comment("reported", "t", null, 4), Comment("free", "t", null, 5));
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        var comments = await workshop.CommentsAsync();
        var preview = workshop.Handler<PreviewUndo>();
        Assert.Equal((5, 0), Of(await preview.HandleAsync(workshop.Administrator, import.Id, Cancellation)));
        await ada.TryPostAsync(comments["below"].Thread!.PageAddress, "An answer", comments["below"].Id).AssertDoneAsync();
        await ada.VoteAsync(comments["voted"].Id, 1).AssertDoneAsync();
        await ada.FlagAsync(comments["reported"].Id).AssertDoneAsync();

        var before = await preview.HandleAsync(workshop.Administrator, import.Id, Cancellation);

        Assert.Equal((5, 4), Of(before));
        await workshop.UndoAsync(import.Id);
        Assert.Equal(
            before.Value!.Named.Select(row => $"{NameOf(row)}: {row.Why}").Append($"comment {comments["answered"].Id}: Replies hang from it.").Order(StringComparer.Ordinal),
            (await workshop.KeptAsync(import.Id)).Where(row => row.StartsWith("comment", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal((4, 4), Of(await preview.HandleAsync(workshop.Administrator, import.Id, Cancellation)));
    }

    [Fact]
    public async Task Whoever_is_no_administrator_gets_none_of_it()
    {
        var workshop = await OpenAsync(_application);
        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Thread("t"), Comment("a", "t"));
        var (moderator, _) = await _application.MakeSessionAsync("Marta", Role.Moderator);
        var (github, asked) = GitHub(_ => "[]");
        using var fetch = github;

        Assert.Equal(Refusal.NotAllowed, (await workshop.Handler<PlanAgain>().HandleAsync(moderator, planned.Id, ReadSource.Auto, new(), Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await workshop.Handler<PreviewUndo>().HandleAsync(moderator, planned.Id, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await fetch.HandleAsync(moderator, ActedVia.Admin, Repository(), new Progress<int>(), Cancellation)).Refusal);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Issues_are_fetched_and_planned_and_the_token_is_kept_nowhere()
    {
        var workshop = await OpenAsync(_application);
        var (github, asked) = GitHub(path => path.Contains("/comments", StringComparison.Ordinal)
            ? """[{"id":11,"issue_url":"https://api.github.com/repos/ada/blog/issues/1","user":{"login":"ada","id":9},"created_at":"2020-01-01T10:00:00Z","body":"Rye"}]"""
            : $$"""[{"number":1,"url":"https://api.github.com/repos/ada/blog/issues/1","title":"{{EmbedApplication.Origin}}/rye","comments":1,"created_at":"2020-01-01T09:00:00Z","body":""}]""");
        using var fetch = github;

        var started = await fetch.HandleAsync(workshop.Administrator, ActedVia.Admin, Repository(), new Progress<int>(), Cancellation);

        var import = await workshop.EndAsync(started.Value!.ImportId!.Value);
        Assert.Equal((ImportState.Planned, "utterances", "ada-blog.json"), (import.State, import.Format, import.FileName));
        Assert.Equal((1, 0), Outcomes(import));
        Assert.Equal(2, asked.Count);
        Assert.All(asked, request => Assert.Equal($"Bearer {Token}", request));
        var files = Directory.GetFiles(_application.DataFolder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => Path.GetFileName(file) == "upload");
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(Token, await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_GitHub_refuses_is_said_and_nothing_is_kept()
    {
        var workshop = await OpenAsync(_application);
        var (github, _) = GitHub(_ => null);
        using var fetch = github;

        var refused = await fetch.HandleAsync(workshop.Administrator, ActedVia.Admin, Repository(), new Progress<int>(), Cancellation);
        var mistyped = await fetch.HandleAsync(workshop.Administrator, ActedVia.Admin, Repository() with { Repository = "blog" }, new Progress<int>(), Cancellation);
        var nowhere = await fetch.HandleAsync(workshop.Administrator, ActedVia.Admin, Repository() with { SiteKey = "nowhere" }, new Progress<int>(), Cancellation);

        Assert.Equal("GitHub refused the token: it is wrong or has run out.", refused.Value!.Fault);
        Assert.Equal("Name the repository by its owner and its name, such as ada/blog.", mistyped.Value!.Fault);
        Assert.Equal(Refusal.SiteNotFound, nowhere.Refusal);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Imports.AnyAsync(Cancellation));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_application.DataFolder, "imports")));
    }

    private static (int Imported, int Skipped) Outcomes(Import import) =>
        ((int)ImportCounts.Of(import).Comments.Imported, (int)ImportCounts.Of(import).Comments.Skipped);

    private static (long, long) Of(Outcome<PreviewUndo.Preview> preview) => (preview.Value!.Comments, preview.Value.Staying);

    private static StartGitHubImport.Request Repository() =>
        new(EmbedApplication.Site, IsGiscus: false, "ada/blog", "", "", Token, new ImportOptions { IsDryRun = true });

    private (StartGitHubImport Handler, List<string?> Asked) GitHub(Func<string, string?> answer)
    {
        var asked = new List<string?>();
        var handler = new StandIn(request =>
        {
            asked.Add(request.Headers.Authorization?.ToString());
            return answer(request.RequestUri!.AbsolutePath) is { } body
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) }
                : new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("{}") };
        });
        var services = _application.Services;
        return (new StartGitHubImport(services.GetRequiredService<ImportAccess>(), services.GetRequiredService<StartImport>(), handler, _application.Clock), asked);
    }

    private sealed class StandIn(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
