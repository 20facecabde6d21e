using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What is imported is here as it was there, and what is not is in the report.</summary>
public sealed class ImportTests : IAsyncDisposable
{
    private static readonly string[] NotPublished = ["held", "spam", "no"];
    private static readonly string[] Ring = ["y", "x", "z"];

    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task A_thread_is_here_as_it_was_there()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(
            Thread("t") with { IsClosed = true },
            Person("p"),
            Comment("reply", "t", "top", 5, "p") with { UpVotes = 3, DownVotes = 1, EditedAt = Then.AddMinutes(7), IsPinned = true },
            Comment("top", "t", null, 1, "p") with { Text = "<p>Some <b>bold</b> words<script>alert(1)</script>", Markup = SourceMarkup.Html },
            Comment("plain", "t", null, 2) with { Text = "1 * 2 * 3\nnext", Markup = SourceMarkup.PlainText },
            Comment("held", "t", null, 3, "p") with { State = CommentState.Pending },
            Comment("spam", "t", null, 4, "p") with { State = CommentState.Spam },
            Comment("no", "t", null, 6, "p") with { State = CommentState.Rejected });

        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
        var comments = await workshop.CommentsAsync();
        var (top, reply, thread) = (comments["top"], comments["reply"], comments["top"].Thread!);
        Assert.Equal(("Some **bold** words", top.Id, 1, "a1"), (top.Body, reply.ParentId, reply.Depth, reply.Path));
        Assert.Equal((3, 1, Then.AddMinutes(7), Then.AddMinutes(5)), (reply.UpVotes, reply.DownVotes, reply.EditedAt, reply.PostedAt));
        Assert.Equal((true, "Title t", $"{EmbedApplication.Origin}/t", (long?)reply.Id, 3, Then.AddMinutes(1)), (thread.IsClosed, thread.Title, thread.PageAddress, thread.PinnedCommentId, thread.CommentCount, thread.CreatedAt));
        Assert.Equal(("Person p", CommenterKind.Imported), (top.Commenter!.Name, top.Commenter.Kind));
        Assert.Equal(CommenterKind.Former, comments["plain"].Commenter!.Kind);
        Assert.Contains("1 * 2 * 3<br>", comments["plain"].BodyHtml, StringComparison.Ordinal);
        Assert.Equal(
            [(CommentState.Pending, "import"), (CommentState.Spam, "import"), (CommentState.Rejected, "")],
            NotPublished.Select(key => (comments[key].State, comments[key].HeldFor)));
        await workshop.AssertSoundAsync();
        Assert.Equal(["person: Imported"], await workshop.ReportAsync(import.Id, ReportKind.Person));
    }

    [Fact]
    public async Task A_dry_run_says_all_and_changes_nothing_until_it_is_let_go_on()
    {
        var workshop = await OpenAsync(_application);
        var before = await workshop.DumpAsync();
        object[] file = [Thread("t"), Person("p"), Comment("a", "t", null, 1, "p"), Comment("b", "t", "a", 2, "p"), Comment("c", "t", "gone", 3, "p"), "A link back."];

        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, file);

        Assert.Equal(ImportState.Planned, planned.State);
        Assert.Equal(before, await workshop.DumpAsync());
        var report = await workshop.ReportAsync(planned.Id);
        Assert.Equal(
            [
                "comment a: Imported", "comment b: Imported", "comment c: Repaired The comment it answers is not in the file; a tombstone stands for it.",
                $"thread {EmbedApplication.Origin}/t: Imported", "person: Imported", "pingback: Skipped A link back.",
            ],
            report);
        Assert.Null((await workshop.Handler<RunPlanned>().HandleAsync(workshop.Administrator, ActedVia.Admin, planned.Id, Cancellation)).Refusal);
        var done = await workshop.EndAsync(planned.Id);
        Assert.Equal(ImportState.Done, done.State);
        Assert.Equal(report, await workshop.ReportAsync(planned.Id));
        Assert.Equal(
            ["a < top Published 1 “” 1", "b < a Published 1 “a1” 0", "gone < top Deleted 2 “” 1", "c < gone Published 1 “a1” 0"], await workshop.TreeAsync());
        await workshop.AssertSoundAsync();
    }

    [Fact]
    public async Task The_same_file_twice_changes_nothing_and_a_later_one_adds_what_is_new()
    {
        var workshop = await OpenAsync(_application);
        object[] file = [Thread("t"), Person("p"), Comment("a", "t", null, 1, "p"), Comment("b", "t", "a", 2, "p"), Comment("c", "t", "gone", 3, "p")];
        await workshop.ImportAsync(file);
        var before = await workshop.DumpAsync();

        var again = await workshop.ImportAsync(file);

        Assert.Equal(before, await workshop.DumpAsync());
        Assert.All(await workshop.ReportAsync(again.Id), line => Assert.EndsWith(": AlreadyThere", line, StringComparison.Ordinal));
        var later = await workshop.ImportAsync(
            [.. file[..4], Comment("c", "t", "gone", 3, "p") with { Text = "Another text" }, Comment("d", "t", "b", 4, "p"), Comment("gone", "t", "a", 0, "p")]);
        Assert.Equal(
            [
                "a: AlreadyThere", "b: AlreadyThere", "c: Updated", "d: Imported",
                "gone: Updated A tombstone stood for it; it is in its place now. It answers another comment there by now; here it stays where it is.",
            ],
            (await workshop.ReportAsync(later.Id, ReportKind.Comment)).Select(line => line["comment ".Length..]));
        var comments = await workshop.CommentsAsync();
        Assert.Equal(("Another text", "Text of gone", CommentState.Published), (comments["c"].Body, comments["gone"].Body, comments["gone"].State));
        Assert.Equal("Person p", comments["gone"].Commenter!.Name);
        await workshop.AssertSoundAsync();
    }

    [Fact]
    public async Task What_was_changed_here_since_stays_as_it_is_here()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(Thread("t"), Comment("a", "t"), Comment("b", "t"), Thread("u"), Comment("c", "u"));
        using var moderator = await Embed.IntegrationTests.Person.SignInAsync(_application, "Marta", Role.Moderator);
        var comments = await workshop.CommentsAsync();
        await moderator.DeleteAsync(comments["a"].Id).AssertDoneAsync();
        await workshop.Moves.MoveAsync(comments["b"].ThreadId, $"{EmbedApplication.Origin}/moved");
        await workshop.Moves.DeleteAsync(comments["c"].ThreadId);

        var again = await workshop.ImportAsync(
            Thread("t"), Comment("a", "t") with { Text = "New" }, Comment("b", "t") with { Text = "New" }, Comment("d", "t", "a", 9), Thread("u"), Comment("e", "u"));

        Assert.Equal(
            [
                "comment a: AlreadyThere It says something else there by now, but was changed here since.", "comment b: Updated", "comment d: Imported",
                "comment e: Skipped It was imported before, and deleted here since.",
            ],
            await workshop.ReportAsync(again.Id, ReportKind.Comment));
        comments = await workshop.CommentsAsync();
        Assert.Equal((CommentState.Deleted, "New"), (comments["a"].State, comments["b"].Body));
        Assert.Equal($"{EmbedApplication.Origin}/moved", comments["d"].Thread!.PageAddress);
        await workshop.AssertSoundAsync();
    }

    [Fact]
    public async Task No_reply_is_lost_whatever_its_parent_is()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(
            Thread("t"), Thread("u"), Thread("far", "https://elsewhere.example/page"),
            Comment("deleted", "t", null, 1) with { State = CommentState.Deleted, Text = "secret" }, Comment("1", "t", "deleted", 2),
            Comment("empty", "t", null, 3) with { Text = " " }, Comment("2", "t", "empty", 4), Comment("leaf", "t", "1", 5) with { State = CommentState.Deleted },
            Comment("nothing", "t") with { Text = "" }, Comment("there", "u", null, 6), Comment("3", "t", "there", 7),
            Comment("lost", "far"), Comment("4", "t", "lost", 8), Comment("nowhere", "unknown"),
            Comment("x", "t", "y", 10), Comment("y", "t", "z", 9), Comment("z", "t", "x", 11), Comment("self", "t", "self", 12),
            Comment("early", "t", "late", 13), Comment("late", "t", null, 14),
            Comment("same", "t", null, 15), Comment("same", "t", null, 15), Comment("same", "t", null, 15) with { Text = "Other" },
            Comment("timeless", "t", "late") with { PostedAt = null }, Comment("old", "t", null) with { PostedAt = DateTimeOffset.MinValue });

        Assert.Equal("", import.Message);
        Assert.Equal(
            [
                "comment deleted: Imported It was deleted there; a tombstone stands for it, because of its replies.", "comment 1: Imported",
                "comment empty: Repaired It says nothing; a tombstone stands for it, because of its replies.", "comment 2: Imported",
                "comment leaf: Skipped It was deleted there, and nothing hangs from it.", "comment nothing: Skipped It says nothing, and nothing hangs from it.",
                "comment there: Imported", "comment 3: Repaired The comment it answers is of another thread; a tombstone stands for it.",
                "comment lost: Skipped Its page is at elsewhere.example, which is none of this site’s origins. Add it in the site’s settings, or have addresses there rewritten.",
                "comment 4: Repaired The comment it answers is skipped; a tombstone stands for it.",
                "comment nowhere: Skipped Its thread, unknown, is not in the file.",
                "comment x: Imported", "comment y: Repaired It answers itself by way of others; it stands at top level.", "comment z: Imported",
                "comment self: Repaired It answers itself by way of others; it stands at top level.", "comment early: Imported", "comment late: Imported",
                "comment same: Imported", "comment same: Skipped The file has the same row before.",
                "comment same: Repaired Another comment has its id; it was given one of its own.",
                "comment timeless: Repaired It has no time that can be; it was given that of what is around it.",
                "comment old: Repaired It has no time that can be; it was given that of what is around it.",
            ],
            await workshop.ReportAsync(import.Id, ReportKind.Comment));
        var comments = await workshop.CommentsAsync();
        Assert.Equal("", comments["deleted"].Body);
        Assert.Equal(Then.AddMinutes(14), comments["timeless"].PostedAt);
        Assert.True(comments["late"].Id < comments["early"].Id);
        Assert.Equal([null, comments["y"].Id, comments["x"].Id], Ring.Select(key => comments[key].ParentId));
        Assert.DoesNotContain("leaf", comments.Keys);
        await workshop.AssertSoundAsync();
    }

    [Fact]
    public async Task Addresses_are_rewritten_and_threads_of_one_page_are_one()
    {
        var workshop = await OpenAsync(_application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        var live = await ada.PostAsync($"{EmbedApplication.Origin}/b", "Here before");
        var options = new ImportOptions { Rewrites = [new AddressRewrite("old.example/blog", EmbedApplication.Origin)] };

        var import = await workshop.ImportAsync(
            options, Thread("1", "http://old.example/blog/a/?utm_source=x#top"), Thread("2", "/a"), Thread("3", "//old.example/blog/b"),
            new SourceThread("4", "line 4") { ExplicitId = "post-4" }, new SourceThread("5", "line 5"), Thread("6", "https://old.example/blogger"),
            Comment("1", "1"), Comment("2", "2"), Comment("3", "3"), Comment("4", "4"), Comment("5", "5"), Comment("6", "6"));

        var comments = await workshop.CommentsAsync();
        Assert.Equal(comments["1"].ThreadId, comments["2"].ThreadId);
        Assert.Equal("#post-4", comments["4"].Thread!.Key);
        Assert.Equal(["1", "2", "3", "4"], comments.Keys.Order(StringComparer.Ordinal));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(await database.Comments.Where(c => c.Id == live).Select(c => c.ThreadId).SingleAsync(Cancellation), comments["3"].ThreadId);
        Assert.Equal(
            ["Skipped It has neither an address nor an id.", "Skipped Its page is at old.example, which is none of this site’s origins. Add it in the site’s settings, or have addresses there rewritten."],
            (await workshop.ReportAsync(import.Id, ReportKind.Thread)).Skip(4).Select(line => line[line.IndexOf("Skipped", StringComparison.Ordinal)..]));
        // What is old is not the latest, though it came last.
        using var nobody = Embed.IntegrationTests.Person.Anonymous(_application);
        var recent = (await nobody.SendAsync(HttpMethod.Get, $"/api/v1/sites/{EmbedApplication.Site}/recent").JsonAsync())["comments"]!.AsArray();
        Assert.Equal(live, (long)recent[0]!["id"]!);
        Assert.Equal(5, recent.Count);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_to_its_end_leaves_nothing_and_says_where()
    {
        var workshop = await OpenAsync(_application);
        var before = await workshop.DumpAsync();
        var request = new StartImport.Request(EmbedApplication.Site, ReadSource.Auto, "../broken.txt", new ImportOptions());
        foreach (var (text, message) in new[] { ("#records\n!Line 2 is cut off.", "Line 2 is cut off."), ("nothing known", "The file is of no known format") })
        {
            using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            var started = await workshop.Handler<StartImport>().HandleAsync(workshop.Administrator, ActedVia.Admin, request, file, Cancellation);
            var import = await workshop.EndAsync(started.Value);

            Assert.Equal(ImportState.Failed, import.State);
            Assert.StartsWith(message, import.Message, StringComparison.Ordinal);
            Assert.Equal("broken.txt", import.FileName);
        }

        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task Whoever_has_the_GitHub_account_has_the_comments_at_once()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(
            Thread("t"), Person("new") with { GitHubId = 4711, GitHubLogin = "Octo" }, Person("login") with { GitHubLogin = "Octo", Email = "octo@example.com" },
            Comment("a", "t", null, 1, "new"), Comment("b", "t", null, 2, "login"));
        var comments = await workshop.CommentsAsync();
        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.AsNoTracking().SingleAsync(a => a.Subject == "4711", Cancellation);
        Assert.Equal(("GitHub", comments["a"].CommenterId), (account.Provider, account.CommenterId));
        var person = await database.ImportedPeople.AsNoTracking().SingleAsync(Cancellation);
        Assert.Equal((comments["b"].CommenterId, "octo", null, null), (person.CommenterId, person.GitHubLogin, person.Email, person.Mailbox));

        // Once claimed, what comes later is the claimer's.
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        await database.ImportedPeople.ExecuteUpdateAsync(set => set.SetProperty(p => p.ClaimedById, ada.Id), Cancellation);
        await workshop.ImportAsync(Thread("t"), Person("login") with { GitHubLogin = "Octo" }, Comment("c", "t", null, 3, "login"));
        Assert.Equal(ada.Id, (await workshop.CommentsAsync())["c"].CommenterId);
    }

    [Fact]
    public async Task The_report_is_a_file_for_spreadsheets_and_programs()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Thread("t"), Comment("a", "t"), "=A \"link\", back");
        foreach (var (format, expected) in new[]
        {
            (ReportFormat.Csv, $"kind,place,what,outcome,note\r\ncomment,line a,comment a,imported,\r\nthread,line t,thread {EmbedApplication.Origin}/t,imported,\r\nother,line 1,pingback,skipped,\"'=A \"\"link\"\", back\"\r\n"),
            (ReportFormat.Ndjson, null),
        })
        {
            using var written = new StringWriter();
            Assert.Null((await workshop.Handler<ReadImportReport>().WriteAsync(workshop.Administrator, import.Id, format, written, Cancellation)).Refusal);
            Assert.Equal(expected ?? written.ToString(), written.ToString());
            Assert.Equal(expected is null ? 3 : 0, written.ToString().Split('\n').Count(line => line.StartsWith('{') && JsonNode.Parse(line)!["outcome"] is not null));
        }
    }
}
