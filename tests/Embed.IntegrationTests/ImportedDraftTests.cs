using System.Net;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What was imported was posted from no draft, and is in nobody's way who posts from one.</summary>
public sealed class ImportedDraftTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_people_with_imported_comments_join_and_go_and_a_post_is_still_tried_again_once()
    {
        var workshop = await OpenAsync(_application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        using var augusta = await Embed.IntegrationTests.Person.SignInAsync(_application, "Augusta");
        await workshop.ImportAsync(
            Thread("t"), Person("one"), Person("two"), Comment("a", "t", null, 1, "one"), Comment("b", "t", null, 2, "one"), Comment("c", "t", null, 3, "two"));
        await ClaimAsync("Person one", ada.Id);
        await ClaimAsync("Person two", augusta.Id);

        var (draft, page) = (Guid.NewGuid(), $"{EmbedApplication.Origin}/t");
        await ada.TryPostAsync(page, "New", draftId: draft).AssertDoneAsync();
        await ada.TryPostAsync(page, "New", draftId: draft).AssertDoneAsync();
        await augusta.TryPostAsync(page, "Another's", draftId: draft).AssertDoneAsync();
        await AccountJoining.RunAsync(_application, augusta.Id, ada.Id);

        var rows = await RowsAsync();
        Assert.Equal(["Text of a", "Text of b", "Text of c", "New", "Another's"], rows.Select(row => row.Body));
        Assert.All(rows, row => Assert.Equal(ada.Id, row.CommenterId));
        Assert.All(rows[..3], row => Assert.Equal(Guid.Empty, row.DraftId));
        Assert.Equal(draft, rows[3].DraftId);
        Assert.Equal(Guid.Empty, rows[4].DraftId);

        await AccountDeletion.RunAsync(_application, ada.Id, keepsComments: true);
        Assert.All(await RowsAsync(), row => Assert.Equal(Guid.Empty, row.DraftId));
    }

    [Fact]
    public async Task A_text_that_was_imported_is_found_again_in_a_post_and_in_an_edit()
    {
        var workshop = await OpenAsync(_application);
        await _application.ChangeSiteAsync(site => site.Rules = [new Rule { Condition = RuleCondition.RepeatedText, Number = 2, Verdict = RuleVerdict.Refuse }]);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        var page = $"{EmbedApplication.Origin}/t";
        await workshop.ImportAsync(Thread("t"), Comment("a", "t", null, 1) with { PostedAt = _application.Clock.GetUtcNow() });
        var id = await ada.PostAsync(page, "Her own");

        await ada.TryPostAsync(page, "Text of a").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "rule-refused");
        await ada.EditAsync(id, "Text of a").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "rule-refused");
        await ada.EditAsync(id, "Her own again").AssertDoneAsync();
    }

    [Fact]
    public async Task A_draft_is_looked_for_in_the_index_of_drafts()
    {
        await using var database = await _application.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);
        await using var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"""EXPLAIN QUERY PLAN SELECT "Id" FROM "Comments" WHERE "CommenterId" = ?1 AND "DraftId" = ?2 AND {EmbedModel.HasDraft}""";
        await using var reader = await command.ExecuteReaderAsync(Cancellation);

        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Contains("IX_Comments_CommenterId_DraftId (CommenterId=? AND DraftId=?)", reader.GetString(3), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task<List<Comment>> RowsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Comments.AsNoTracking().OrderBy(c => c.Id).ToListAsync(Cancellation);
    }

    // As an administrator's yes does it.
    private async Task ClaimAsync(string name, long by)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var person = await database.Commenters.Where(c => c.Name == name).Select(c => c.Id).SingleAsync(Cancellation);
        await database.Comments.Where(c => c.CommenterId == person).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, by), Cancellation);
    }
}
