using System.Diagnostics;

namespace Embed.Benchmarks;

/// <summary>What a command of the server's came to, run in a process of its own.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="PeakBytes">The most that was resident at any time.</param>
/// <param name="Said">What it wrote.</param>
internal sealed record ProductCommand(int Code, double Seconds, long PeakBytes, string Said)
{
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a command on a database.</summary>
    public static async Task<ProductCommand> RunAsync(string database, params string[] command)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Embed.Server.dll"), .. command, "--contentRoot", AppContext.BaseDirectory, "--Embed:Database", database])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = process.StandardOutput.ReadToEndAsync();
        var (most, end) = (0L, process.WaitForExitAsync());
        while (await Task.WhenAny(end, Task.Delay(LookPause)) != end)
        {
            most = Math.Max(most, PeakBytesOf(process));
        }

        return new ProductCommand(process.ExitCode, clock.Elapsed.TotalSeconds, most, await said);
    }

    // The system keeps the most itself; it is gone with the process.
    private static long PeakBytesOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
