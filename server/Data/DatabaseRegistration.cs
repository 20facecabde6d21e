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

/// <summary>The folder of the database file and of the keys that protect cookies; both must survive a restart.</summary>
internal sealed class DataFolder(IHostEnvironment environment)
{
    /// <summary>A path from configuration, made absolute from the content root, its folder created.</summary>
    public string Resolve(string path)
    {
        var full = Path.GetFullPath(path, environment.ContentRootPath);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
