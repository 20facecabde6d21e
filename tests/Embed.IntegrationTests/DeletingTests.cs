using System.Net;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

public sealed class DeletingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_replies_a_tombstone_stays_in_place_and_the_replies_keep_their_numbers()
    {
        await application.ChangeSiteAsync(site => site.IsNumbered = true);
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var first = await ada.PostAsync(_page, "First");
        var middle = await ada.PostAsync(_page, "Unwise words");
        var reply = await ben.PostAsync(_page, "An answer", middle);
        var last = await ben.PostAsync(_page, "Last");

        await ada.DeleteAsync(middle).AssertDoneAsync();

        var html = await application.ReadHtmlAsync(_page);
        Assert.Equal([first, middle, last], html.QuerySelector("ol.comments")!.Ids());
        var tombstone = html.Comment(middle);
        Assert.Contains("gone", tombstone.ClassList);
        Assert.Equal("This comment was deleted.", tombstone.QuerySelector(":scope > article .quiet")?.TextContent);
        Assert.Null(tombstone.QuerySelector(":scope > article .name"));
        Assert.Null(tombstone.QuerySelector(":scope > article .acts"));
        Assert.Equal("2.1", html.Comment(reply).QuerySelector(".outline")?.TextContent);
        Assert.DoesNotContain("Unwise", html.TextContent, StringComparison.Ordinal);
        var thread = await application.ReadThreadAsync(_page);
        Assert.Equal(3, thread.CommentCount);
        Assert.Equal("", thread.Comments[1].AuthorName);
    }

    [Fact]
    public async Task Without_replies_it_disappears_and_its_number_is_not_given_again()
    {
        using var ada = await Person.SignInAsync(application);
        var first = await ada.PostAsync(_page, "First");
        var gone = await ada.PostAsync(_page, "Gone");

        await ada.DeleteAsync(gone).AssertDoneAsync();
        var next = await ada.PostAsync(_page, "Next");

        var thread = await application.ReadThreadAsync(_page);
        Assert.Equal([(first, "1"), (next, "3")], thread.All().Select(comment => (comment.Id, comment.Outline)));
        Assert.Equal(2, thread.CommentCount);
    }

    [Fact]
    public async Task A_chain_of_tombstones_goes_with_the_last_reply()
    {
        using var ada = await Person.SignInAsync(application);
        var top = await ada.PostAsync(_page, "Top");
        var middle = await ada.PostAsync(_page, "Middle", top);
        var leaf = await ada.PostAsync(_page, "Leaf", middle);

        await ada.DeleteAsync(top).AssertDoneAsync();
        await ada.DeleteAsync(middle).AssertDoneAsync();
        Assert.Equal([top, middle, leaf], (await application.ReadThreadAsync(_page)).All().Select(comment => comment.Id));

        await ada.DeleteAsync(leaf).AssertDoneAsync();
        var thread = await application.ReadThreadAsync(_page);
        Assert.Empty(thread.Comments);
        Assert.Equal(0, thread.CommentCount);
    }

    [Fact]
    public async Task Deleting_again_changes_nothing_and_succeeds()
    {
        using var ada = await Person.SignInAsync(application);
        var id = await ada.PostAsync(_page, "Text");
        await ada.DeleteAsync(id).AssertDoneAsync();
        var version = (await application.ReadThreadAsync(_page)).Version;

        await ada.DeleteAsync(id).AssertDoneAsync();

        var thread = await application.ReadThreadAsync(_page);
        Assert.Equal(version, thread.Version);
        Assert.Equal(0, thread.CommentCount);
    }

    [Theory]
    [InlineData("Moderator")]
    [InlineData("Administrator")]
    public async Task A_moderator_deletes_anyones(string role)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Enum.Parse<Role>(role));
        var id = await ada.PostAsync(_page, "Text");

        await moderator.DeleteAsync(id).AssertDoneAsync();

        Assert.Empty((await application.ReadThreadAsync(_page)).Comments);
    }

    [Fact]
    public async Task Nobody_else_may_delete_it_and_the_moderator_of_another_site_does_not_even_see_it()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        using var stranger = await Person.SignInAsync(
            application, "Mo", Role.Moderator, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        var id = await ada.PostAsync(_page, "Text");

        await ben.DeleteAsync(id).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await stranger.DeleteAsync(id).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await ben.DeleteAsync(77_777).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");

        Assert.Single((await application.ReadThreadAsync(_page)).Comments);
    }

    [Fact]
    public async Task The_text_is_nowhere_in_the_database()
    {
        const string Secret = "xyzzy-plugh-9471";
        using var ada = await Person.SignInAsync(application);
        var id = await ada.PostAsync(_page, $"My number is {Secret}");
        await ada.PostAsync(_page, "Holds it in place", id);
        Assert.NotEmpty(await TablesWithAsync(Secret));

        await ada.DeleteAsync(id).AssertDoneAsync();

        Assert.Empty(await TablesWithAsync(Secret));
    }

    /// <summary>The columns of the whole database in which a text stands.</summary>
    private async Task<IReadOnlyList<string>> TablesWithAsync(string text)
    {
        await using var database = await application.OpenDatabaseAsync();
        var columns = database.Model.GetEntityTypes()
            .SelectMany(type => type.GetProperties().Select(property => (Table: type.GetTableName(), Column: property.GetColumnName())))
            .ToList();
        var found = new List<string>();
        foreach (var (table, column) in columns)
        {
#pragma warning disable EF1002 // Names from the model; the text is a parameter.
            var count = await database.Database
                .SqlQueryRaw<int>($"SELECT COUNT(*) AS Value FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS TEXT), @text) > 0", new SqliteParameter("@text", text))
                .SingleAsync(Cancellation);
#pragma warning restore EF1002
            if (count > 0)
            {
                found.Add($"{table}.{column}");
            }
        }

        return found;
    }
}
