using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Moderation;

/// <summary>Puts names to what entries of the log name by ids, a query for each kind of thing.</summary>
internal sealed class LogNames(EmbedDbContext database, IReadOnlyList<Site> sites)
{
    // What follows from another column, or only the server needs.
    private static readonly HashSet<(Type, string)> Hidden =
    [
        (typeof(Comment), nameof(Comment.BodyHtml)), (typeof(Comment), nameof(Comment.TextHash)), (typeof(CommentThread), nameof(CommentThread.NoteHtml)),
    ];

    /// <summary>The entries with what they name.</summary>
    public async Task<IReadOnlyList<LoggedAct>> DescribeAsync(IReadOnlyList<ModerationLogEntry> entries, CancellationToken cancellationToken)
    {
        var undone = await UndoneAsync(entries, cancellationToken);
        var rows = entries.ToDictionary(entry => entry.Id, entry => RowsOf(RowChange.Read(entry.Changes)));
        var people = await PeopleAsync(entries, rows.Values, cancellationToken);
        var threadOfComment = await ThreadsOfCommentsAsync(entries, cancellationToken);
        var threadIds = entries.Select(entry => entry.ThreadId).Concat(threadOfComment.Values.Select(id => (long?)id)).OfType<long>().Distinct().ToList();
        var threads = await database.Threads.AsNoTracking().Where(t => threadIds.Contains(t.Id))
            .ToDictionaryAsync(t => t.Id, t => t.Title.Length > 0 ? t.Title : t.PageAddress, cancellationToken);
        return
        [
            .. entries.Select(entry =>
            {
                var thread = entry.ThreadId ?? (entry.CommentId is { } comment && threadOfComment.TryGetValue(comment, out var id) ? id : null);
                return new LoggedAct(
                    entry, sites.FirstOrDefault(site => site.Id == entry.SiteId)?.Key, people[entry.ActorId], PersonOf(entry.UndoneById),
                    PersonOf(entry.CommenterId), thread, thread is { } at ? threads.GetValueOrDefault(at, "") : "",
                    undone.GetValueOrDefault(entry.Id), Named(rows[entry.Id], people));
            }),
        ];

        LoggedPerson? PersonOf(long? id) => id is { } some ? people.GetValueOrDefault(some) : null;
    }

    /// <summary>By the ids of entries that take others back: the acts in the end.</summary>
    private async Task<Dictionary<long, ModerationLogEntry>> UndoneAsync(
        IReadOnlyList<ModerationLogEntry> entries, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, ModerationLogEntry>();
        var open = entries.Where(entry => entry.UndoesId is not null).Select(entry => (entry.Id, Next: entry.UndoesId!.Value)).ToList();
        while (open.Count > 0)
        {
            var ids = open.Select(pair => pair.Next).Distinct().ToList();
            var next = await database.ModerationLog.AsNoTracking().Where(e => ids.Contains(e.Id)).ToDictionaryAsync(e => e.Id, cancellationToken);
            open.ForEach(pair => found[pair.Id] = next[pair.Next]);
            open = [.. open.Where(pair => next[pair.Next].UndoesId is not null).Select(pair => (pair.Id, next[pair.Next].UndoesId!.Value))];
        }

        return found;
    }

    private List<LoggedRow> RowsOf(List<RowChange> changes)
    {
        var rows = new List<LoggedRow>();
        foreach (var change in changes)
        {
            // A row of another version's table stays out: nobody could say what its columns mean.
            if (KnownChange.Of(database.Model, change) is { } known)
            {
                var columns = (known.After ?? known.Before)!.Select(cell => cell.Column)
                    .Where(column => !column.IsPrimaryKey() && !LeftOut.IsSecret(column) && !Hidden.Contains((column.DeclaringType.ClrType, column.Name)))
                    .Select(column => new LoggedValue(
                        column, StoredValue.Read(column, change.Before?[column.GetColumnName()]), StoredValue.Read(column, change.After?[column.GetColumnName()])));
                rows.Add(new LoggedRow(change.Table, change.Before is null, change.After is null, known.IsComplete, [.. columns]));
            }
        }

        return rows;
    }

    private async Task<Dictionary<long, LoggedPerson>> PeopleAsync(
        IReadOnlyList<ModerationLogEntry> entries, IEnumerable<List<LoggedRow>> rows, CancellationToken cancellationToken)
    {
        var inRows = rows.SelectMany(list => list).SelectMany(row => row.Values).Where(value => IsPerson(value.Column))
            .SelectMany(value => new[] { value.Before as long?, value.After as long? });
        var ids = entries.SelectMany(entry => new[] { entry.ActorId, entry.UndoneById, entry.CommenterId }).Concat(inRows).OfType<long>().Distinct().ToList();
        return await database.Commenters.AsNoTracking().Where(c => ids.Contains(c.Id))
            .ToDictionaryAsync(c => c.Id, c => new LoggedPerson(c.Id, c.Name), cancellationToken);
    }

    private async Task<Dictionary<long, long>> ThreadsOfCommentsAsync(
        IReadOnlyList<ModerationLogEntry> entries, CancellationToken cancellationToken)
    {
        var ids = entries.Where(entry => entry.ThreadId is null).Select(entry => entry.CommentId).OfType<long>().Distinct().ToList();
        return await database.Comments.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.ThreadId, cancellationToken);
    }

    private static List<LoggedRow> Named(List<LoggedRow> rows, Dictionary<long, LoggedPerson> people) => rows.ConvertAll(
        row => row with
        {
            Values = [.. row.Values.Select(value => IsPerson(value.Column)
                ? value with { Before = NameOf(value.Before, people), After = NameOf(value.After, people) }
                : value)],
        });

    private static LoggedPerson? NameOf(object? id, Dictionary<long, LoggedPerson> people) => id is long some ? people.GetValueOrDefault(some) : null;

    private static bool IsPerson(IProperty column) =>
        column.GetContainingForeignKeys().Any(key => key.PrincipalEntityType.ClrType == typeof(Commenter));
}
