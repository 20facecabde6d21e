using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Embed.Benchmarks;

/// <summary>
/// Answers a second with wrk on the same machine: cached fragments beside the same bytes with no logic, in turn; 304; JSON. Then
/// fragments that must be drawn first. The server has a process of its own; its memory is looked at before and after.
/// </summary>
internal static partial class FragmentLoad
{
    private const int Rounds = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private const int Cold = 200;

    public static async Task RunAsync(string[] arguments)
    {
        using var server = await ServerProcess.StartAsync(comments: 100);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        await MeasureAsync(server.Fragment);
        Report("before", await server.CollectAsync(), server.ResidentBytes());
        List<double> ours = [], bare = [];
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await MeasureAsync(server.Fragment));
            bare.Add(await MeasureAsync($"{server.At.Server}/bare"));
            Console.WriteLine($"round {round + 1}: fragment {ours[^1]:N0}/s, bare {bare[^1]:N0}/s, ratio {ours[^1] / bare[^1]:F2}");
        }

        Console.WriteLine($"median: fragment {Median(ours):N0}/s, bare {Median(bare):N0}/s, ratio {Median(ours) / Median(bare):F2}");
        using var fragment = await client.GetAsync(server.Fragment);
        Console.WriteLine($"304: {await MeasureAsync(server.Fragment, "If-None-Match: " + fragment.Headers.ETag):N0}/s");
        Console.WriteLine($"JSON: {await MeasureAsync(server.Fragment.Replace("thread.html", "thread", StringComparison.Ordinal)):N0}/s");
        var cold = await ColdAsync(server, client);
        Console.WriteLine($"cold: median {cold[Cold / 2]:F1} ms, slowest of {Cold} {cold[^1]:F1} ms, from request to last byte");
        var resident = server.ResidentBytes();
        Report("after", await server.CollectAsync(), resident);
    }

    // Each time the thread has a new version, so that it is read, shaped, drawn and compressed anew.
    private static async Task<double[]> ColdAsync(ServerProcess server, HttpClient client)
    {
        var times = new double[Cold];
        for (var i = 0; i < Cold; i++)
        {
            await server.TouchAsync();
            var began = Stopwatch.GetTimestamp();
            await client.GetByteArrayAsync(server.Fragment);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return [.. times.Order()];
    }

    private static void Report(string when, ServerProcess.Heap heap, long resident) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{when}: managed {heap.Bytes / 1024.0 / 1024:F1} MB, resident {resident / 1024.0 / 1024:F0} MB"));

    private static Task<double> MeasureAsync(string address, string header = "Accept: */*") => MeasureAsync(address, Duration, header);

    /// <summary>Answers a second to 64 connections on loopback.</summary>
    public static async Task<double> MeasureAsync(string address, TimeSpan duration, string header = "Accept: */*")
    {
        var seconds = string.Create(CultureInfo.InvariantCulture, $"-d{duration.TotalSeconds:F0}s");
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c64", seconds, "-H", "Accept-Encoding: br", "-H", header, address])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        // wrk holds a 304 to be an error, too.
        return output.Contains("Non-2xx", StringComparison.Ordinal) && !header.StartsWith("If-None-Match", StringComparison.Ordinal)
            ? throw new InvalidOperationException(output)
            : double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Rate();
}
