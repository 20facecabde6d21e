using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests.Export;

/// <summary>Our own export as one of the formats that a site imports.</summary>
public sealed class EmbedFormatTests
{
    private const string OwnGitHub = "https://git.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_comment_comes_with_its_place_text_state_and_counts()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 11);
        await using var database = await from.OpenDatabaseAsync();
        var site = await from.SiteIdAsync();
        var there = await database.Comments.AsNoTracking().Include(c => c.Thread).Include(c => c.Commenter!.Accounts)
            .Where(c => c.SiteId == site).OrderBy(c => c.Id).ToListAsync(Cancellation);

        var rows = KeptRows.Read(from, await from.ExportBytesAsync(EmbedApplication.Site), out var format);

        Assert.Equal("embed", format);
        var (threads, people) = (rows.Threads.ToDictionary(thread => thread.Id), rows.People.ToDictionary(person => person.Id));
        var kept = there.Where(comment => comment.Thread!.DeletedAt is null).ToList();
        Assert.Equal(kept.Select(comment => comment.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), rows.Comments.Select(comment => comment.Id));
        Assert.Distinct(rows.Comments.Select(comment => comment.Key));
        foreach (var (comment, row) in kept.Zip(rows.Comments))
        {
            Assert.Equal(comment.ParentId?.ToString(System.Globalization.CultureInfo.InvariantCulture), row.ParentId);
            Assert.Equal((comment.PostedAt, comment.EditedAt, comment.UpVotes, comment.DownVotes), (row.PostedAt, row.EditedAt, row.UpVotes, row.DownVotes));
            Assert.Equal(comment.State == CommentState.Shadowed ? CommentState.Rejected : comment.State, row.State);
            Assert.Equal(comment.Thread!.PageAddress, threads[row.ThreadId].Address);
            Assert.Equal(comment.Thread.PinnedCommentId == comment.Id, row.IsPinned);
            Assert.Equal(comment.Commenter!.Kind == CommenterKind.Former ? null : comment.Commenter.Name, row.PersonId is null ? null : people[row.PersonId].Name);
            Assert.Equal(row.Markup == SourceMarkup.Html ? comment.BodyHtml : comment.Body, row.Text);
        }

        Assert.Contains(rows.People, person => person.Name == "Imported");
    }

    [Fact]
    public async Task What_Markdown_cannot_say_comes_as_the_HTML_it_is()
    {
        await using var from = new EmbedApplication();
        using var ada = await Person.SignInAsync(from, "Ada");
        await RandomServer.AddImportAsync(from, ada.Id);

        var comment = Assert.Single(KeptRows.Read(from, await from.ExportBytesAsync(EmbedApplication.Site), out _).Comments);

        Assert.Equal(SourceMarkup.Html, comment.Markup);
        Assert.Contains("<td>1<br>", comment.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_is_there_shows_what_was_shown_and_the_same_file_again_adds_nothing()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 12);
        var file = await from.ExportBytesAsync(EmbedApplication.Site);
        await using var to = new EmbedApplication();
        // Another site, though its id and key are the same.
        to.Clock.Advance(TimeSpan.FromDays(1));
        var workshop = await ImportWorkshop.OpenAsync(to);

        var first = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file));
        await workshop.AssertSoundAsync();
        var before = await workshop.DumpAsync();
        var second = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file));

        Assert.Equal((ImportState.Done, "", ImportState.Done, ""), (first.State, first.Message, second.State, second.Message));
        Assert.Equal(await ShownAsync(from), await ShownAsync(to));
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task Into_the_very_site_that_it_is_of_nothing_comes_twice()
    {
        await using var application = new EmbedApplication();
        var workshop = await ImportWorkshop.OpenAsync(application);
        using var ada = await Person.SignInAsync(application, "Ada");
        var page = EmbedApplication.NewPage();
        var kept = await ada.PostAsync(page, "Kept");
        var gone = await ada.PostAsync(page, "Gone", kept);
        await ada.PostAsync(page, "Answer", gone);
        var file = await application.ExportBytesAsync(EmbedApplication.Site);

        var same = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file));

        Assert.Equal((3, 0), (ImportCounts.Of(same).Comments.AlreadyThere, ImportCounts.Of(same).Comments.Imported));
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal(3, await database.Comments.CountAsync(Cancellation));
        Assert.Equal(["Answer", "Gone", "Kept"], await database.Comments.Select(c => c.Body).Order().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Who_has_a_number_at_GitHub_is_known_by_it()
    {
        await using var from = new EmbedApplication();
        from.UseGitHub();
        using var ada = await Person.SignInAsync(from, "Ada");
        await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        await using (var database = await from.OpenDatabaseAsync())
        {
            await database.Accounts.Where(a => a.CommenterId == ada.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Subject, "583231"), Cancellation);
        }

        var rows = KeptRows.Read(from, await from.ExportBytesAsync(EmbedApplication.Site), out _);

        var person = Assert.Single(rows.People);
        Assert.Equal((583231, "github.com"), (person.GitHubId, person.GitHubHost));
    }

    [Fact]
    public async Task Numbers_of_a_firm_s_own_GitHub_count_only_where_people_sign_in_with_that()
    {
        await using var from = new EmbedApplication();
        from.UseGitHub(issuer: OwnGitHub);
        using var ada = await Person.SignInAsync(from, "Ada");
        await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        var subject = $"{RandomNumberGenerator.GetInt32(1, int.MaxValue)}";
        await using (var database = await from.OpenDatabaseAsync())
        {
            await database.Accounts.Where(a => a.CommenterId == ada.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Subject, subject), Cancellation);
        }

        var (site, whole) = (await from.ExportBytesAsync(EmbedApplication.Site), await from.ExportBytesAsync());

        Assert.Equal("""{"GitHub":"git.example"}""", JsonNode.Parse(whole)!["gitHub"]!.ToJsonString());
        await using var elsewhere = new EmbedApplication();
        Assert.DoesNotContain(subject, await SubjectsAsync(elsewhere, site));
        // There it is another provider, whose accounts come from the same server.
        await using var same = new EmbedApplication();
        same.UseGitHub("Work", OwnGitHub);
        Assert.Contains($"Work {subject}", await SubjectsAsync(same, site));
        // And an empty server takes all over that signs people in in the same way.
        await using var taking = ExportWorkshop.EmptyServer();
        taking.UseGitHub(issuer: OwnGitHub);
        await taking.TakeOverAsync(whole);
        Assert.Equal(whole, await taking.ExportBytesAsync());
    }

    [Fact]
    public async Task The_file_of_a_whole_server_and_one_of_another_version_say_why_not()
    {
        await using var from = new EmbedApplication();
        var whole = await from.ExportBytesAsync();
        var later = (JsonObject)JsonNode.Parse(await from.ExportBytesAsync(EmbedApplication.Site))!;
        later["version"] = 2;

        var several = Assert.Throws<ImportFileException>(() => KeptRows.Read(from, whole, out _));
        var another = Assert.Throws<ImportFileException>(() => KeptRows.Read(from, Encoding.UTF8.GetBytes(later.ToJsonString()), out _));

        Assert.Contains("several sites", several.Message, StringComparison.Ordinal);
        Assert.Contains("an export of version “2”, and this server reads version 1", another.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_make_no_sense_are_skipped_and_say_so()
    {
        using var from = new EmbedApplication();
        const string File =
            """
            {"format":"embed-export","version":1,"people":[5,{"id":1,"name":7},{"id":1}],"threads":[{"id":1,"pageAddress":"https://blog.example/"},{"id":1},{"id":2,"aliasOfId":1},{"id":3,"deletedAt":"x"}],
            "comments":[{"id":1,"threadId":9},{"id":2,"threadId":3},{},{"id":3,"threadId":1,"body":"\ud800","upVotes":-5,"commenterId":1}]}
            """;

        var rows = KeptRows.Read(from, Encoding.UTF8.GetBytes(File), out _);

        Assert.Equal(
            [
                "row 1 of people: row: It has no id.", "row 2 of threads: thread 1: Another has its id.", "row 3 of threads: thread 2: Its comments are in another thread.",
                "row 4 of threads: thread 3: It was deleted.", "row 1 of comments: comment 1: Its thread is not in the file.",
                "row 2 of comments: comment 2: Its thread was deleted.", "row 3 of comments: row: It has no id.",
            ],
            rows.Skipped);
        Assert.Equal(("3", "", 0), (Assert.Single(rows.Comments).Id, rows.Comments[0].Text, rows.Comments[0].UpVotes));
        Assert.Single(rows.People);
    }

    private static async Task<List<string>> SubjectsAsync(EmbedApplication application, byte[] file)
    {
        var workshop = await ImportWorkshop.OpenAsync(application);
        Assert.Equal(ImportState.Done, (await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file))).State);
        await using var database = await application.OpenDatabaseAsync();
        return await database.Accounts.Select(a => a.Provider + " " + a.Subject).ToListAsync(Cancellation);
    }

    private static async Task<List<string>> ShownAsync(EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        var site = await application.SiteIdAsync();
        var shown = await database.Comments.Where(c => c.SiteId == site && c.State == CommentState.Published)
            .Select(c => new { c.Thread!.PageAddress, c.BodyHtml, c.UpVotes, c.DownVotes }).ToListAsync(Cancellation);
        return [.. shown.Select(c => $"{c.PageAddress} +{c.UpVotes}-{c.DownVotes} {c.BodyHtml}").Order(StringComparer.Ordinal)];
    }
}
