using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Embed.IntegrationTests.Kills;

/// <summary>The product as a process of its own, as <c>dotnet run</c> starts it, which can be killed.</summary>
internal sealed partial class KilledServer : IAsyncDisposable
{
    private const int LooksAtNothing = 50;

    // 128 and the number of the signal.
    private const int Killed = 137;

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _said = [];

    private KilledServer(Process process) => _process = process;

    /// <summary>Its port on loopback, once it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended before; with what it said.</exception>
    public Task<int> PortAsync => _port.Task;

    /// <summary>Starts it; with a command in front of the settings, it does that instead of serving.</summary>
    public static KilledServer Start(string database, params string[] arguments) => StartWithin(0, database, arguments);

    /// <summary>The same, with so many bytes of managed memory at most; 0 for what there is. More makes it fail.</summary>
    public static KilledServer StartWithin(long heapBytes, string database, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Embed.Server.dll"), .. arguments, "--contentRoot", AppContext.BaseDirectory, "--Embed:Database", database,
            "--Embed:Limits:PostsPerCommenter", "0", "--Embed:Limits:WritesPerAddress", "0",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Killed, it would leave the sockets of its debugger in the system's temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        if (heapBytes > 0)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = string.Create(CultureInfo.InvariantCulture, $"0x{heapBytes:x}");
        }

        var server = new KilledServer(Process.Start(start)!);
        server._process.OutputDataReceived += (_, line) => server.Read(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Read(line.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        _ = server.FailAtEndAsync();
        return server;
    }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it said so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return string.Join(Environment.NewLine, _said);
            }
        }
    }

    /// <summary>
    /// Lets it go on for so much processor time: how far a process is does not depend on what else the machine does. Ends with the
    /// process, or when that has nothing more to do.
    /// </summary>
    public async Task ComputeAsync(int milliseconds, CancellationToken cancellationToken)
    {
        var (began, last, still) = (Computed(), TimeSpan.Zero, 0);
        while (!HasEnded && Computed() - began is var gone && gone < TimeSpan.FromMilliseconds(milliseconds) && still < LooksAtNothing)
        {
            still = gone == last ? still + 1 : 0;
            last = gone;
            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does, at once.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    /// <returns>Whether that was what ended it: it had not ended by itself.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        return OperatingSystem.IsWindows() || _process.ExitCode == Killed;
    }

    /// <summary>Sends it a signal, such as <c>INT</c>, which a terminal sends for Ctrl+C.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    // The system counts in hundredths of a second.
    private TimeSpan Computed()
    {
        try
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It has ended, before or while the system was asked.
            return TimeSpan.MaxValue;
        }
    }

    private async Task FailAtEndAsync()
    {
        await _process.WaitForExitAsync();
        _port.TrySetException(new InvalidOperationException($"The server ended before it listened: {Said}"));
        // Who kills it before it listens does not ask.
        _ = _port.Task.Exception;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _said.Add(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _port.TrySetResult(int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"Listening on http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();
}
