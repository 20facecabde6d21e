using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Embed.Benchmarks;

/// <summary>The real server as a process of its own, which can be killed, on a data folder that outlives it.</summary>
internal sealed partial class ProductProcess : IAsyncDisposable
{
    /// <summary>Its one site.</summary>
    public const string Site = "bench";

    /// <summary>The origin that embeds it; nothing listens there.</summary>
    public const string Origin = "https://blog.example";

    private readonly string _folder = Directory.CreateTempSubdirectory("embed-bench").FullName;
    private Process? _process;

    /// <summary>Its port on loopback.</summary>
    public int Port { get; private set; }

    /// <summary>Processor time it has used so far, on all cores: says less about the neighbours on the machine than seconds do.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    private string DatabasePath => Path.Combine(_folder, "bench.db");

    /// <summary>Starts it, again after a kill too, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Embed.Server.dll"), "--urls", "http://127.0.0.1:0", "--contentRoot", AppContext.BaseDirectory,
            "--Embed:Database", DatabasePath, "--Embed:Sites:0:Key", Site, "--Embed:Sites:0:Origins:0", Origin,
            "--Embed:Backup:IntervalHours", "0", "--Embed:Limits:PostsPerCommenter", "0", "--Embed:Limits:WritesPerAddress", "0",
        ])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                Port = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
                // Read on, or it would stop when the pipe is full.
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    /// <summary>Ends it as a crash does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Signs new people in, in the database: the sign-in itself is not measured.</summary>
    /// <returns>Their session tokens.</returns>
    public async Task<IReadOnlyList<string>> SignInAsync(int people)
    {
        await using var database = OpenDatabase();
        var site = await database.Sites.SingleAsync(row => row.Key == Site);
        var now = TimeProvider.System.GetUtcNow();
        List<string> tokens = [];
        for (var i = 0; i < people; i++)
        {
            var token = Secret.Create();
            tokens.Add(token);
            var subject = string.Create(CultureInfo.InvariantCulture, $"{i}");
            database.Sessions.Add(new CommenterSession
            {
                TokenHash = Secret.HashOf(token),
                Commenter = new Commenter { Name = $"Person {subject}", CreatedAt = now },
                SiteId = site.Id,
                Origin = site.Origins[0],
                UsedAt = now,
                CreatedAt = now,
                ExpiresAt = now.AddDays(90),
            });
        }

        await database.SaveChangesAsync();
        return tokens;
    }

    /// <summary>Its database file.</summary>
    public EmbedDbContext OpenDatabase() => new(new DbContextOptionsBuilder<EmbedDbContext>()
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = DatabasePath, Pooling = false }.ConnectionString).Options);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"Listening on http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();
}
