using System.Globalization;
using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Which comments are in a tab, by ranges of the tab's own indexes: what it costs does not grow with the database. Each site is a
/// range of its own, so that nothing has to be sorted but what is shown.
/// </summary>
internal static class QueueIndex
{
    // SQLite takes 500 selects in one.
    private const int MostSites = 400;

    /// <summary>The ids of a tab's next comments, in order.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="tab">The tab.</param>
    /// <param name="isOldestFirst">In which order.</param>
    /// <param name="after">The id that they come after in it; null from its start.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<List<long>> FindAsync(
        EmbedDbContext database, IReadOnlyCollection<long> sites, QueueTab tab, bool isOldestFirst, long? after, int most,
        CancellationToken cancellationToken)
    {
        List<long> found = [];
        foreach (var some in sites.Chunk(MostSites))
        {
            found.AddRange(await database.Database.SqlQueryRaw<long>(
                RangesOf(tab, isOldestFirst, some.Length), [after ?? (isOldestFirst ? 0 : long.MaxValue), most, .. some.Cast<object>()])
                .ToListAsync(cancellationToken));
        }

        found.Sort();
        if (!isOldestFirst)
        {
            found.Reverse();
        }

        return [.. found.Take(most)];
    }

    /// <summary>How many comments each tab has, up to a number.</summary>
    public static async Task<QueueCounts> CountAsync(
        EmbedDbContext database, IReadOnlyCollection<long> sites, int most, CancellationToken cancellationToken)
    {
        var found = new List<int>();
        foreach (var tab in new[] { QueueTab.Held, QueueTab.Flagged, QueueTab.Spam })
        {
            var count = 0;
            foreach (var some in sites.Chunk(MostSites))
            {
                var sql = $"SELECT COUNT(*) AS \"Value\" FROM ({RangesOf(tab, isOldestFirst: true, some.Length)} LIMIT {{1}})";
                count += await database.Database.SqlQueryRaw<int>(sql, [0L, most, .. some.Cast<object>()]).SingleAsync(cancellationToken);
            }

            found.Add(Math.Min(count, most));
        }

        return new QueueCounts(found[0], found[1], found[2]);
    }

    // The order is what makes SQLite take the tab's own index: without it one over all comments of a site looks as good.
    private static string RangesOf(QueueTab tab, bool isOldestFirst, int sites)
    {
        var (comparison, order) = isOldestFirst ? (">", "ASC") : ("<", "DESC");
        // Words of this class and numbers of parameters: nothing from outside is in the text.
        return string.Join(" UNION ALL ", Enumerable.Range(0, sites).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""
            SELECT "Value" FROM (SELECT "Id" AS "Value" FROM "Comments" WHERE "SiteId" = {{{i + 2}}} AND {{Condition(tab)}}
            AND "Id" {{comparison}} {0} ORDER BY "Id" {{order}} LIMIT {1})
            """)));
    }

    // As the filters of the indexes say it, word for word: SQLite uses them only then. What is in a deleted thread is nobody's to moderate.
    private static string Condition(QueueTab tab) => tab switch
    {
        QueueTab.Held => "\"State\" = 0",
        QueueTab.Flagged => "\"OpenFlags\" > 0 AND \"State\" < 8",
        QueueTab.Spam => "\"State\" = 3",
        _ => "\"State\" < 8",
    };
}
