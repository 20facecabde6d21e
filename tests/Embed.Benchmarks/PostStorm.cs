using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;

namespace Embed.Benchmarks;

/// <summary>
/// Comments a second through the public API, many people at once, on one thread and on many; what becomes of reading
/// meanwhile; and whether every comment that was acknowledged is there after the server was killed in the middle of it.
/// </summary>
internal static class PostStorm
{
    private const int Connections = 16;
    private const int People = 200;
    private const int Pages = 500;
    private const int ReadComments = 100;
    private static readonly TimeSpan ReadAlone = TimeSpan.FromSeconds(10);

    // 300 characters with a little Markdown, as people write.
    private const string Text =
        "I let the dough rest *overnight* this time, as you said, and the crumb is much more open. The salt went in after the first "
        + "fold and not before it; with `2 %` of the flour's weight it tastes right. One question is left: how warm is your kitchen? Mine "
        + "is at 19 degrees now, and it took eleven hours.";

    public static async Task RunAsync(TimeSpan duration)
    {
        Console.WriteLine($"{Connections} connections, {People} people, comments of {Text.Length} characters, {duration.TotalSeconds:N0} s each");
        await MeasureAsync("one thread", pages: 1, duration);
        await MeasureAsync("many threads", Pages, duration);
    }

    private static async Task MeasureAsync(string name, int pages, TimeSpan duration)
    {
        await using var server = new ProductProcess();
        await server.StartAsync();
        var tokens = await server.SignInAsync(People);
        var quiet = await MakeQuietThreadAsync(server, tokens);
        await ReadAsync(quiet, TimeSpan.FromSeconds(3));
        var alone = await ReadAsync(quiet, ReadAlone);

        var storm = new Storm(server.Port, tokens, pages);
        await storm.RunAsync(TimeSpan.FromSeconds(3));
        storm.Forget();
        var before = server.ProcessorTime;
        await storm.RunAsync(duration);
        var cost = (server.ProcessorTime - before).TotalMicroseconds / storm.Count;
        Console.WriteLine($"{name}: {storm.Report(duration)}, {cost:N0} us of the server's processor time each");

        storm.Forget();
        var both = storm.RunAsync(duration);
        var meanwhile = await ReadAsync(quiet, duration);
        await both;
        Console.WriteLine(
            $"{name}, while others read: {storm.Report(duration)}; reads {meanwhile:N0}/s, alone {alone:N0}/s, ratio {meanwhile / alone:F2}");

        var last = storm.RunAsync(TimeSpan.FromMinutes(1));
        await Task.Delay(TimeSpan.FromSeconds(2));
        await server.KillAsync();
        await last;
        await server.StartAsync();
        await CheckAsync(server, storm.Acknowledged, name);
    }

    private static async Task<string> MakeQuietThreadAsync(ProductProcess server, IReadOnlyList<string> tokens)
    {
        const string Page = ProductProcess.Origin + "/quiet";
        using var connection = new PostConnection();
        await connection.OpenAsync(server.Port);
        for (var i = 0; i < ReadComments; i++)
        {
            await connection.PostAsync(Page, Text, tokens[i]);
        }

        return $"http://127.0.0.1:{server.Port}/api/v1/sites/{ProductProcess.Site}/thread.html?page={Uri.EscapeDataString(Page)}&lang=en";
    }

    private static Task<double> ReadAsync(string address, TimeSpan duration) => FragmentLoad.MeasureAsync(address, duration);

    private static async Task CheckAsync(ProductProcess server, IReadOnlyCollection<long> acknowledged, string name)
    {
        await using var database = server.OpenDatabase();
        var there = (await database.Comments.Select(comment => comment.Id).ToListAsync()).ToHashSet();
        var lost = acknowledged.Count(id => !there.Contains(id));
        var wrong = await database.Threads.CountAsync(thread =>
            thread.CommentCount != database.Comments.Count(comment => comment.ThreadId == thread.Id));
        Console.WriteLine($"{name}, after kill -9: {acknowledged.Count:N0} acknowledged, {lost} lost, {wrong} threads with a wrong count");
    }

    /// <summary>The posting clients.</summary>
    private sealed class Storm(int port, IReadOnlyList<string> tokens, int pages)
    {
        private readonly List<long> _acknowledged = [];
        private readonly List<double> _milliseconds = [];
        private int _refused;
        private int _next;

        public IReadOnlyCollection<long> Acknowledged => _acknowledged;

        /// <summary>Comments acknowledged since it began to count.</summary>
        public int Count => _milliseconds.Count;

        public async Task RunAsync(TimeSpan duration)
        {
            var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            foreach (var part in await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => PostAsync(end)))))
            {
                _acknowledged.AddRange(part.Ids);
                _milliseconds.AddRange(part.Milliseconds);
                _refused += part.Refused;
            }
        }

        /// <summary>Begins to count anew; what was acknowledged is kept for the check.</summary>
        public void Forget()
        {
            _milliseconds.Clear();
            _refused = 0;
        }

        public string Report(TimeSpan duration)
        {
            _milliseconds.Sort();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{_milliseconds.Count / duration.TotalSeconds:N0} comments/s, p50 {At(0.5):F1} ms, p99 {At(0.99):F1} ms, {_refused} refused");
        }

        private double At(double share) => _milliseconds[(int)(share * (_milliseconds.Count - 1))];

        private async Task<(List<long> Ids, List<double> Milliseconds, int Refused)> PostAsync(long end)
        {
            List<long> ids = [];
            List<double> milliseconds = [];
            var refused = 0;
            using var connection = new PostConnection();
            try
            {
                await connection.OpenAsync(port);
                for (var now = Stopwatch.GetTimestamp(); now < end;)
                {
                    var turn = Interlocked.Increment(ref _next);
                    var page = string.Create(CultureInfo.InvariantCulture, $"{ProductProcess.Origin}/busy-{turn % pages}");
                    var (id, _) = await connection.PostAsync(page, Text, tokens[turn % tokens.Count]);
                    var answered = Stopwatch.GetTimestamp();
                    if (id is { } acknowledged)
                    {
                        ids.Add(acknowledged);
                        milliseconds.Add(Stopwatch.GetElapsedTime(now, answered).TotalMilliseconds);
                    }
                    else
                    {
                        refused++;
                    }

                    now = answered;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                // The server was killed.
            }

            return (ids, milliseconds, refused);
        }
    }
}
