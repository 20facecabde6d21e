using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Embed.Benchmarks;

/// <summary>
/// Event streams held open at once: the server in a process of its own, each reader a bare socket in this one. Measures the
/// server's memory with and without them, and the time from a comment's post until the last reader has heard of it.
/// </summary>
internal static class StreamLoad
{
    /// <summary>The argument that makes this program the server.</summary>
    public const string ServerCommand = "streams-server";

    private const int Posts = 5;
    private static readonly byte[] Event = "event: version"u8.ToArray();

    public static async Task RunAsync(int streams)
    {
        if (OpenFiles() < streams + 500)
        {
            Console.WriteLine($"A process may open {OpenFiles():N0} files here; {streams:N0} streams take ulimit -n {streams + 500} or more.");
            return;
        }

        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ServerCommand])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!;
        try
        {
            var address = new Uri((await process.StandardOutput.ReadLineAsync())!);
            // What the first ones load stays: it is no cost of a stream.
            await ConnectAllAsync(address, 50);
            var before = Memory(process);
            var clock = Stopwatch.StartNew();
            var readers = await ConnectAllAsync(address, streams);
            Console.WriteLine($"{streams:N0} streams open after {clock.Elapsed.TotalSeconds:F1} s");
            for (var i = 0; i < Posts; i++)
            {
                await PostAsync(process, readers);
            }

            // One heartbeat and more.
            await Task.Delay(TimeSpan.FromSeconds(30));
            var held = Memory(process);
            Console.WriteLine($"server's memory (PSS): {before / 1024.0:F0} MB, with the streams {held / 1024.0:F0} MB: {(held - before) * 1.0 / streams:F1} KB for each");
            Console.WriteLine($"still open after half a minute: {readers.Count(reader => !reader.Connection.Poll(0, SelectMode.SelectError) && reader.Connection.Connected):N0}");
            readers.ForEach(reader => reader.Connection.Dispose());
        }
        finally
        {
            // Its input ends, and with it the server.
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>The server's process: prints the address to follow, posts a comment for each line it is sent.</summary>
    public static async Task ServeAsync()
    {
        await using var bench = await BenchServer.StartAsync(comments: 100);
        Console.WriteLine($"{bench.Server}/api/v1/events?site=bench&page={Uri.EscapeDataString(bench.Page)}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            await bench.PostAsync("One more comment.");
            Console.WriteLine("posted");
        }
    }

    private static async Task PostAsync(Process server, List<Reader> readers)
    {
        var heard = readers.ConvertAll(reader => reader.HearAsync());
        var clock = Stopwatch.StartNew();
        await server.StandardInput.WriteLineAsync();
        await server.StandardInput.FlushAsync();
        await server.StandardOutput.ReadLineAsync();
        var posted = clock.Elapsed;
        var times = await Task.WhenAll(heard.Select(async one =>
        {
            await one;
            return clock.Elapsed;
        }));
        Array.Sort(times);
        Console.WriteLine(
            $"post answered after {posted.TotalMilliseconds:F0} ms; heard by half after {times[times.Length / 2].TotalMilliseconds:F0} ms, by all after {times[^1].TotalMilliseconds:F0} ms");
    }

    private static async Task<List<Reader>> ConnectAllAsync(Uri address, int count)
    {
        var readers = new List<Reader>();
        foreach (var batch in Enumerable.Range(0, count).Chunk(100))
        {
            readers.AddRange(await Task.WhenAll(batch.Select(_ => Reader.ConnectAsync(address))));
        }

        return readers;
    }

    /// <summary>Proportional set size in KB: what the process costs the machine (Linux).</summary>
    private static long Memory(Process process) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>How many files, sockets among them, a process may have open (Linux).</summary>
    private static long OpenFiles() => long.TryParse(
        File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3],
        System.Globalization.CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;

    /// <summary>One reader's connection.</summary>
    private sealed class Reader(Socket connection)
    {
        public Socket Connection => connection;

        public static async Task<Reader> ConnectAsync(Uri address)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"));
            var reader = new Reader(socket);
            await reader.HearAsync();
            return reader;
        }

        /// <summary>Reads until an event has come.</summary>
        public async Task HearAsync()
        {
            var buffer = new byte[1024];
            var length = 0;
            do
            {
                var count = await connection.ReceiveAsync(buffer.AsMemory(length));
                length = count == 0 ? throw new InvalidOperationException("The stream ended: " + Encoding.ASCII.GetString(buffer, 0, length)) : length + count;
            }
            while (buffer.AsSpan(0, length).IndexOf(Event) < 0);
        }
    }
}
