using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>The comments that one write of an import makes: each has its id and number at once, and all are inserted together.</summary>
internal sealed class NewComments(Statements statements)
{
    private readonly Dictionary<long, Comment> _comments = [];
    private readonly List<ImportedItem> _items = [];
    private readonly List<(long ThreadId, long CommentId)> _pins = [];
    private readonly Dictionary<(long ThreadId, long? ParentId), int> _numbers = [];
    private long? _lastId;

    /// <summary>The id that the next comment gets. Nobody else writes meanwhile.</summary>
    public async Task<long> NextIdAsync()
    {
        _lastId ??= await statements.NumberAsync("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'Comments'");
        return (_lastId += 1).Value;
    }

    /// <summary>The number that the next comment at a place gets.</summary>
    public async Task<int> NextNumberAsync(long threadId, Comment? parent)
    {
        var place = (threadId, parent?.Id);
        if (!_numbers.TryGetValue(place, out var last))
        {
            last = (int)(parent is null
                ? await statements.NumberAsync(
                    """SELECT COALESCE(MAX("Number"), 0) FROM "Comments" WHERE "ThreadId" = @0 AND "ParentId" IS NULL""", threadId)
                : _comments.ContainsKey(parent.Id) ? 0
                : await statements.NumberAsync("""SELECT COALESCE(MAX("Number"), 0) FROM "Comments" WHERE "ParentId" = @0""", parent.Id));
        }

        return _numbers[place] = last + 1;
    }

    /// <summary>A comment of this write.</summary>
    public Comment? Find(long id) => _comments.GetValueOrDefault(id);

    /// <param name="comment">A new comment.</param>
    /// <param name="item">What it was in the source.</param>
    /// <param name="isPinned">Whether it is to be pinned, where its thread has no pin.</param>
    public void Add(Comment comment, ImportedItem item, bool isPinned)
    {
        _comments.Add(comment.Id, comment);
        _items.Add(item);
        if (isPinned)
        {
            _pins.Add((comment.ThreadId, comment.Id));
        }
    }

    /// <summary>Inserts all.</summary>
    public async Task WriteAsync()
    {
        await statements.InsertAllAsync(_comments.Values);
        await statements.InsertAllAsync(_items);
        foreach (var (thread, comment) in _pins)
        {
            await statements.ExecuteAsync(
                """UPDATE "Threads" SET "PinnedCommentId" = @1 WHERE "Id" = @0 AND "PinnedCommentId" IS NULL""", thread, comment);
        }
    }
}
