using System.Diagnostics;
using System.Globalization;

namespace Embed.Benchmarks;

/// <summary>
/// Exports the large database, has an empty server take the export over, backs the database up and restores that: each by the
/// server's own command in a process of its own, with its time and the most memory that was resident.
/// </summary>
internal static class ExportLoad
{
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    /// <param name="arguments">The folder of the database that the command <c>data</c> made.</param>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments.Length == 0 || !File.Exists(Path.Combine(arguments[0], "embed.db")))
        {
            Console.WriteLine("Name the folder that the command data has made.");
            return;
        }

        var source = Path.GetFullPath(Path.Combine(arguments[0], "embed.db"));
        var folder = Directory.CreateTempSubdirectory("embed-export-").FullName;
        try
        {
            var (first, second) = (Path.Combine(folder, "first.json"), Path.Combine(folder, "second.json"));
            await MeasureAsync("Export", source, first, "export", first);
            await MeasureAsync("Export of a site", source, second, "export", second, "--site", BigDatabase.SiteKey);
            var wxr = Path.Combine(folder, "site.xml");
            await MeasureAsync("Export as WXR", source, wxr, "export", wxr, "--wxr", "--site", BigDatabase.SiteKey);
            File.Delete(wxr);
            var taken = Path.Combine(folder, "taken", "embed.db");
            await MeasureAsync("Taking it over", taken, taken, "import", "embed", first);
            await MeasureAsync("Exporting that", taken, second, "export", second);
            Console.WriteLine(await AreSameAsync(first, second) ? "Both exports are the same bytes." : "The exports differ.");
            Directory.Delete(Path.GetDirectoryName(taken)!, recursive: true);
            var backups = Path.Combine(folder, "backups");
            await MeasureAsync("Backup, proved", source, backups, "backup", backups);
            var restored = Path.Combine(folder, "restored", "embed.db");
            await MeasureAsync("Restore", restored, restored, "restore", Directory.GetFiles(backups, "*.db").Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string what, string database, string made, params string[] command)
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
            most = Math.Max(most, PeakBytes(process));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: code {process.ExitCode}, {seconds:F1} s, at most {most / 1e6:N0} MB resident, {BytesOf(made) / 1e6:N0} MB written"));
        if (process.ExitCode != 0)
        {
            Console.WriteLine(await said);
        }
    }

    // The system keeps the most itself; it is gone with the process.
    private static long PeakBytes(Process process)
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

    private static long BytesOf(string made) => File.Exists(made) ? new FileInfo(made).Length
        : Directory.Exists(made) ? new DirectoryInfo(made).EnumerateFiles().Sum(file => file.Length) : 0;

    private static async Task<bool> AreSameAsync(string first, string second)
    {
        await using var one = File.OpenRead(first);
        await using var other = File.OpenRead(second);
        var (some, same) = (new byte[1 << 20], new byte[1 << 20]);
        while (true)
        {
            var length = await one.ReadAtLeastAsync(some, some.Length, throwOnEndOfStream: false);
            if (await other.ReadAtLeastAsync(same, same.Length, throwOnEndOfStream: false) != length || !some.AsSpan(0, length).SequenceEqual(same.AsSpan(0, length)))
            {
                return false;
            }

            if (length == 0)
            {
                return true;
            }
        }
    }
}
