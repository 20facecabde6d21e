using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Backups;

/// <summary>A database file without EF Core: of any schema, by connections that nothing else uses.</summary>
internal static class PlainSqlite
{
    /// <summary>Opens a file that is there. It is not pooled: closed, nothing holds the file any more.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement of ours.</summary>
    public static void Run(this SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row of a statement of ours.</summary>
    public static T Scalar<T>(this SqliteConnection database, string sql) => database.Column<T>(sql)[0];

    /// <summary>The first column of every row of a statement of ours.</summary>
    public static IReadOnlyList<T> Column<T>(this SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<T> values = [];
        while (reader.Read())
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }
}
