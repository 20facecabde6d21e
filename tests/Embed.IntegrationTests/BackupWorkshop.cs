using Embed.Server;
using Embed.Server.Data;
using Embed.Server.Transfer.Backups;
using Embed.Tests;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Embed.IntegrationTests;

/// <summary>A data folder with a database that a server made, and what backs it up and restores it without one.</summary>
internal sealed class BackupWorkshop : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embed-test-");

    /// <summary>The folder of the database.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The database; it has the three comments of one commenter once <see cref="FillAsync"/> has run.</summary>
    public string Database => Path.Combine(Folder, "embed.db");

    /// <summary>Noon, 2 January 2030 (UTC).</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero));

    public EmbedOptions Options { get; } = new();

    public BackupFolder Backups
    {
        get
        {
            Options.Database = Database;
            var options = Microsoft.Extensions.Options.Options.Create(Options);
            return new(new DataFolder(new Surroundings(), options), options);
        }
    }

    public MakeBackup Make => new(Backups, Microsoft.Extensions.Options.Options.Create(Options), Clock);

    public RestoreBackup Restore => new(Backups, Clock);

    /// <summary>A server on the folder.</summary>
    public EmbedApplication Serve() => EmbedApplication.On(Folder, Clock);

    /// <summary>Has a server make the database, and three people's comments in it.</summary>
    public async Task FillAsync()
    {
        await using var application = Serve();
        for (var i = 1; i <= 3; i++)
        {
            await CommentAsync(application, $"Comment {i}");
        }
    }

    /// <summary>Somebody new comments.</summary>
    public static async Task CommentAsync(EmbedApplication application, string text)
    {
        using var person = await Person.SignInAsync(application);
        await person.PostAsync(EmbedApplication.NewPage(), text);
    }

    /// <summary>Makes a backup in the server's own folder.</summary>
    public Task<KeptBackup> BackUpAsync() => Make.HandleAsync(null, _ => { }, TestContext.Current.CancellationToken);

    /// <summary>Restores, and expects to be refused.</summary>
    /// <returns>The sentence.</returns>
    public async Task<string> RefusedAsync(string file) =>
        (await Assert.ThrowsAsync<BackupFault>(() => Restore.HandleAsync(file, TestContext.Current.CancellationToken))).Message;

    /// <summary>The texts of a database's comments, in order.</summary>
    public static IReadOnlyList<string> Texts(string database)
    {
        using var connection = PlainSqlite.Open(database);
        return connection.Column<string>("SELECT Body FROM Comments ORDER BY Id");
    }

    /// <summary>Runs statements on a database file.</summary>
    public static void Run(string database, string sql)
    {
        using var connection = PlainSqlite.Open(database);
        connection.Run(sql);
    }

    /// <summary>Every file of the data folder with its content, but for locks.</summary>
    public IReadOnlyDictionary<string, string> Snapshot() => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is not (".lock" or ".migrating"))
        .ToDictionary(file => Path.GetRelativePath(Folder, file), file => Convert.ToHexString(File.ReadAllBytes(file)), StringComparer.Ordinal);

    public void Dispose()
    {
        _folder.Delete(recursive: true);
    }

    private sealed class Surroundings : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Production;

        public string ApplicationName { get; set; } = "Embed";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
