using System.Diagnostics;
using System.Globalization;
using Embed.Server.Transfer.Formats;

namespace Embed.Benchmarks;

/// <summary>Reads a file of another system and throws away what was read: what reading alone costs an import.</summary>
internal static class ImportReading
{
    private const int Rounds = 3;

    /// <param name="arguments">The file.</param>
    public static Task RunAsync(string[] arguments)
    {
        var source = new ImportSource(arguments[0]);
        for (var round = 0; round < Rounds; round++)
        {
            var (sink, bytes) = (new Counted(), GC.GetAllocatedBytesForCurrentThread());
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            var format = ImportFormats.Recognise(ImportFormats.All, source);
            format.Read(source, sink, CancellationToken.None);
            process.Refresh();
            var time = process.TotalProcessorTime - before;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{format.Name}: {sink.Comments:N0} comments, {sink.Others:N0} threads and people, {sink.Skipped:N0} skipped; {time.TotalSeconds:F2} s of processor, {sink.Comments / time.TotalSeconds:N0} comments/s, {(GC.GetAllocatedBytesForCurrentThread() - bytes) / Math.Max(1, sink.Comments):N0} bytes allocated a comment"));
        }

        return Task.CompletedTask;
    }

    private sealed class Counted : IImportSink
    {
        public long Comments { get; private set; }

        public long Others { get; private set; }

        public long Skipped { get; private set; }

        public void Add(SourceThread thread) => Others++;

        public void Add(SourcePerson person) => Others++;

        public void Add(SourceComment comment) => Comments++;

        public void Skip(string place, string what, string why, string? id = null) => Skipped++;
    }
}
