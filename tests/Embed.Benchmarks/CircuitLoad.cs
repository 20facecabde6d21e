using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Embed.Benchmarks;

/// <summary>
/// Many live circuits on one thread of 100 comments: what each costs in memory, and how long after a comment's commit every one of
/// them is sent it. The server has a process of its own; the clients share the machine with it.
/// </summary>
internal static class CircuitLoad
{
    private const int Comments = 100;
    private const int Posts = 10;
    private const int OpenAtOnce = 8;

    /// <param name="arguments">How many circuits (1,000), <c>signed-in</c> if each is somebody's, <c>idle</c> for no comments, <c>types</c> for what a circuit is made of.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000;
        using var server = await ServerProcess.StartAsync(Comments);
        var tokens = arguments.Contains("signed-in") ? await server.SignInAsync(count) : new string?[count];
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        // What the first circuits bring with them (code, caches) is not a circuit's.
        var warm = await OpenAsync(server, client, [.. tokens.Take(20)]);
        await PostAsync(server, warm, "warm", posts: 2);
        var (heap, resident) = (await server.CollectAsync(), server.ResidentBytes());
        Console.WriteLine($"{warm.Length} circuits: managed {Mb(heap.Bytes)}, resident {Mb(resident)}");

        var types = arguments.Contains("types") ? HeapTypes.Of(server.At.ProcessId) : [];
        var (began, busy) = (Stopwatch.GetTimestamp(), server.ProcessorTime);
        LiveCircuit[] circuits = [.. warm, .. await OpenAsync(server, client, tokens[warm.Length..])];
        using var pings = new Timer(_ => { foreach (var circuit in circuits) { _ = circuit.PingAsync(); } }, null, 10_000, 10_000);
        var more = count - warm.Length;
        Console.WriteLine($"{circuits.Length} circuits opened in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, "
            + $"{(server.ProcessorTime - busy).TotalMilliseconds / more:F1} ms of the server's processor time each, "
            + $"{circuits.Average(circuit => circuit.DrawnBytes) / 1024:F0} KB sent each");
        await ReportAsync("idle", server, heap, resident, more);

        if (!arguments.Contains("idle"))
        {
            var times = await PostAsync(server, circuits, "news", Posts);
            Console.WriteLine($"commit to sent, all comments: p50 {Percentile(times, 50):F0} ms, p99 {Percentile(times, 99):F0} ms, last {times[^1]:F0} ms");
            await ReportAsync($"after {Posts} comments", server, heap, resident, more);
        }

        if (arguments.Contains("types"))
        {
            Console.WriteLine("a circuit, by type:");
            HeapTypes.Print(types, HeapTypes.Of(server.At.ProcessId), more);
        }

        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }

    private static async Task<LiveCircuit[]> OpenAsync(ServerProcess server, HttpMessageInvoker client, string?[] tokens)
    {
        var circuits = new LiveCircuit[tokens.Length];
        await Parallel.ForAsync(0, tokens.Length, new ParallelOptions { MaxDegreeOfParallelism = OpenAtOnce }, async (i, _) =>
        {
            var parameters = JsonSerializer.Serialize(new
            {
                site = "bench",
                page = server.At.Page,
                title = "Article",
                language = "en",
                token = tokens[i],
            });
            circuits[i] = await LiveCircuit.OpenAsync(client, server.At.Server, new Uri(server.At.Page), parameters);
        });
        return circuits;
    }

    // Alternately a comment and an answer to it.
    private static async Task<double[]> PostAsync(ServerProcess server, LiveCircuit[] circuits, string word, int posts)
    {
        var all = new List<double>();
        long? parent = null;
        for (var i = 0; i < posts; i++)
        {
            var text = $"{word}-{i}-of-{posts}";
            var sighting = new Sighting(text, circuits.Length);
            foreach (var circuit in circuits)
            {
                circuit.Await(sighting);
            }

            var busy = server.ProcessorTime;
            var posted = await server.PostAsync(text, parent);
            var times = await sighting.AllAsync(posted.At);
            all.AddRange(times);
            Console.WriteLine($"{(parent is null ? "comment" : "reply"),-7}: p50 {Percentile(times, 50):F0} ms, p99 {Percentile(times, 99):F0} ms, last {times[^1]:F0} ms; "
                + $"its author's answer after {Stopwatch.GetElapsedTime(posted.At, posted.Answered).TotalMilliseconds:F0} ms; "
                + $"server's processor time {(server.ProcessorTime - busy).TotalMilliseconds:F0} ms");
            parent = parent is null ? posted.CommentId : null;
            // The acknowledgements of the last batches are work too, and not the next comment's.
            await server.CollectAsync();
        }

        return [.. all.Order()];
    }

    private static async Task ReportAsync(string when, ServerProcess server, ServerProcess.Heap heap, long resident, int more)
    {
        var before = server.ResidentBytes();
        var now = await server.CollectAsync();
        var after = server.ResidentBytes();
        Console.WriteLine($"{when}: managed {Mb(now.Bytes)}, {(now.Bytes - heap.Bytes) / 1024.0 / more:F0} KB a circuit; "
            + $"resident {Mb(before)}, after a full collection {Mb(after)}, {(after - resident) / 1024.0 / more:F0} KB a circuit");
    }

    private static double Percentile(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    private static string Mb(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:F0} MB");
}
