using System.Diagnostics;
using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Hosting;
using Embed.Server.Transfer;
using Embed.Server.Transfer.Formats;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

#pragma warning disable RS0030 // Random: the data must be the same each time, and nothing in it is secret.

namespace Embed.Benchmarks;

/// <summary>
/// Imports as many comments as a large Disqus site has, by the server's own command, and says how fast and with how much memory.
/// </summary>
internal static class ImportLoad
{
    private const int Threads = 10_000;
    private const int People = 20_000;

    private static readonly DateTimeOffset Begin = new(2012, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="arguments">How many comments; 1,000,000 by default.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("embed-import-").FullName;
        try
        {
            var file = Path.Combine(folder, "rows");
            await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"{GeneratedRows.FirstWord} {count}"));
            await using (var server = Build(folder))
            {
                await server.StartAsync();
            }

            await using var program = Build(folder);
            for (var round = 1; round <= 2; round++)
            {
                var clock = Stopwatch.StartNew();
                var code = await ImportCommand.RunAsync(program.Services, ["auto", file, "--site", BigDatabase.SiteKey], Console.Out, CancellationToken.None);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(round == 1 ? "Import" : "Again")}: code {code}, {clock.Elapsed.TotalSeconds:F1} s, {count / clock.Elapsed.TotalSeconds:N0} comments/s, at most {PeakMegabytes():N0} MB resident"));
            }

            await using var database = await program.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();
            var (comments, threads) = (await database.Comments.CountAsync(), await database.Threads.CountAsync());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{comments:N0} comments in {threads:N0} threads, {new FileInfo(Path.Combine(folder, "embed.db")).Length / 1024 / 1024:N0} MB"));
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
        builder.Services.AddSingleton<IImportFormat, GeneratedRows>();
        return builder.Build();
    }

    /// <summary>The most that was resident at any time (proc_pid_status(5)).</summary>
    public static long PeakMegabytes() => File.ReadLines("/proc/self/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).First();

    /// <summary>Rows as a Disqus export has them, made as they are read: replies mostly to what was written shortly before, in HTML.</summary>
    private sealed class GeneratedRows : IImportFormat
    {
        public const string FirstWord = "generated";

        public string Name => FirstWord;

        public string Title => "Generated rows";

        public bool Recognises(ImportHead head) => head.Text.StartsWith(FirstWord, StringComparison.Ordinal);

        public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
        {
            var (random, count) = (new Random(20260101), int.Parse(File.ReadAllText(source.Path).Split(' ')[1], CultureInfo.InvariantCulture));
            for (var i = 0; i < Threads; i++)
            {
                sink.Add(new SourceThread(Id(i), "") { Address = BigDatabase.PageOf(i), Title = $"Post {i}", CreatedAt = Begin });
            }

            for (var i = 0; i < People; i++)
            {
                sink.Add(new SourcePerson($"p{Id(i)}", "") { Name = $"Person {i}" });
            }

            var last = new int[Threads];
            for (var i = 1; i <= count; i++)
            {
                var thread = (int)(Threads * Math.Pow(random.NextDouble(), 3));
                sink.Add(new SourceComment(Id(i), Id(thread), string.Create(CultureInfo.InvariantCulture, $"line {i * 20L}"))
                {
                    ParentId = last[thread] > 0 && random.Next(5) >= 2 ? Id(last[thread]) : null,
                    PersonId = $"p{Id(random.Next(People))}",
                    Text = $"<p>Some words of comment {i}, as many as people write in a hurry; <a href=\"https://example.com/{i}\" rel=\"nofollow\">a link</a>.</p><p>And <b>a second</b> paragraph.</p>",
                    Markup = SourceMarkup.Html,
                    PostedAt = Begin.AddMinutes(i),
                    UpVotes = random.Next(10) < 3 ? random.Next(6) : 0,
                });
                last[thread] = random.Next(3) == 0 ? 0 : i;
            }
        }

        private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
