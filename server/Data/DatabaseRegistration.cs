using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Data;

/// <summary>Registers the database and brings its schema up to date at start.</summary>
internal static class DatabaseRegistration
{
    public static IServiceCollection AddEmbedDatabase(this IServiceCollection services) =>
        services.AddPooledDbContextFactory<EmbedDbContext>((provider, database) =>
        {
            var path = provider.GetRequiredService<DataFolder>().Database;
            PendingRestore.Finish(path);
            DataFolder.MakeDatabase(path);
            database
                .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString)
                .AddInterceptors(new SqlitePragmas());
        })
        .AddSingleton<DataFolder>()
        .AddHostedService<DatabaseLock>()
        .AddSingleton<SharedReader>()
        .AddSingleton<WriteQueue>()
        .AddHostedService(provider => provider.GetRequiredService<WriteQueue>());

    /// <summary>Applies pending migrations, one server after another. Restarting keeps all data.</summary>
    public static async Task MigrateAsync(this IDbContextFactory<EmbedDbContext> factory, CancellationToken cancellationToken)
    {
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        using var alone = await FileLock.TakeAsync(database.Database.GetDbConnection().DataSource + ".migrating", cancellationToken);
        await database.MigrateAloneAsync(cancellationToken);
    }

    /// <summary>Applies pending migrations to a database that nobody else migrates.</summary>
    /// <remarks>
    /// EF Core notes in a row of the database that somebody migrates, and waits for that row to go. A process that was killed left
    /// it there, and every later start would wait for ever (https://github.com/dotnet/efcore/issues/38958).
    /// </remarks>
    public static async Task MigrateAloneAsync(this EmbedDbContext database, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"DROP TABLE IF EXISTS __EFMigrationsLock", cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);
    }
}

/// <summary>
/// The folder of the database file and of the keys that protect cookies; both must survive a restart. What is made here only the
/// server's own account may read; what was there already is left as its owner made it.
/// </summary>
internal sealed class DataFolder(IHostEnvironment environment, IOptions<EmbedOptions> options)
{
    /// <summary>The path of the database file; its folder is created.</summary>
    public string Database => Resolve(options.Value.Database);

    /// <summary>A path from configuration, made absolute from the content root; nothing is created.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, environment.ContentRootPath);

    /// <summary>The same, and its folder is created.</summary>
    public string Resolve(string path)
    {
        var full = PathOf(path);
        Make(Path.GetDirectoryName(full)!);
        return full;
    }

    /// <summary>The folder, created if missing.</summary>
    public static DirectoryInfo Make(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder)
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>The folder of the keys that protect cookies and secrets, beside the database.</summary>
    public static string KeysOf(string database) => Path.Combine(Path.GetDirectoryName(database)!, "keys");

    /// <summary>Creates the database if missing: SQLite would let everybody read it. Its log gets the mode of the file.</summary>
    public static void MakeDatabase(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
        {
            return;
        }

        // Another server that starts at the same time may have made it by now: then it is opened.
        OwnersFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        // EF Core looks whether there is a database by a connection that cannot write, where SqlitePragmas can ask for no log yet.
        using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }
}
