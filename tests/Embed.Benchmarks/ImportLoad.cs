using System.Globalization;
using Embed.Server.Hosting;
using Microsoft.Data.Sqlite;

namespace Embed.Benchmarks;

/// <summary>
/// Imports a file as long as a large Disqus site's, twice, by the server's own command in a process of its own, and says how fast and
/// with how much memory.
/// </summary>
internal static class ImportLoad
{
    private const string Scattered = "scattered";

    /// <param name="arguments">How many comments, 1,000,000 by default; <c>scattered</c> for comments at posts of all times.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("embed-import-").FullName;
        try
        {
            var (file, database) = (Path.Combine(folder, "disqus.xml"), Path.Combine(folder, "embed.db"));
            await DisqusFile.WriteAsync(file, count, arguments.Contains(Scattered));
            await using (var server = Build(folder))
            {
                await server.StartAsync();
                await server.StopAsync();
            }

            SqliteConnection.ClearAllPools();
            for (var round = 1; round <= 2; round++)
            {
                var run = await ProductCommand.RunAsync(database, "import", "disqus", file, "--site", BigDatabase.SiteKey);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(round == 1 ? "Import" : "Again")}: code {run.Code}, {run.Seconds:F1} s, {count / run.Seconds:N0} comments/s, at most {run.PeakBytes / 1e6:N0} MB resident"));
                Console.WriteLine(run.Said[Math.Max(0, run.Said.LastIndexOf("Comments", StringComparison.Ordinal))..]);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1e6:N0} MB of XML, {new FileInfo(database).Length / 1e6:N0} MB of database"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A program on a folder, with a site.</summary>
    public static WebApplication Build(string folder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Embed:Database"] = Path.Combine(folder, "embed.db"),
            ["Embed:Sites:0:Key"] = BigDatabase.SiteKey,
            ["Embed:Sites:0:Origins:0"] = BigDatabase.Origin,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddEmbed();
        return builder.Build();
    }

    /// <summary>The most that was resident at any time (proc_pid_status(5)).</summary>
    public static long PeakMegabytes() => File.ReadLines("/proc/self/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).First();
}
