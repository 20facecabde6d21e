using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Embed.IntegrationTests;

/// <summary>A database of an earlier version, brought up to date.</summary>
public sealed class UpgradeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_of_the_first_version_has_all_that_this_one_keeps()
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-");
        try
        {
            var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.FullName, "old.db"), Pooling = false }.ConnectionString;
            var options = new DbContextOptionsBuilder<EmbedDbContext>().UseSqlite(connection).AddInterceptors(new SqlitePragmas()).Options;
            await using var database = new EmbedDbContext(options);
            await database.GetService<IMigrator>().MigrateAsync("20261123162747_Initial", Cancellation);
            await database.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Sites (Id, "Key", Name, Origins, Moderators, MaxIndent, IsNumbered, EditWindowMinutes, HoldsComments, DefaultSort, Revision, NamesRevision, CreatedAt)
                  VALUES (5, 'old', 'Old', '["https://old.example"]', '[]', 6, 0, 15, 0, 0, 0, 0, 0);
                INSERT INTO Threads (Id, SiteId, "Key", PageAddress, Title, IsClosed, CommentCount, Version, CreatedAt)
                  VALUES (7, 5, 'old.example/', 'https://old.example/', '', 0, 4, 9, 0);
                INSERT INTO Commenters (Id, Provider, Subject, Name, CreatedAt) VALUES (3, 'GitHub', '1', 'Ada', 0);
                INSERT INTO Sessions (TokenHash, CommenterId, SiteId, CreatedAt, ExpiresAt) VALUES (x'01', 3, 5, 1000, 2000);
                """,
                Cancellation);
            // 1(2(3 4)) where 2 is deleted and 4 is pending, then a chain of 103 replies to 5.
            await AddAsync(database, 1, null, 0, 1, CommentState.Published, up: 9, down: 1);
            await AddAsync(database, 2, 1, 1, 12, CommentState.Deleted);
            await AddAsync(database, 3, 2, 2, 1, CommentState.Published);
            await AddAsync(database, 4, 2, 2, 2, CommentState.Pending);
            await AddAsync(database, 5, null, 0, 2, CommentState.Published);
            for (var i = 1; i <= 103; i++)
            {
                await AddAsync(database, 5 + i, 4 + i, i, 1, CommentState.Published);
            }

            await database.Database.MigrateAsync(Cancellation);

            var account = await database.Accounts.SingleAsync(Cancellation);
            Assert.Equal((3, "GitHub:1", "Ada"), (account.CommenterId, account.Key, account.Name));
            var session = await database.Sessions.SingleAsync(Cancellation);
            Assert.Equal((5L, "https://old.example", session.CreatedAt), (session.SiteId!.Value, session.Origin, session.UsedAt));
            Assert.True((await database.Sites.SingleAsync(Cancellation)).HoldsGuests);
            Assert.Empty((await database.Sites.SingleAsync(Cancellation)).Rules);
            // What was written before there was a search is found by it.
            Assert.Equal(108, await database.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM CommentSearch WHERE CommentSearch MATCH 'x'").SingleAsync(Cancellation));

            var comments = await database.Comments.AsNoTracking().ToDictionaryAsync(c => c.Id, Cancellation);
            Assert.All(comments.Values, comment => Assert.Equal(5, comment.SiteId));
            Assert.Equal([(null, ""), (1, "b12"), (1, "b12a1"), (1, "b12a2")], new long[] { 1, 2, 3, 4 }.Select(id => (comments[id].RootId, comments[id].Path)));
            Assert.Equal([1, 1, 0, 0], new long[] { 1, 2, 3, 4 }.Select(id => comments[id].ReplyCount));
            Assert.Equal(CommentOrder.Score(9, 1), comments[1].Score);
            Assert.Equal(0, comments[2].Score);
            for (var i = 1; i <= 103; i++)
            {
                Assert.Equal(ReplyPath.Of(comments[4 + i], 1), comments[5 + i].Path);
                Assert.Equal(i <= 100 ? 103 - i : i == 103 ? 0 : 1, comments[5 + i].ReplyCount);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<int> AddAsync(
        EmbedDbContext database, long id, long? parent, int depth, int number, CommentState state, int up = 0, int down = 0) =>
        database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO Comments (Id, ThreadId, ParentId, Depth, Number, CommenterId, DraftId, State, Body, BodyHtml, UpVotes, DownVotes, PostedAt)
              VALUES ({id}, 7, {parent}, {depth}, {number}, 3, {Guid.NewGuid()}, {(int)state}, 'x', 'x', {up}, {down}, {id})
            """,
            Cancellation);
}
