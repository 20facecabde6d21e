using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Embed.Server.Transfer.Importing;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Transfer.Backups;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Embed.IntegrationTests.Kills;

/// <summary>
/// A data folder whose server is killed again and again, and what was promised about it: every comment that was answered with 201.
/// It begins as the first version left it, with comments from then.
/// </summary>
internal sealed class KilledFolder : IDisposable
{
    /// <summary>Comments from before; enough that migrating and copying take a while.</summary>
    public const int FromBefore = 2_000;

    /// <summary>Batches in which <see cref="SourceFile"/> is imported.</summary>
    public const int Batches = 3;

    /// <summary>Comments in it.</summary>
    public const int InSource = Batches * WriteImport.BatchSize;

    private const string Origin = "https://old.example";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embed-test-");
    private readonly ConcurrentBag<string> _acknowledged = [];
    private readonly string _token = Secret.Create();
    private int _source;

    /// <summary>The database.</summary>
    public string Database => Path.Combine(_folder.FullName, "embed.db");

    /// <summary>Where its backups go.</summary>
    public string Backups => Path.Combine(_folder.FullName, "backups");

    /// <summary>How many comments were answered with 201 so far.</summary>
    public int Acknowledged => _acknowledged.Count;

    /// <summary>Makes the database of the first version.</summary>
    public async Task MakeAsync()
    {
        var options = new DbContextOptionsBuilder<EmbedDbContext>().UseSqlite(Connection()).AddInterceptors(new SqlitePragmas()).Options;
        await using var database = new EmbedDbContext(options);
        await database.GetService<IMigrator>().MigrateAsync("20261123162747_Initial");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO Sites (Id, "Key", Name, Origins, Moderators, MaxIndent, IsNumbered, EditWindowMinutes, HoldsComments, DefaultSort, Revision, NamesRevision, CreatedAt)
              VALUES (5, 'old', 'Old', '["https://old.example"]', '[]', 6, 0, 15, 0, 0, 0, 0, {now});
            INSERT INTO Threads (Id, SiteId, "Key", PageAddress, Title, IsClosed, CommentCount, Version, CreatedAt)
              VALUES (7, 5, 'old.example/', 'https://old.example/', '', 0, {FromBefore}, 9, {now});
            INSERT INTO Commenters (Id, Provider, Subject, Name, CreatedAt) VALUES (3, 'GitHub', '1', 'Ada', {now});
            INSERT INTO Sessions (TokenHash, CommenterId, SiteId, CreatedAt, ExpiresAt)
              VALUES ({Secret.HashOf(_token)}, 3, 5, {now}, {now + TimeSpan.FromDays(30).TotalMilliseconds});
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {FromBefore})
            INSERT INTO Comments (Id, ThreadId, ParentId, Depth, Number, CommenterId, DraftId, State, Body, BodyHtml, UpVotes, DownVotes, PostedAt)
              SELECT n, 7, NULL, 0, n, 3, printf('00000000-0000-0000-0000-%012d', n), 1, 'before ' || n || hex(zeroblob(400)), '<p>before</p>', 0, 0, {now} FROM numbers;
            """);
    }

    /// <summary>Posts from several connections until the server is gone. What it answered is noted.</summary>
    /// <param name="port">Where the server listens.</param>
    /// <param name="connections">How many.</param>
    /// <param name="onAcknowledged">Told after each answer, before anything else happens there, how many there were.</param>
    public Task PostUntilKilledAsync(int port, int connections, Action<int>? onAcknowledged = null) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(i => PostAsync(port, i, onAcknowledged)));

    /// <summary>How many migrations have been applied, and whether one is under way.</summary>
    public (int Applied, bool IsUnderWay) Migrations()
    {
        using var database = Open();
        var applied = database.Scalar<int>("SELECT COUNT(*) FROM __EFMigrationsHistory");
        var hasLock = database.Scalar<int>("SELECT COUNT(*) FROM sqlite_schema WHERE name = '__EFMigrationsLock'") > 0;
        return (applied, hasLock && database.Scalar<int>("SELECT COUNT(*) FROM __EFMigrationsLock") > 0);
    }

    /// <summary>A file of Disqus to import, another one once all of the last is here: threads of ten comments each, every other of them a reply.</summary>
    public string SourceFile(int comments = InSource)
    {
        if (File.Exists(PathOfSource(_source)) && Imported() == InSource && !HasOpenImport())
        {
            _source++;
        }

        var path = PathOfSource(_source);
        if (!File.Exists(path))
        {
            using var file = File.CreateText(path);
            file.WriteLine("<?xml version=\"1.0\"?><disqus xmlns=\"http://disqus.com\" xmlns:dsq=\"http://disqus.com/disqus-internals\">");
            for (var i = 0; i < comments; i++)
            {
                var (id, thread) = ((_source * InSource) + i, ((_source * InSource) + i) / 10);
                if (i % 10 == 0)
                {
                    file.WriteLine($"<thread dsq:id=\"{thread}\"><link>{Origin}/imported-{thread}</link><title>Page</title></thread>");
                }

                file.WriteLine(
                    $"<post dsq:id=\"{id}\"><message>Imported {_source}-{i}</message><createdAt>2015-01-01T10:00:00Z</createdAt>"
                    + $"<author><name>Ada</name></author><thread dsq:id=\"{thread}\"/>{(i % 2 == 1 ? $"<parent dsq:id=\"{id - 1}\"/>" : "")}</post>");
            }

            file.WriteLine("</disqus>");
        }

        return path;
    }

    private string PathOfSource(int number) => Path.Combine(_folder.FullName, $"disqus-{number}.xml");

    /// <summary>How many of its comments are here; each of them is there.</summary>
    public int Imported()
    {
        using var database = Open();
        return HasImports(database) ? database.Scalar<int>("SELECT COUNT(*) FROM ImportedItems WHERE Kind = 0") - (_source * InSource) : 0;
    }

    /// <summary>How many imports have been begun.</summary>
    public int Imports()
    {
        using var database = Open();
        return HasImports(database) ? database.Scalar<int>("SELECT COUNT(*) FROM Imports") : 0;
    }

    /// <summary>Whether an import is under way.</summary>
    public bool HasOpenImport()
    {
        using var database = Open();
        return HasImports(database) && database.Scalar<int>("SELECT COUNT(*) FROM Imports WHERE State IN (0, 2)") > 0;
    }

    private static bool HasImports(SqliteConnection database) =>
        database.Scalar<int>("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'Imports'") > 0;

    /// <summary>Checks what was promised: of a folder whose server is dead.</summary>
    public void Check()
    {
        using (var database = Open())
        {
            Assert.Equal(["ok"], database.Column<string>("PRAGMA integrity_check"));
            Assert.Empty(database.Column<string>("SELECT \"table\" FROM pragma_foreign_key_check"));
            Assert.Equal(FromBefore, database.Scalar<int>("SELECT COUNT(*) FROM Comments WHERE Body LIKE 'before %'"));
            var stored = database.Column<string>("SELECT Body FROM Comments WHERE Body LIKE 'kept %'").CountBy(body => body).ToDictionary();
            Assert.All(stored.Values, times => Assert.Equal(1, times));
            Assert.DoesNotContain(_acknowledged, body => !stored.ContainsKey(body));
            if (HasImports(database))
            {
                Assert.Equal(
                    database.Scalar<int>("SELECT COUNT(*) FROM ImportedItems WHERE Kind = 0"),
                    database.Scalar<int>("SELECT COUNT(DISTINCT Body) FROM Comments WHERE Body LIKE 'Imported %'"));
                Assert.Equal(
                    database.Scalar<int>("SELECT COUNT(*) FROM Comments WHERE Body LIKE 'Imported %'"),
                    database.Scalar<int>("SELECT COUNT(DISTINCT Body) FROM Comments WHERE Body LIKE 'Imported %'"));
                // Whoever says that it is done has all of it: where it goes on after a kill it leaves nothing out.
                Assert.All(
                    database.Column<string>("SELECT DISTINCT substr(FileName, 8, length(FileName) - 11) FROM Imports WHERE State = 3 AND FileName LIKE 'disqus-%.xml'"),
                    source => Assert.Equal(InSource, database.Scalar<int>($"SELECT COUNT(*) FROM Comments WHERE Body LIKE 'Imported {source}-%'")));
            }
        }

        CheckBackups();
    }

    /// <summary>Takes the backups away, so that the next start has to make one.</summary>
    public void ForgetBackups()
    {
        if (Directory.Exists(Backups))
        {
            Directory.Delete(Backups, recursive: true);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void CheckBackups()
    {
        var listed = BackupFolder.List(Backups);
        var named = Directory.Exists(Backups) ? Directory.GetFiles(Backups, "embed-*.db") : [];
        Assert.Equal(named.Order(StringComparer.Ordinal), listed.Select(backup => backup.Path).Order(StringComparer.Ordinal));
        foreach (var backup in listed)
        {
            Assert.Equal(backup.Manifest.Sha256, RestoredCopy.Sha256Of(backup.Path));
            using var copy = PlainSqlite.Open(backup.Path);
            Assert.Equal(["ok"], copy.Column<string>("PRAGMA integrity_check"));
            Assert.Equal(backup.Manifest.Comments, copy.Scalar<long>("SELECT COUNT(*) FROM Comments"));
            Assert.True(backup.Manifest.Comments >= FromBefore);
        }
    }

    private async Task PostAsync(int port, int connection, Action<int>? onAcknowledged)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Add("Origin", Origin);
        http.DefaultRequestHeaders.Authorization = new("Bearer", _token);
        try
        {
            while (true)
            {
                var body = $"kept {Guid.NewGuid():N}";
                using var answer = await http.PostAsJsonAsync(
                    "/api/v1/sites/old/comments", new { page = $"{Origin}/page-{connection}", body, draftId = Guid.NewGuid() });
                Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
                _acknowledged.Add(body);
                onAcknowledged?.Invoke(Acknowledged);
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            // Killed. Whether the one under way is there nobody was told.
        }
    }

    // Only to read: closed, it does not tidy the log away, so that the next start finds what the kill left.
    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private string Connection() => new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ConnectionString;
}

/// <summary>How many migrations there are.</summary>
internal static class MigrationCount
{
    public static readonly int Value = Count();

    private static int Count()
    {
        using var context = new EmbedDbContext(new DbContextOptionsBuilder<EmbedDbContext>().UseSqlite("Data Source=:memory:").Options);
        return context.Database.GetMigrations().Count();
    }
}
