using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Hosting;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Benchmarks;

/// <summary>How a page has its comments.</summary>
internal enum Form
{
    /// <summary>The script, which asks for the thread.</summary>
    TwoRequests,

    /// <summary>The thread comes with the script.</summary>
    OneRequest,

    /// <summary>The thread stands in the page's source.</summary>
    Included,
}

/// <summary>The real server on loopback with its own data, one thread of a given size, and a blog page on another site.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const string PagePath = "/article/";
    private readonly string _folder = Directory.CreateTempSubdirectory("embed-bench").FullName;
    private WebApplication? _server;
    private WebApplication? _blog;
    private string _included = "";

    /// <summary>The comment server's address.</summary>
    public string Server { get; private set; } = "";

    /// <summary>The address of the blog's page.</summary>
    public string Page { get; private set; } = "";

    /// <summary>How the blog's page has its comments from now on.</summary>
    public Form Form { get; set; }

    /// <summary>The fragment's address, as the page asks for it.</summary>
    public string Fragment => $"{Server}/api/v1/sites/bench/thread.html?page={Uri.EscapeDataString(Page)}&lang=en";

    /// <summary>The same bytes served by the same Kestrel from memory with no logic: what the fragment is compared with.</summary>
    public string Bare => $"{Server}/bare";

    /// <summary>Who wrote the comments.</summary>
    public Commenter Author { get; } = new() { Name = "Ada Okafor" };

    /// <summary>What the server is made of.</summary>
    public IServiceProvider Services => _server!.Services;

    /// <param name="comments">How many comments its thread has.</param>
    /// <param name="also">Adds what a benchmark asks of the process besides; it comes before everything of ours.</param>
    /// <param name="database">An existing database that is left as it is; null for one of its own.</param>
    public static async Task<BenchServer> StartAsync(
        int comments, Action<BenchServer, WebApplication>? also = null, string? database = null)
    {
        var bench = new BenchServer();
        var blog = WebApplication.CreateSlimBuilder();
        blog.Logging.SetMinimumLevel(LogLevel.Error);
        blog.Services.AddResponseCompression();
        bench._blog = blog.Build();
        // As blogs do: a page with the comments in its source is large without it.
        bench._blog.UseResponseCompression();
        bench._blog.Urls.Add("http://127.0.0.1:0");
        bench._blog.MapGet(PagePath, () => Results.Content(bench.Html, "text/html"));
        bench._blog.MapGet("/favicon.ico", () => Results.NoContent());
        await bench._blog.StartAsync();
        bench.Page = bench._blog.Urls.First() + PagePath;

        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Embed:Database"] = database ?? Path.Combine(bench._folder, "bench.db"),
            ["Embed:Backup:IntervalHours"] = "0",
            ["Embed:Limits:PostsPerCommenter"] = "0",
            ["Embed:Limits:VotesPerCommenter"] = "0",
            ["Embed:Limits:WritesPerAddress"] = "0",
            ["Embed:Limits:CircuitsPerAddress"] = "0",
            ["Embed:Limits:Circuits"] = "0",
            ["Embed:Limits:StreamsPerAddress"] = "0",
            ["Embed:Sites:0:Key"] = "bench",
            ["Embed:Sites:0:Origins:0"] = bench._blog.Urls.First(),
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddEmbed();
        bench._server = builder.Build();
        byte[]? bare = null;
        // Before everything else, so that no part of ours is measured with it.
        bench._server.Use(async (http, next) =>
        {
            if (http.Request.Path != "/bare")
            {
                await next(http);
                return;
            }

            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.ContentLength = bare!.Length;
            await http.Response.BodyWriter.WriteAsync(bare);
        });
        also?.Invoke(bench, bench._server);
        bench._server.UseEmbed();
        await bench._server.StartAsync();
        bench.Server = bench._server.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        if (database is not null)
        {
            return bench;
        }

        await bench.SeedAsync(comments);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        bare = await client.GetByteArrayAsync(bench.Fragment);
        await bench.IncludeAsync();
        return bench;
    }

    /// <summary>Puts the thread as it is now into the page that has it in its source.</summary>
    public async Task IncludeAsync()
    {
        using var build = new HttpClient();
        _included = await build.GetStringAsync(Fragment + "&as=document-fragment");
    }

    /// <summary>Posts one more comment.</summary>
    public async Task PostAsync(string body)
    {
        var services = _server!.Services;
        var site = await services.GetRequiredService<SiteDirectory>().FindAsync("bench", CancellationToken.None);
        await using var database = await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();
        var commenter = await database.Commenters.AsNoTracking().FirstAsync();
        var draft = new PostComment.Draft(Page, null, "Article", null, body, Guid.NewGuid());
        await services.GetRequiredService<PostComment>().HandleAsync(new Actor(site!, commenter, new Standing(SiteRole.None, null, false), ActedVia.Api), draft, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _blog!.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    // A line of the page's own text, then the snippet as the README shows it.
    private string Html
    {
        get
        {
            var source = Form == Form.OneRequest
                ? $"\"{Server}/embed.js?site=bench&lang=en\" referrerpolicy=\"no-referrer-when-downgrade\""
                : $"\"{Server}/embed.js\"";
            return $"""
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Article</title><meta name="viewport" content="width=device-width">
                <script async crossorigin src={source} data-site="bench"></script></head>
                <body><h1>Article</h1><p id="own">A line of the page's own text.</p>
                {(Form == Form.Included ? _included : "<embed-comments></embed-comments>")}
                </body></html>
                """;
        }
    }

    private async Task SeedAsync(int comments)
    {
        var services = _server!.Services;
        var site = await services.GetRequiredService<SiteDirectory>().FindAsync("bench", CancellationToken.None);
        await using (var database = await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync())
        {
            database.Commenters.Add(Author);
            await database.SaveChangesAsync();
        }

        var post = services.GetRequiredService<PostComment>();
        var ids = new List<long>();
        for (var i = 0; i < comments; i++)
        {
            // Every second comment answers an earlier one: a discussion, not a list.
            long? parent = i % 2 == 1 ? ids[i * 7 % ids.Count] : null;
            var body = Text(i);
            var draft = new PostComment.Draft(Page, null, "Article", parent, body, Guid.NewGuid());
            ids.Add((await post.HandleAsync(new Actor(site!, Author, new Standing(SiteRole.None, null, false), ActedVia.Api), draft, CancellationToken.None)).Value!.Id);
        }
    }

    /// <summary>Some text of a comment.</summary>
    public static string Text(int i) => string.Create(
        CultureInfo.InvariantCulture, $"Comment {i}. {string.Join(' ', Words.Skip(i % 7).Take(20 + (i % 30)))}.");

    private static readonly string[] Words =
        string.Concat(Enumerable.Repeat("the jar waits for nobody and yet every morning it tells a small truth about water flour salt time and patience ", 4)).Split(' ');
}
