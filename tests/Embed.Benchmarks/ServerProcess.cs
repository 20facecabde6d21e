using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Benchmarks;

/// <summary>
/// <see cref="BenchServer"/> in a process of its own, whose memory and processor time are its own too. What a benchmark asks of
/// it besides what anybody may ask stands below <c>/bench</c>; the product has none of it.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private static long s_announced;
    private readonly Process _process;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(5) };

    private ServerProcess(Process process, Addresses addresses) => (_process, At) = (process, addresses);

    /// <summary>Where it can be reached.</summary>
    public Addresses At { get; }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Addresses of a server and of the page whose thread it has.</summary>
    internal sealed record Addresses(int ProcessId, string Server, string Page);

    /// <summary>What the garbage collector says: bytes in use after a full collection, and those it holds for itself.</summary>
    internal sealed record Heap(long Bytes, long Committed);

    /// <summary>A posted comment, and when its commit was announced (<see cref="Stopwatch.GetTimestamp"/>, the same clock in all processes).</summary>
    internal sealed record Announced(long CommentId, long At, long Answered);

    /// <summary>Starts this program again, serving.</summary>
    /// <param name="comments">How many comments its thread has.</param>
    /// <param name="database">An existing database instead; null for one of its own with that thread.</param>
    public static async Task<ServerProcess> StartAsync(int comments, string? database = null)
    {
        var process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Embed.Benchmarks"), ["serve", comments.ToString(CultureInfo.InvariantCulture), .. database is null ? Array.Empty<string>() : [database]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new ServerProcess(process, JsonSerializer.Deserialize<Addresses>(line)!);
    }

    /// <summary>Serves a thread of so many comments until the input ends.</summary>
    public static async Task ServeAsync(string[] arguments)
    {
        var comments = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        await using var bench = await BenchServer.StartAsync(comments, AddBench, arguments.Length > 1 ? arguments[1] : null);
        var site = (await bench.Services.GetRequiredService<SiteDirectory>().FindAsync("bench", CancellationToken.None))!;
        // The first to follow is the first to be told. An existing database is of another site: nobody posts there.
        using var following = PageUrl.Parse(bench.Page, null, site) is { } thread
            ? bench.Services.GetRequiredService<ThreadFeed>().Follow(site.Id, thread.Key, _ => s_announced = Stopwatch.GetTimestamp())
            : null;
        Console.WriteLine(JsonSerializer.Serialize(new Addresses(Environment.ProcessId, bench.Server, bench.Page)));
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Resident memory that is its own, shared pages in part (PSS), in bytes.</summary>
    public long ResidentBytes() => ResidentBytes(At.ProcessId);

    /// <summary>The same of any process.</summary>
    public static long ResidentBytes(int processId) => Kilobytes($"/proc/{processId}/smaps_rollup", "Pss:") * 1024;

    /// <summary>The fragment's address, as the page asks for it.</summary>
    public string Fragment => $"{At.Server}/api/v1/sites/bench/thread.html?page={Uri.EscapeDataString(At.Page)}&lang=en";

    /// <summary>The managed heap after a full collection.</summary>
    public async Task<Heap> CollectAsync() => (await _client.GetFromJsonAsync<Heap>($"{At.Server}/bench/heap"))!;

    /// <summary>Posts a comment.</summary>
    public async Task<Announced> PostAsync(string body, long? parent) =>
        (await _client.GetFromJsonAsync<Announced>(
            $"{At.Server}/bench/post?body={Uri.EscapeDataString(body)}&parent={parent}"))!;

    /// <summary>Edits a comment: the thread has a new version.</summary>
    public Task TouchAsync() => _client.GetByteArrayAsync($"{At.Server}/bench/touch");

    /// <summary>Signs so many new people in.</summary>
    /// <returns>Their tokens.</returns>
    public async Task<string[]> SignInAsync(int people) => (await _client.GetFromJsonAsync<string[]>($"{At.Server}/bench/people?count={people}"))!;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(10_000);
        _process.Dispose();
        _client.Dispose();
    }

    private static long Kilobytes(string file, string name) => long.Parse(
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal),
        CultureInfo.InvariantCulture);

    private static void AddBench(BenchServer bench, WebApplication app)
    {
        Answer(app, "/bench/heap", _ =>
        {
            for (var i = 0; i < 3; i++)
            {
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            return Task.FromResult<object>(new Heap(GC.GetTotalMemory(forceFullCollection: true), GC.GetGCMemoryInfo().TotalCommittedBytes));
        });
        Answer(app, "/bench/post", async query => await PostAsync(bench, query["body"]!, long.TryParse(query["parent"], CultureInfo.InvariantCulture, out var parent) ? parent : null));
        Answer(app, "/bench/touch", _ => TouchAsync(bench));
        Answer(app, "/bench/people", async query => await SignInAsync(bench.Services, int.Parse(query["count"]!, CultureInfo.InvariantCulture)));
    }

    private static void Answer(WebApplication app, string path, Func<IQueryCollection, Task<object>> answer) =>
        app.Map(path, branch => branch.Run(async http => await http.Response.WriteAsJsonAsync(await answer(http.Request.Query))));

    private static async Task<Announced> PostAsync(BenchServer bench, string body, long? parent)
    {
        var site = (await bench.Services.GetRequiredService<SiteDirectory>().FindAsync("bench", CancellationToken.None))!;
        var draft = new PostComment.Draft(bench.Page, null, null, parent, body, Guid.NewGuid());
        var posted = await bench.Services.GetRequiredService<PostComment>()
            .HandleAsync(new Actor(site, bench.Author, new Standing(SiteRole.None, null, false), ActedVia.Api), draft, CancellationToken.None);
        return new Announced(posted.Value!.Id, s_announced, Stopwatch.GetTimestamp());
    }

    private static async Task<object> TouchAsync(BenchServer bench)
    {
        var site = (await bench.Services.GetRequiredService<SiteDirectory>().FindAsync("bench", CancellationToken.None))!;
        var edited = await bench.Services.GetRequiredService<EditComment>().HandleAsync(
            new Actor(site, bench.Author, new Standing(SiteRole.None, null, false), ActedVia.Api), 1, new EditComment.Edit($"Edited {Stopwatch.GetTimestamp()}"), CancellationToken.None);
        return edited.Refusal is null ? edited.Value : throw new InvalidOperationException(edited.Refusal.Code);
    }

    private static async Task<string[]> SignInAsync(IServiceProvider services, int people)
    {
        var site = (await services.GetRequiredService<SiteDirectory>().FindAsync("bench", CancellationToken.None))!;
        var commenters = Enumerable.Range(1, people)
            .Select(i => new Commenter { Name = $"Reader {i}" }).ToList();
        await using (var database = await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync())
        {
            database.Commenters.AddRange(commenters);
            await database.SaveChangesAsync();
        }

        var sessions = services.GetRequiredService<CommenterSessions>();
        var tokens = new List<string>();
        foreach (var commenter in commenters)
        {
            tokens.Add((await sessions.CreateAsync(commenter.Id, new NewSession(site.Id, site.Origins[0], ""), CancellationToken.None)).Token);
        }

        return [.. tokens];
    }
}
