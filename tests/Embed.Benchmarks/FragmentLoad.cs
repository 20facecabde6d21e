using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Embed.Benchmarks;

/// <summary>Cached fragments a second with wrk on the same machine, beside the same bytes with no logic, in turn.</summary>
internal static partial class FragmentLoad
{
    private const int Rounds = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchServer bench)
    {
        List<double> ours = [], bare = [];
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await MeasureAsync(bench.Fragment, Duration));
            bare.Add(await MeasureAsync(bench.Bare, Duration));
            Console.WriteLine($"round {round + 1}: fragment {ours[^1]:N0}/s, bare {bare[^1]:N0}/s, ratio {ours[^1] / bare[^1]:F2}");
        }

        Console.WriteLine($"median: fragment {Median(ours):N0}/s, bare {Median(bare):N0}/s, ratio {Median(ours) / Median(bare):F2}");
    }

    /// <summary>Answers a second to 64 connections on loopback.</summary>
    public static async Task<double> MeasureAsync(string address, TimeSpan duration)
    {
        var seconds = string.Create(CultureInfo.InvariantCulture, $"-d{duration.TotalSeconds:F0}s");
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c64", seconds, "-H", "Accept-Encoding: br", address])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output.Contains("Non-2xx", StringComparison.Ordinal)
            ? throw new InvalidOperationException(output)
            : double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Rate();
}
