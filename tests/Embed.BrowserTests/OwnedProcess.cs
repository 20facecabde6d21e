using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Embed.BrowserTests;

/// <summary>A program that runs for the tests, and ends with them.</summary>
internal sealed class OwnedProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OwnedProcess(Process process) => _process = process;

    /// <summary>Starts it.</summary>
    /// <param name="program">Path of the executable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables besides the inherited ones; null takes one away.</param>
    public static OwnedProcess Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var owned = new OwnedProcess(Process.Start(start)!);
        owned._process.OutputDataReceived += (_, line) => owned.Read(line.Data, isOutput: true);
        owned._process.ErrorDataReceived += (_, line) => owned.Read(line.Data, isOutput: false);
        owned._process.BeginOutputReadLine();
        owned._process.BeginErrorReadLine();
        return owned;
    }

    /// <summary>What it said so far, to explain a failure with.</summary>
    public string Said => string.Join(Environment.NewLine, _lines);

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>The first line it writes to its standard output.</summary>
    public Task<string> FirstLineAsync(CancellationToken cancellationToken) => _firstLine.Task.WaitAsync(Patience, cancellationToken);

    /// <summary>Ends it and all it has started, unasked.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Asked first: killed, an X server leaves its lock and socket behind.
        if (!_process.HasExited && Signal(_process.Id, SigTerm) == 0)
        {
            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Read(string? line, bool isOutput)
    {
        if (line is null)
        {
            if (isOutput)
            {
                _firstLine.TrySetException(new InvalidOperationException($"{_process.StartInfo.FileName} ended without a word on its output; on the other: {Said}"));
            }

            return;
        }

        _lines.Enqueue(line);
        if (isOutput)
        {
            _firstLine.TrySetResult(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Signal(int process, int signal);
}
