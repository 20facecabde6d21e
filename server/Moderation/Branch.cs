using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// A comment with everything below it, on its way to another place. A place follows from the parent and the number alone, so
/// that a branch put back where it was has the very paths, depths and counts it had.
/// </summary>
internal sealed class Branch
{
    // Large enough to make the statements few, small enough for each to be text of some hundred kilobytes.
    private const int BatchSize = 2_000;

    private readonly List<Row> _rows;
    private readonly Dictionary<long, int> _published;

    private Branch(List<Row> rows)
    {
        _rows = rows;
        _published = rows.ToDictionary(row => row.Id, _ => 0);
        foreach (var row in Enumerable.Reverse(rows.Skip(1)))
        {
            _published[row.ParentId!.Value] += _published[row.Id] + row.IsPublished;
        }
    }

    private sealed record Row(long Id, long? ParentId, int Number, CommentState State, int Level)
    {
        public int IsPublished => State == CommentState.Published ? 1 : 0;
    }

    /// <summary>How many comments it has, in all states.</summary>
    public int Comments => _rows.Count;

    /// <summary>How many of them are published.</summary>
    public int Published => _published[_rows[0].Id] + _rows[0].IsPublished;

    /// <summary>Reads a branch, parents before their replies.</summary>
    public static async Task<Branch> LoadAsync(EmbedDbContext database, long commentId, CancellationToken cancellationToken) =>
        new(await database.Database.SqlQuery<Row>(
            $"""
            WITH RECURSIVE branch("Id", "ParentId", "Number", "State", "Level") AS (
                SELECT "Id", "ParentId", "Number", "State", 0 FROM "Comments" WHERE "Id" = {commentId}
                UNION ALL
                SELECT c."Id", c."ParentId", c."Number", c."State", b."Level" + 1 FROM branch b JOIN "Comments" c ON c."ParentId" = b."Id")
            SELECT * FROM branch
            """).OrderBy(row => row.Level).ToListAsync(cancellationToken));

    /// <summary>Takes the branch out of the counts of the comments above it, or, with 1, puts it in.</summary>
    /// <param name="database">The context of the change.</param>
    /// <param name="top">The branch's first comment where it was, or is.</param>
    /// <param name="sign">-1 or 1.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    public async Task CountAboveAsync(EmbedDbContext database, Comment top, int sign, CancellationToken cancellationToken)
    {
        if (top.RootId is not { } root)
        {
            return;
        }

        var published = sign * Published;
        var ancestors = ReplyPath.Ancestors(top.Path);
        await database.Comments.Where(c => c.Id == root || (c.RootId == root && ancestors.Contains(c.Path))).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.ReplyCount, c => c.ReplyCount + published), cancellationToken);
        if (top.Depth > ReplyPath.MaxLevels + 1)
        {
            // Its parent counts its own replies only.
            var own = sign * _rows[0].IsPublished;
            await database.Comments.Where(c => c.Id == top.ParentId).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.ReplyCount, c => c.ReplyCount + own), cancellationToken);
        }
    }

    /// <summary>Puts the branch below a comment, or at top level.</summary>
    /// <param name="database">The context of the change.</param>
    /// <param name="threadId">The thread it belongs to from now on.</param>
    /// <param name="parent">The comment above it, of that thread; null for top level.</param>
    /// <param name="number">Its number among its siblings; free.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task PlantAsync(EmbedDbContext database, long threadId, Comment? parent, int number, CancellationToken cancellationToken)
    {
        var first = _rows[0];
        var top = new Comment
        {
            Id = first.Id,
            Path = parent is null ? "" : ReplyPath.Of(parent, number),
            Depth = parent is null ? 0 : parent.Depth + 1,
        };
        var (parentId, rootId, count) = (parent?.Id, parent?.RootId ?? parent?.Id, RepliesOf(first, top.Depth));
        await database.Comments.Where(c => c.Id == first.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.ThreadId, threadId).SetProperty(c => c.ParentId, parentId).SetProperty(c => c.RootId, rootId)
                .SetProperty(c => c.Path, top.Path).SetProperty(c => c.Depth, top.Depth).SetProperty(c => c.Number, number)
                .SetProperty(c => c.ReplyCount, count),
            cancellationToken);
        var places = new Dictionary<long, Comment>(_rows.Count) { [top.Id] = top };
        foreach (var batch in _rows.Skip(1).Chunk(BatchSize))
        {
            await WriteAsync(database, threadId, rootId ?? top.Id, batch.Select(row => Place(row, places)), cancellationToken);
        }
    }

    private Comment Place(Row row, Dictionary<long, Comment> places)
    {
        var parent = places[row.ParentId!.Value];
        var depth = parent.Depth + 1;
        return places[row.Id] = new Comment
        {
            Id = row.Id,
            Path = ReplyPath.Of(parent, row.Number),
            Depth = depth,
            ReplyCount = RepliesOf(row, depth),
        };
    }

    // As ThreadChanges.CountAsync counts: the branch below, but beyond the levels that have a place of their own only replies.
    private int RepliesOf(Row row, int depth) =>
        depth <= ReplyPath.MaxLevels ? _published[row.Id] : Replies.GetValueOrDefault(row.Id);

    private Dictionary<long, int> Replies => field ??= _rows.Skip(1).GroupBy(row => row.ParentId!.Value)
        .ToDictionary(replies => replies.Key, replies => replies.Sum(reply => reply.IsPublished));

    private static Task<int> WriteAsync(
        EmbedDbContext database, long threadId, long rootId, IEnumerable<Comment> placed, CancellationToken cancellationToken)
    {
        var rows = JsonSerializer.Serialize(placed.Select(c => new object[] { c.Id, c.Path, c.Depth, c.ReplyCount }));
        return database.Database.ExecuteSqlAsync(
            $"""
            UPDATE "Comments" SET "ThreadId" = {threadId}, "RootId" = {rootId}, "Path" = place.value ->> 1, "Depth" = place.value ->> 2,
                "ReplyCount" = place.value ->> 3
            FROM json_each({rows}) AS place WHERE "Comments"."Id" = place.value ->> 0
            """,
            cancellationToken);
    }
}
