using System.Diagnostics;
using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Importing;
using Microsoft.Data.Sqlite;

namespace Embed.Benchmarks;

/// <summary>
/// Plans an import that is read already: one chain of answers, the deepest first, or many short ones. Reading is as long as the file and
/// writing a batch at a time, so this is where memory could grow with the file, and time faster than it.
/// </summary>
internal static class ImportPlanning
{
    private const string Chain = "chain";
    private const string Threads = "threads";

    private const string Fill =
        """
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @0)
        INSERT INTO comments (n, id, key, thread, parent, person, place, state, posted, up, down, pinned, hash, is_empty, repairs)
        SELECT n, @0 - n, @0 - n, n % @2, CASE WHEN n + @2 > @0 OR (@2 > 1 AND n % 3 = 0) THEN NULL ELSE @0 - n - @2 END,
          n % 20000, 'line ' || n, @1, 1500000000000 + n % 1000000, 0, 0, 0, n, 0, '' FROM numbers
        """;

    /// <param name="arguments"><c>chain</c> or <c>threads</c>, and how many comments, 1,000,000 by default.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var shape = arguments.Length > 0 ? arguments[0] : Chain;
        var count = arguments.Length > 1 ? long.Parse(arguments[1], CultureInfo.InvariantCulture) : 1_000_000;
        var threads = shape == Threads ? Math.Max(2, count / 100) : 1;
        var folder = Directory.CreateTempSubdirectory("embed-import-").FullName;
        try
        {
            await using var server = ImportLoad.Build(folder);
            await server.StartAsync();
            var site = (await server.Services.GetRequiredService<SiteDirectory>().FindAsync(BigDatabase.SiteKey, CancellationToken.None))!;
            var files = new ImportFolder(Path.Combine(folder, "import"));
            files.Make();
            var import = new Import { SiteId = site.Id, Format = "disqus", FileName = "", Options = new ImportOptions().Write() };
            using var stage = ScratchFile.OpenFast(files.Stage, Stage.Schema);
            using var report = ReportFile.Open(files);
            stage.Execute("BEGIN");
            for (var i = 0L; i < threads; i++)
            {
                stage.Execute("INSERT INTO threads (id, place, address, closed) VALUES (@0, '', @1, 0)", i, BigDatabase.PageOf((int)i));
            }

            stage.Execute("WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 19999) INSERT INTO people (id, key, place, name) SELECT n, n, '', n FROM numbers");
            stage.Execute(Fill, count, (int)CommentState.Published, threads);
            stage.Execute("COMMIT");
            using var process = Process.GetCurrentProcess();
            var (clock, processor, before) = (Stopwatch.StartNew(), process.TotalProcessorTime, ImportLoad.PeakMegabytes());
            var counts = await server.Services.GetRequiredService<PlanImport>().HandleAsync(import, site, stage, report, CancellationToken.None);
            process.Refresh();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{shape}, {count:N0} comments: {counts.Turns:N0} planned in {clock.Elapsed.TotalSeconds:F1} s, {(process.TotalProcessorTime - processor).TotalSeconds:F1} s of processor; at most {ImportLoad.PeakMegabytes():N0} MB resident, {before:N0} MB before"));
            await server.StopAsync();
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }
}
