using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Benchmarks;

/// <summary>
/// How long the queue takes to open and an approval to answer, through the public API, where there are 1,000 comments of which 20
/// wait, and where there are 1,000,000 of which 20,000 do: in turn, in one run.
/// </summary>
internal sealed class QueueLoad : IAsyncDisposable
{
    private const int Rounds = 40;

    // So many comments of which one waits, and so many of each thread and person.
    private const int HeldOne = 50, OfThread = 100, OfPerson = 50;

    private readonly BenchServer _bench;
    private readonly HttpClient _client;

    private QueueLoad(BenchServer bench, HttpClient client) => (_bench, _client) = (bench, client);

    /// <param name="arguments">How many comments the large one has; 1,000,000 if not said.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var many = arguments.Length > 0 ? int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;
        await using var small = await StartAsync(1_000);
        await using var large = await StartAsync(many);
        foreach (var tab in new[] { "held", "flagged", "spam", "recent" })
        {
            await CompareAsync($"open {tab}", small, large, async load => await load.OpenAsync(tab));
        }

        await CompareAsync("approve", small, large, async load => await load.ApproveAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _bench.DisposeAsync();
    }

    private static async Task CompareAsync(string what, QueueLoad small, QueueLoad large, Func<QueueLoad, Task<TimeSpan>> measure)
    {
        List<double> few = [], many = [];
        for (var i = 0; i < Rounds; i++)
        {
            few.Add((await measure(small)).TotalMilliseconds);
            many.Add((await measure(large)).TotalMilliseconds);
        }

        // The first quarter warms up.
        double Median(List<double> times) => times.Skip(Rounds / 4).Order().ElementAt((Rounds - (Rounds / 4)) / 2);
        Console.WriteLine($"{what}: large {Median(many):F1} ms, small {Median(few):F1} ms, ratio {Median(many) / Median(few):F2}");
    }

    private static async Task<QueueLoad> StartAsync(int comments)
    {
        var bench = await BenchServer.StartAsync(1);
        var began = Stopwatch.GetTimestamp();
        await using var database = await bench.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(20));
        var site = await database.Sites.SingleAsync();
        database.RoleGrants.Add(new RoleGrant { CommenterId = bench.Author.Id, SiteId = site.Id, Role = SiteRole.Moderator });
        await database.SaveChangesAsync();
        await FillAsync(database, site.Id, comments);
        bench.Services.GetRequiredService<SiteDirectory>().Forget();
        var origin = site.Origins[0];
        var (token, _) = await bench.Services.GetRequiredService<CommenterSessions>()
            .CreateAsync(bench.Author.Id, new NewSession(site.Id, origin, ""), CancellationToken.None);
        var client = new HttpClient { BaseAddress = new Uri($"{bench.Server}/api/v1/sites/bench/moderation/") };
        client.DefaultRequestHeaders.Add("Origin", origin);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Console.WriteLine($"{comments:N0} comments made in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        return new QueueLoad(bench, client);
    }

    // By the database itself: what moderators read does not depend on branches, so all are at top level.
    private static async Task FillAsync(EmbedDbContext database, long site, int comments)
    {
        await database.Database.ExecuteSqlAsync($$"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{comments / OfPerson}})
            INSERT INTO "Commenters" ("Kind", "Name", "IsNameChosen", "IsPictureChosen", "DeletionKeepsComments", "CreatedAt")
            SELECT 0, 'Person ' || i, 0, 0, 0, 1700000000000 FROM n
            """);
        await database.Database.ExecuteSqlAsync($$"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{comments / OfThread}})
            INSERT INTO "Threads" ("SiteId", "Key", "PageAddress", "Title", "IsClosed", "CommentCount", "Version", "Note", "NoteHtml",
            "SlowModeMinutes", "StaysOpen", "CreatedAt")
            SELECT {{site}}, 'queue/' || i, 'http://localhost/queue/' || i, 'Page ' || i, 0, {{OfThread}}, 1, '', '', 0, 0, 1700000000000 FROM n
            """);
        var (person, thread) = (await database.Commenters.MinAsync(c => c.Id), await database.Threads.MinAsync(t => t.Id));
        await database.Database.ExecuteSqlAsync($$"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{comments}})
            INSERT INTO "Comments" ("ThreadId", "SiteId", "Path", "Depth", "Number", "CommenterId", "DraftId", "State", "Body", "BodyHtml",
            "UpVotes", "DownVotes", "ReplyCount", "Score", "PostedAt", "Revision", "OpenFlags", "HeldFor", "RemovalReason", "TextHash")
            SELECT {{thread}} + 1 + i % {{comments / OfThread}}, {{site}}, '', 0, 1 + i, {{person}} + 1 + i % {{comments / OfPerson}},
            printf('%08X-0000-4000-8000-%012X', i, i), CASE WHEN i % {{HeldOne}} = 0 THEN 0 WHEN i % {{HeldOne}} = 1 THEN 3 ELSE 1 END,
            'Some words about bread ' || i, '<p>Some words about bread ' || i || '</p>', 0, 0, 0, 0, 1700000000000 + i, 0, 0, '', '', 0 FROM n
            """);
    }

    private async Task<TimeSpan> OpenAsync(string tab)
    {
        var began = Stopwatch.GetTimestamp();
        await _client.GetByteArrayAsync($"queue?tab={tab}");
        return Stopwatch.GetElapsedTime(began);
    }

    // The newest that waits, and back again, so that there are as many the next time.
    private async Task<TimeSpan> ApproveAsync()
    {
        var queue = await _client.GetFromJsonAsync<JsonNode>("queue");
        var (id, revision) = ((long)queue!["comments"]![0]!["id"]!, (int)queue["comments"]![0]!["revision"]!);
        var began = Stopwatch.GetTimestamp();
        using var answer = await _client.PostAsJsonAsync("acts", new { act = "approve", comments = new[] { new { id, revision } } });
        var acted = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
        var time = Stopwatch.GetElapsedTime(began);
        using var undone = await _client.PostAsJsonAsync("undo", new { entries = new[] { (long)acted!["comments"]![0]!["entry"]! } });
        undone.EnsureSuccessStatusCode();
        return time;
    }
}
