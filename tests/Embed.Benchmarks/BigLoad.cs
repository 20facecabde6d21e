using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Embed.Benchmarks;

/// <summary>
/// On the database that <c>data</c> made: the first page of its largest thread and of a usual one, each drawn for the first time;
/// memory after many threads; and, of a published server, the time from its start to its first answer, and its memory then.
/// </summary>
internal static class BigLoad
{
    private const int Starts = 5;
    private const int ReadAtOnce = 4;
    private static readonly string[] Sorts = ["oldest", "newest", "best", "discussed"];
    private static readonly string[] Languages = ["en", "de", "ar"];

    /// <param name="arguments">The folder of the database; the folder of a published server, if that is to be measured too.</param>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            Console.WriteLine("Say in which folder the database is, and then perhaps where a published server is.");
            return;
        }

        var database = Path.GetFullPath(Path.Combine(arguments[0], "embed.db"));
        using var client = new HttpClient();
        using (var server = await ServerProcess.StartAsync(0, database))
        {
            await CompareFirstPagesAsync(client, server.At.Server);
            await ReadAllAsync(client, server);
        }

        if (arguments.Length > 1)
        {
            await StartAsync(client, Path.GetFullPath(Path.Combine(arguments[1], "Embed.Server")), database);
        }
    }

    private static string Address(string server, int thread, string sort, string language) =>
        $"{server}/api/v1/sites/{BigDatabase.SiteKey}/thread.html?page={Uri.EscapeDataString(BigDatabase.PageOf(thread))}&sort={sort}&lang={language}";

    // Each order in each language is a drawing of its own: twelve first times of either thread, in turn.
    private static async Task CompareFirstPagesAsync(HttpClient client, string server)
    {
        foreach (var sort in Sorts)
        {
            for (var thread = 3; thread < 30; thread++)
            {
                await client.GetByteArrayAsync(Address(server, thread, sort, "en"));
            }
        }

        foreach (var sort in Sorts)
        {
            List<double> largest = [], usual = [];
            foreach (var language in Languages)
            {
                usual.Add(await TimeAsync(client, Address(server, BigDatabase.Usual, sort, language)));
                largest.Add(await TimeAsync(client, Address(server, BigDatabase.Largest, sort, language)));
            }

            var (big, small) = (largest.Order().ElementAt(1), usual.Order().ElementAt(1));
            Console.WriteLine($"first page, {sort}: thread of 100,000 {big:F1} ms, thread of 100 {small:F1} ms, ratio {big / small:F2}");
        }
    }

    private static async Task<double> TimeAsync(HttpClient client, string address)
    {
        var began = Stopwatch.GetTimestamp();
        await client.GetByteArrayAsync(address);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static async Task ReadAllAsync(HttpClient client, ServerProcess server)
    {
        var before = await server.CollectAsync();
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(1, BigDatabase.Threads + 1, new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce }, async (thread, ends) =>
            await client.GetByteArrayAsync(Address(server.At.Server, thread, "oldest", "en"), ends));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var resident = server.ResidentBytes();
        var after = await server.CollectAsync();
        Console.WriteLine($"{BigDatabase.Threads:N0} threads for the first time: {BigDatabase.Threads / seconds:N0}/s; "
            + $"managed before {Mb(before.Bytes)}, after {Mb(after.Bytes)} (the cache may hold {new Server.EmbedOptions().FragmentCacheMegabytes} MB); resident {Mb(resident)}");
    }

    private static async Task StartAsync(HttpClient client, string program, string database)
    {
        for (var i = 0; i < Starts; i++)
        {
            var server = $"http://127.0.0.1:{FreePort()}";
            var began = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(program, [$"--urls={server}", $"--Embed:Database={database}", "--Embed:Backup:IntervalHours=0", "--Logging:LogLevel:Default=Warning"])
            {
                UseShellExecute = false,
                WorkingDirectory = Path.GetDirectoryName(program),
            })!;
            try
            {
                await AnswerAsync(client, Address(server, BigDatabase.Usual, "oldest", "en"));
                Console.WriteLine($"start to first answer (a thread of 100): {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms; "
                    + $"resident then {Mb(ServerProcess.ResidentBytes(process.Id))}");
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
    }

    private static async Task AnswerAsync(HttpClient client, string address)
    {
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(address);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException refused) when (refused.InnerException is SocketException)
            {
                // Not listening yet.
                await Task.Delay(5);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Mb(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:F0} MB");
}
