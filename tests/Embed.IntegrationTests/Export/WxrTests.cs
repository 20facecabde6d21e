using System.Text;
using System.Xml.Linq;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Export;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests.Export;

/// <summary>What leaves for other systems: the published comments of one site, as Disqus and WordPress read them.</summary>
public sealed class WxrTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static readonly XNamespace WordPress = "http://wordpress.org/export/1.0/";
    private static readonly XNamespace Disqus = "http://www.disqus.com/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Threads_and_comments_are_read_again_by_the_importer_of_WordPress_files()
    {
        var page = EmbedApplication.NewPage();
        using var ada = await Person.SignInAsync(application, "Ada & “Eve” \u0001<b>");
        var first = await ada.PostAsync(page, "One *two*\nthree ]]> four\n\n```\na\n\nb\n```");
        var gone = await ada.PostAsync(page, "Gone", first);
        var answer = await ada.PostAsync(page, "An answer to what is gone", gone);
        var hidden = await ada.PostAsync(page, "Hidden");
        using var deleted = await ada.DeleteAsync(gone);
        await StateAsync(hidden, CommentState.Pending);

        var (rows, format) = (KeptRows.Read(application, await WxrAsync(), out var name), name);

        var thread = Assert.Single(rows.Threads, thread => thread.Address == page);
        var comments = rows.Comments.Where(comment => comment.ThreadId == thread.Id).ToList();
        Assert.Equal("wordpress", format);
        Assert.Equal([first, answer], comments.Select(comment => long.Parse(comment.Id.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)));
        // What it answered is gone, so it answers what that did.
        Assert.Equal(comments[0].Id, comments[1].ParentId);
        Assert.All(comments, comment => Assert.Equal((CommentState.Published, application.Clock.GetUtcNow()), (comment.State, comment.PostedAt)));
        Assert.Equal("Ada & “Eve” <b>", Assert.Single(rows.People, person => person.Id == comments[0].PersonId).Name);
        Assert.Contains("<em>two</em>", comments[0].Text, StringComparison.Ordinal);
        Assert.Contains("]]&gt; four", comments[0].Text, StringComparison.Ordinal);
        Assert.Contains("a\n\nb", comments[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', comments[0].Text.Split("<pre")[0]);
    }

    [Fact]
    public async Task A_thread_has_all_that_Disqus_asks_for()
    {
        var page = EmbedApplication.NewPage();
        using var ada = await Person.SignInAsync(application, "Ada");
        using var posted = await ada.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/comments", new { page, thread = "given", title = "A title", body = "Text", draftId = Guid.NewGuid() });
        Assert.True(posted.IsSuccessStatusCode);

        var item = Assert.Single(XDocument.Parse(Encoding.UTF8.GetString(await WxrAsync())).Descendants("item"), item => item.Element("link")!.Value == page);
        var comment = Assert.Single(item.Elements(WordPress + "comment"));

        Assert.Equal(("A title", "given", "open"), (item.Element("title")!.Value, item.Element(Disqus + "thread_identifier")!.Value, item.Element(WordPress + "comment_status")!.Value));
        Assert.Equal("2030-01-02 12:00:00", item.Element(WordPress + "post_date_gmt")!.Value);
        Assert.Equal(
            ["comment_id", "comment_author", "comment_author_email", "comment_author_url", "comment_author_IP", "comment_date", "comment_date_gmt", "comment_content", "comment_approved", "comment_type", "comment_parent"],
            comment.Elements().Select(element => element.Name.LocalName));
        Assert.Equal(("2030-01-02 12:00:00", "1", "0"), (comment.Element(WordPress + "comment_date_gmt")!.Value, comment.Element(WordPress + "comment_approved")!.Value, comment.Element(WordPress + "comment_parent")!.Value));
    }

    [Fact]
    public async Task Mail_addresses_are_in_it_only_if_they_are_wanted_and_everybody_has_another_one()
    {
        await using var imported = new EmbedApplication();
        using var ada = await Person.SignInAsync(imported, "Ada");
        using var eve = await Person.SignInAsync(imported, "Eve");
        await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        await eve.PostAsync(EmbedApplication.NewPage(), "Text");
        await RandomServer.AddImportAsync(imported, ada.Id);

        var (without, with) = (await EmailsAsync(imported, withEmail: false), await EmailsAsync(imported, withEmail: true));

        Assert.DoesNotContain("somebody@example.com", without);
        Assert.Contains("somebody@example.com", with);
        Assert.All(without.Concat(with.Where(email => email != "somebody@example.com")), email => Assert.EndsWith("@people.invalid", email, StringComparison.Ordinal));
        Assert.Equal((3, 3), (without.Distinct().Count(), with.Distinct().Count()));
    }

    [Fact]
    public async Task Nothing_of_deleted_threads_of_other_sites_or_of_what_is_not_published_is_in_it()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 10);
        await using var database = await from.OpenDatabaseAsync();
        var site = await from.SiteIdAsync();

        var ids = Read(await WxrAsync(from)).Select(comment => long.Parse(comment.Element(WordPress + "comment_id")!.Value, System.Globalization.CultureInfo.InvariantCulture));

        var published = await database.Comments.Where(c => c.SiteId == site && c.State == CommentState.Published).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation);
        Assert.NotEmpty(published);
        Assert.Equal(published, ids.Order());
    }

    [Fact]
    public async Task Another_server_that_imports_it_has_the_same_tree()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 13);
        await using var to = new EmbedApplication();
        var workshop = await ImportWorkshop.OpenAsync(to);

        var import = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(await WxrAsync(from)));

        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
        await workshop.AssertSoundAsync();
        var (wanted, there) = (await TreeAsync(from, id => $"{id}"), await TreeAsync(to, await SourcesAsync(to)));
        Assert.True(wanted.Count(line => line.Contains("answers", StringComparison.Ordinal)) > 5);
        Assert.Equal(wanted, there);
    }

    // Each published comment: page, moment, author, what it answers that is published, and its words.
    private static async Task<List<string>> TreeAsync(EmbedApplication server, Func<long, string> nameOf)
    {
        await using var database = await server.OpenDatabaseAsync();
        var site = await server.SiteIdAsync();
        var all = await database.Comments.AsNoTracking().Include(c => c.Thread).Include(c => c.Commenter)
            .Where(c => c.SiteId == site && c.Thread!.DeletedAt == null).ToDictionaryAsync(c => c.Id, Cancellation);
        return [.. all.Values.Where(c => c.State == CommentState.Published).Select(c =>
        {
            var parent = c.ParentId;
            while (parent is { } id && all[id].State != CommentState.Published)
            {
                parent = all[id].ParentId;
            }

            var words = string.Concat(ThreadReader.Parse(c.BodyHtml).TextContent.Where(character => !char.IsWhiteSpace(character)));
            // Neither has control characters, which XML cannot have.
            return string.Concat($"{nameOf(c.Id)} {(parent is { } answered ? $"answers {nameOf(answered)}" : "")} {c.Thread!.PageAddress} {c.PostedAt:u} {c.Commenter!.Name} {words}"
                .Where(character => !char.IsControl(character)));
        }).Order(StringComparer.Ordinal)];
    }

    // Which comment of the file each was.
    private static async Task<Func<long, string>> SourcesAsync(EmbedApplication server)
    {
        await using var database = await server.OpenDatabaseAsync();
        var keys = await database.ImportedItems.Where(item => item.Kind == ImportedKind.Comment).ToDictionaryAsync(item => item.TargetId, item => item.SourceKey, Cancellation);
        return id => keys[id].Split('/')[^1].Split('@')[0];
    }

    private static async Task<List<string>> EmailsAsync(EmbedApplication from, bool withEmail) =>
        [.. Read(await WxrAsync(from, withEmail)).Select(comment => comment.Element(WordPress + "comment_author_email")!.Value)];

    private static IEnumerable<XElement> Read(byte[] wxr) => XDocument.Parse(Encoding.UTF8.GetString(wxr)).Descendants(WordPress + "comment");

    private Task<byte[]> WxrAsync() => WxrAsync(application);

    private static async Task<byte[]> WxrAsync(EmbedApplication from, bool withEmail = false)
    {
        await using var snapshot = await ExportSnapshot.OpenAsync(from.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>(), Cancellation);
        await using var database = await from.OpenDatabaseAsync();
        using var output = new MemoryStream();
        await WriteWxr.WriteAsync(snapshot, await database.Sites.SingleAsync(site => site.Key == EmbedApplication.Site, Cancellation), withEmail, output, Cancellation);
        return output.ToArray();
    }

    private async Task StateAsync(long comment, CommentState state)
    {
        await using var database = await application.OpenDatabaseAsync();
        await database.Comments.Where(c => c.Id == comment).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, state), Cancellation);
    }
}
