using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Backups;

/// <summary>What a database has, in rows: every comment in any state, every thread, everybody who ever signed in.</summary>
internal sealed record ContentCounts(long Comments, long Threads, long People)
{
    /// <summary>Counts; the tables are in every schema there has been.</summary>
    public static ContentCounts Read(SqliteConnection database) => new(
        database.Scalar<long>("SELECT COUNT(*) FROM Comments"),
        database.Scalar<long>("SELECT COUNT(*) FROM Threads"),
        database.Scalar<long>("SELECT COUNT(*) FROM Commenters"));

    public override string ToString() =>
        $"{CountText.Of(Comments, "comment")}, {CountText.Of(Threads, "thread")} and {CountText.Of(People, "person", "people")}";
}
