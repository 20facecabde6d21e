using Embed.Server.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Embed.Tests;

/// <summary>
/// A database with the whole schema and no rows, made by the migrations once for all servers of a process: most of what a start on
/// an empty folder takes.
/// </summary>
internal static class EmptyDatabase
{
    private static readonly Lazy<byte[]> Content = new(Make);

    /// <summary>Puts one there, unless there is a database already.</summary>
    public static void Put(string path)
    {
        if (!File.Exists(path))
        {
            using var file = OwnersFile.Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            file.Write(Content.Value);
        }
    }

    private static byte[] Make()
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "embed.db");
            DataFolder.MakeDatabase(path);
            // Not pooled: the last connection takes the log into the file when it closes.
            var connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString;
            using (var database = new EmbedDbContext(new DbContextOptionsBuilder<EmbedDbContext>().UseSqlite(connection).AddInterceptors(new SqlitePragmas()).Options))
            {
                database.Database.Migrate();
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
