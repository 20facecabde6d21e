using System.Diagnostics;
using System.Globalization;
using Embed.Server.Transfer;
using Microsoft.Data.Sqlite;

namespace Embed.Benchmarks;

/// <summary>
/// Imports one chain of answers, the deepest first, by the server's own command, and says how long each step took and how much memory
/// was resident. It must neither grow with the square of the depth nor overflow anything.
/// </summary>
internal static class ImportDepth
{
    /// <param name="arguments">How deep, 1,000,000 by default; then what else the command is given, such as <c>--dry-run</c>.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var depth = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("embed-import-").FullName;
        try
        {
            var file = Path.Combine(folder, "chain.xml");
            await WriteAsync(file, depth);
            await using (var server = ImportLoad.Build(folder))
            {
                await server.StartAsync();
            }

            await using var program = ImportLoad.Build(folder);
            var clock = Stopwatch.StartNew();
            var code = await ImportCommand.RunAsync(
                program.Services, ["auto", file, "--site", BigDatabase.SiteKey, .. arguments.Skip(1)], new Timed(clock), CancellationToken.None);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{depth:N0} deep: code {code}, {clock.Elapsed.TotalSeconds:F1} s, {depth / clock.Elapsed.TotalSeconds:N0} comments/s, at most {ImportLoad.PeakMegabytes():N0} MB resident"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteAsync(string path, int depth)
    {
        await using var file = new StreamWriter(path);
        await file.WriteAsync("<disqus xmlns=\"http://disqus.com\" xmlns:dsq=\"http://disqus.com/disqus-internals\">\n");
        await file.WriteAsync($"<thread dsq:id=\"1\"><link>{BigDatabase.PageOf(1)}</link></thread>\n");
        for (var i = depth; i > 0; i--)
        {
            await file.WriteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"<post dsq:id=\"{i}\"><message>{i}</message><createdAt>2020-01-01T00:00:00Z</createdAt><thread dsq:id=\"1\"/>{(i > 1 ? $"<parent dsq:id=\"{i - 1}\"/>" : "")}</post>\n"));
        }

        await file.WriteAsync("</disqus>\n");
    }

    /// <summary>What the command says, with the second in which it does.</summary>
    private sealed class Timed(Stopwatch clock) : StringWriter(CultureInfo.InvariantCulture)
    {
        private string _step = "";

        // Of each step the beginning only: it tells how far it is each second.
        public override void WriteLine(string? value)
        {
            var step = value?.Split(':')[0] ?? "";
            if (step != _step)
            {
                _step = step;
                Say(value);
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            Say(value);
            return Task.CompletedTask;
        }

        private void Say(string? value) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,7:F1} s, {ImportLoad.PeakMegabytes(),5:N0} MB: {value}"));
    }
}
