using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Threads;

/// <summary>What some comments add to the counts of their threads and of the comments above them, each count changed once.</summary>
internal sealed class ThreadCounts
{
    private readonly Dictionary<long, int> _threads = [];
    private readonly Dictionary<long, int> _comments = [];
    private readonly Dictionary<(long Root, string Path), int> _places = [];

    /// <summary>Counts a comment in its thread and its branch.</summary>
    /// <param name="comment">The comment, with its place.</param>
    /// <param name="comments">1 if it is published now and was not before, -1 the other way round, 0 for neither.</param>
    public void Add(Comment comment, int comments)
    {
        if (comments == 0)
        {
            return;
        }

        _threads[comment.ThreadId] = _threads.GetValueOrDefault(comment.ThreadId) + comments;
        if (comment.RootId is not { } root)
        {
            return;
        }

        _comments[root] = _comments.GetValueOrDefault(root) + comments;
        foreach (var ancestor in ReplyPath.Ancestors(comment.Path))
        {
            _places[(root, ancestor)] = _places.GetValueOrDefault((root, ancestor)) + comments;
        }

        if (comment.Depth > ReplyPath.MaxLevels + 1)
        {
            // Its parent has no path that says so.
            _comments[comment.ParentId!.Value] = _comments.GetValueOrDefault(comment.ParentId.Value) + comments;
        }
    }

    /// <summary>Writes what was added; the comments are in the database, or gone from it.</summary>
    public async Task WriteAsync(Statements statements)
    {
        foreach (var (thread, count) in _threads.Where(counted => counted.Value != 0))
        {
            await statements.ExecuteAsync("""UPDATE "Threads" SET "CommentCount" = "CommentCount" + @1 WHERE "Id" = @0""", thread, count);
        }

        foreach (var (comment, count) in _comments.Where(counted => counted.Value != 0))
        {
            await statements.ExecuteAsync("""UPDATE "Comments" SET "ReplyCount" = "ReplyCount" + @1 WHERE "Id" = @0""", comment, count);
        }

        foreach (var ((root, path), count) in _places.Where(counted => counted.Value != 0))
        {
            await statements.ExecuteAsync(
                """UPDATE "Comments" SET "ReplyCount" = "ReplyCount" + @2 WHERE "RootId" = @0 AND "Path" = @1""", root, path, count);
        }
    }
}
