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
            var path = provider.GetRequiredService<DataFolder>().Resolve(
                provider.GetRequiredService<IOptions<EmbedOptions>>().Value.Database);
            DataFolder.MakeDatabase(path);
            database
                .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString)
                .AddInterceptors(new SqlitePragmas());
        })
        .AddSingleton<DataFolder>()
        .AddSingleton<SharedReader>()
        .AddSingleton<WriteQueue>()
        .AddHostedService(provider => provider.GetRequiredService<WriteQueue>());

    /// <summary>Applies pending migrations. Restarting keeps all data.</summary>
    public static async Task MigrateAsync(this IDbContextFactory<EmbedDbContext> factory, CancellationToken cancellationToken)
    {
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);
    }
}

/// <summary>
/// The folder of the database file and of the keys that protect cookies; both must survive a restart. What is made here only the
/// server's own account may read; what was there already is left as its owner made it.
/// </summary>
internal sealed class DataFolder(IHostEnvironment environment)
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A path from configuration, made absolute from the content root, its folder created.</summary>
    public string Resolve(string path)
    {
        var full = Path.GetFullPath(path, environment.ContentRootPath);
        Make(Path.GetDirectoryName(full)!);
        return full;
    }

    /// <summary>The folder, created if missing.</summary>
    public static DirectoryInfo Make(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder)
        : Directory.CreateDirectory(folder, OwnersFile | UnixFileMode.UserExecute);

    /// <summary>Creates the database if missing: SQLite would let everybody read it. Its log gets the mode of the file.</summary>
    public static void MakeDatabase(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
        {
            return;
        }

        // Another server that starts at the same time may have made it by now: then it is opened.
        File.Open(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = OwnersFile,
        }).Dispose();
        // EF Core looks whether there is a database by a connection that cannot write, where SqlitePragmas can ask for no log yet.
        using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }
}
