using System.Diagnostics;
using Embed.Server.Admin.Threads;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Hosting;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Microsoft.Data.Sqlite;

namespace Embed.Benchmarks;

/// <summary>On the database that <c>data</c> made: what searching comments, listing threads and deleting the largest thread take.</summary>
internal static class SearchLoad
{
    private const int Times = 7;
    private const string Account = "GitHub:bench";

    /// <param name="arguments">The folder of the database.</param>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            Console.WriteLine("Say in which folder the database is.");
            return;
        }

        // A copy: what is measured writes, too.
        var folder = Directory.CreateTempSubdirectory("embed-search-").FullName;
        var file = Path.Combine(folder, "embed.db");
        File.Copy(Path.Combine(arguments[0], "embed.db"), file);
        try
        {
            await MeasureAsync(file);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string file)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Embed:Database"] = file,
            ["Embed:Administrators:0"] = Account,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddEmbed();
        await using var server = builder.Build();
        await server.StartAsync();
        var site = await server.Services.GetRequiredService<SiteDirectory>().FindAsync(BigDatabase.SiteKey, CancellationToken.None);
        var commenter = new Commenter { Id = 1, Name = "Bench" };
        commenter.Accounts.Add(new CommenterAccount { Provider = "GitHub", Subject = "bench", Name = "Bench" });
        var actor = new Actor(site!, commenter, new Standing(SiteRole.Administrator, null, IsShadowed: false), ActedVia.Admin);
        await SearchAsync(server.Services.GetRequiredService<SearchComments>(), actor);
        await ListAsync(server.Services.GetRequiredService<ListThreads>(), actor);
        await DeleteAsync(server.Services, actor);
        await server.StopAsync();
    }

    private static async Task SearchAsync(SearchComments search, Actor actor)
    {
        (string What, SearchComments.Query Query)[] queries =
        [
            ("a word of all comments", new("morning")),
            ("the same, from the middle on", new("morning", Before: 500_000)),
            ("a word of 2,000", new("499")),
            ("a word of 2,000 and one of all", new("morning 499")),
            ("a word of all without one of all", new("morning -flour")),
            ("a beginning", new("morn*")),
            ("a phrase", new("\"waits for nobody\"")),
            ("no such word", new("sourdough")),
            ("a word of all by one person", new("morning", AuthorId: 77)),
            ("a word of 2,000 in the largest thread", new("499", ThreadId: BigDatabase.Largest)),
            ("a script without spaces, found nowhere", new("面包")),
            ("a state that no comment has", new(State: CommentState.Rejected)),
            ("no words", new()),
        ];
        foreach (var (what, query) in queries)
        {
            SearchComments.Page? page = null;
            var time = await MedianAsync(async () => page = (await search.HandleAsync(actor, query, CancellationToken.None)).Value);
            Console.WriteLine($"search, {what}: {time:F1} ms, {page!.Comments.Count} comments{(page.IsCutShort ? ", cut short" : "")}");
        }
    }

    private static async Task ListAsync(ListThreads list, Actor actor)
    {
        foreach (var sort in new[] { "-began", "-comments", "-active" })
        {
            var time = await MedianAsync(() => list.HandleAsync(actor, new ListThreads.Query(Sort: sort), CancellationToken.None));
            Console.WriteLine($"threads, {sort}: {time:F1} ms");
        }

        var held = await MedianAsync(() => list.HandleAsync(actor, new ListThreads.Query(Show: ThreadFilter.Held), CancellationToken.None));
        Console.WriteLine($"threads with something held: {held:F1} ms");
    }

    private static async Task DeleteAsync(IServiceProvider services, Actor actor)
    {
        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            var entries = await services.GetRequiredService<DeleteThread>().HandleAsync(actor, [BigDatabase.Largest], CancellationToken.None);
            var deleted = clock.Elapsed;
            clock.Restart();
            var undone = await services.GetRequiredService<UndoAct>().HandleAsync(actor.Commenter, ActedVia.Admin, [.. entries.Value!], CancellationToken.None);
            Console.WriteLine($"thread of 100,000 deleted in {deleted.TotalMilliseconds:F0} ms, {undone.Value![0].Result} in {clock.Elapsed.TotalMilliseconds:F0} ms");
        }
    }

    private static async Task<double> MedianAsync(Func<Task> act)
    {
        var times = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            var clock = Stopwatch.StartNew();
            await act();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return times.Order().ElementAt(Times / 2);
    }
}
