using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests.Export;

/// <summary>The export of a site, imported into that very site: what is there does not come again, and stays as it is.</summary>
public sealed class OwnExportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_changes_nothing_though_what_is_there_came_with_another_site_s()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 13);
        var theirs = await from.ExportBytesAsync(EmbedApplication.Site);
        await using var application = Elsewhere();
        var workshop = await OpenAsync(application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(application, "Ada");
        var page = EmbedApplication.NewPage();
        await ada.PostAsync(page, "An answer", await ada.PostAsync(page, "Posted here"));
        Assert.Equal("", (await workshop.ImportAsync(new ImportOptions(), new MemoryStream(theirs))).Message);
        var (before, comments) = (await workshop.DumpAsync(), await CountAsync(application));
        Assert.True(comments > 20);

        for (var i = 0; i < 2; i++)
        {
            var own = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(await application.ExportBytesAsync(EmbedApplication.Site)));

            Assert.Equal((ImportState.Done, new OutcomeCounts(AlreadyThere: comments)), (own.State, ImportCounts.Of(own).Comments));
            Assert.All([.. await workshop.ReportAsync(own.Id, ReportKind.Comment), .. await workshop.ReportAsync(own.Id, ReportKind.Thread)], line => Assert.EndsWith(": AlreadyThere", line, StringComparison.Ordinal));
            Assert.Equal(before, await workshop.DumpAsync());
        }

        // And the other site's is known as what it was.
        await workshop.ImportAsync(new ImportOptions(), new MemoryStream(theirs));
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task What_is_another_here_by_now_stays_and_the_row_says_so()
    {
        await using var application = Elsewhere();
        var workshop = await OpenAsync(application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(application, "Ada");
        using var bob = await Embed.IntegrationTests.Person.SignInAsync(application, "Bob");
        var page = EmbedApplication.NewPage();
        var edited = await ada.PostAsync(page, "Edited");
        var gone = await ada.PostAsync(page, "Gone");
        var voted = await ada.PostAsync(page, "Voted", gone);
        await ada.PostAsync(page, "The same");
        await workshop.ImportAsync(Thread("t"), Comment("time", "t", null, 1));
        var file = await application.ExportBytesAsync(EmbedApplication.Site);
        await ada.EditAsync(edited, "Edited by now").AssertDoneAsync();
        await ada.DeleteAsync(gone).AssertDoneAsync();
        await bob.VoteAsync(voted, 1).AssertDoneAsync();
        await workshop.ImportAsync(Thread("t"), Comment("time", "t", null, 2));
        var before = await workshop.DumpAsync();

        var older = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file));

        Assert.Equal(before, await workshop.DumpAsync());
        string[] others = [": text", ": text, state", ": votes", "", ": time"];
        Assert.Equal(
            others.Select(other => other.Length == 0 ? "AlreadyThere" : $"AlreadyThere The file is of this very site, and what is here stays. Another here since{other}."),
            (await workshop.ReportAsync(older.Id, ReportKind.Comment)).Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public async Task A_thread_that_has_the_id_it_had_there_does_not_follow_an_older_one()
    {
        await using var from = new EmbedApplication();
        var there = await OpenAsync(from);
        using var zoe = await Embed.IntegrationTests.Person.SignInAsync(from, "Zoe");
        await zoe.PostAsync(EmbedApplication.NewPage(), "Theirs");
        await using var application = Elsewhere();
        var workshop = await OpenAsync(application);
        await workshop.ImportAsync(new ImportOptions(), new MemoryStream(await from.ExportBytesAsync(EmbedApplication.Site)));
        var older = await application.ExportBytesAsync(EmbedApplication.Site);
        var thread = Assert.Single(KeptRows.Read(application, older, out _).Threads);
        Assert.Equal(thread.Id, Assert.Single(KeptRows.Read(from, await from.ExportBytesAsync(EmbedApplication.Site), out _).Threads).Id);
        var id = long.Parse(thread.Id.Split(' ')[0], CultureInfo.InvariantCulture);
        await there.Handler<ChangeThread>().HandleAsync(
            await AdminActors.OfAsync(from, Role.Administrator), [id], new ChangeThread.Change(IsClosed: true), Cancellation);
        await workshop.ImportAsync(new ImportOptions(), new MemoryStream(await from.ExportBytesAsync(EmbedApplication.Site)));
        await using var database = await application.OpenDatabaseAsync();
        Assert.True(await database.Threads.AnyAsync(t => t.Id == id && t.IsClosed, Cancellation));
        var before = await workshop.DumpAsync();

        await workshop.ImportAsync(new ImportOptions(), new MemoryStream(older));

        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task What_is_not_there_any_more_comes_again_once()
    {
        await using var application = Elsewhere();
        var workshop = await OpenAsync(application);
        var import = await workshop.ImportAsync(Thread("t"), Comment("a", "t", null, 1), Comment("b", "t", "a", 2));
        var file = await application.ExportBytesAsync(EmbedApplication.Site);
        await workshop.UndoAsync(import.Id);

        var (first, second) = (await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file)), await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file)));

        Assert.Equal((2, 2), (ImportCounts.Of(first).Comments.Imported, ImportCounts.Of(second).Comments.AlreadyThere));
        Assert.Equal(2, await CountAsync(application));
    }

    [Fact]
    public async Task Another_site_s_comments_come_though_they_have_ids_and_times_of_comments_that_are_here()
    {
        await using var from = new EmbedApplication();
        using var zoe = await Embed.IntegrationTests.Person.SignInAsync(from, "Zoe");
        await zoe.PostAsync(EmbedApplication.NewPage(), "Theirs");
        await using var application = Elsewhere();
        var workshop = await OpenAsync(application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(EmbedApplication.NewPage(), "Ours");
        await using var database = await application.OpenDatabaseAsync();
        await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.PostedAt, from.Clock.GetUtcNow()), Cancellation);
        var file = await from.ExportBytesAsync(EmbedApplication.Site);
        Assert.Equal(id.ToString(CultureInfo.InvariantCulture), Assert.Single(KeptRows.Read(from, file, out _).Comments).Id);

        await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file));

        Assert.Equal(["Ours", "Theirs"], await database.Comments.OrderBy(c => c.Body).Select(c => c.Body).ToListAsync(Cancellation));
    }

    // Made at another moment, as any two servers are.
    private static EmbedApplication Elsewhere()
    {
        var application = NewApplication();
        application.Clock.Advance(TimeSpan.FromDays(1));
        return application;
    }

    private static async Task<int> CountAsync(EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Comments.CountAsync(Cancellation);
    }
}
