using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Embed.Benchmarks;

/// <summary>The parts of an answer, each by itself, with BenchmarkDotNet: time and bytes allocated.</summary>
[MemoryDiagnoser]
public class Micro
{
    private const string Markdown =
        "Thanks, *that* helped. Two things:\n\n- the [manual](https://example.org/manual) says `--force`\n- it needs **version 3**\n\n> as written above\n\n```\nmake install\n```\n";

    private BenchServer _bench = null!;
    private ThreadPlace _place = null!;
    private ThreadRows _rows = null!;
    private ThreadModel _thread = null!;
    private string _etag = "";

    /// <summary>Runs them. In this process: the project needs no second build, and the server is there already.</summary>
    public static Task RunAsync(string[] arguments)
    {
        BenchmarkRunner.Run<Micro>(
            DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).WithArtifactsPath(
                Path.Combine(Path.GetTempPath(), "embed-benchmarks")), arguments);
        return Task.CompletedTask;
    }

    /// <summary>A thread of 100 comments.</summary>
    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _bench = await BenchServer.StartAsync(comments: 100);
        var site = (await Service<SiteDirectory>().FindAsync("bench", CancellationToken.None))!;
        _place = new ThreadPlace(site, PageUrl.Parse(_bench.Page, null, site)!);
        _rows = await Service<ReadThread>().RowsAsync(_place, ThreadSort.Oldest, ThreadSlice.First, CancellationToken.None);
        _thread = ReadThread.Shape(_place, _rows, ThreadSort.Oldest, "");
        using var client = new HttpClient();
        using var answer = await client.GetAsync(_bench.Fragment);
        _etag = answer.Headers.ETag!.ToString();
    }

    /// <summary>Stops the server.</summary>
    [GlobalCleanup]
    public async Task CleanUpAsync() => await _bench.DisposeAsync();

    /// <summary>Rows to tree.</summary>
    [Benchmark]
    public object Tree() => CommentTree.Build(_rows.Slice, _place.Site, ThreadSort.Oldest);

    /// <summary>Page address to thread key.</summary>
    [Benchmark]
    public object? Key() => PageUrl.Parse("https://blog.example/2026/01/A post/index.html?utm_source=feed&b=2&a=1#top", null, Blog);

    /// <summary>Markdown to sanitised HTML.</summary>
    [Benchmark]
    public object Render() => CommentBody.Render(Markdown);

    /// <summary>A tree of 100 comments to HTML.</summary>
    [Benchmark]
    public async Task<string> Fragment()
    {
        await using var scope = _bench.Services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, Service<ILoggerFactory>());
        var drawing = new ThreadDrawing(_thread, WidgetText.For("en"), DateTimeOffset.UnixEpoch);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ThreadView.Drawing)] = drawing });
            return (await renderer.RenderComponentAsync<ThreadView>(parameters)).ToHtmlString();
        });
    }

    /// <summary>A request for what the client has already, without the connection.</summary>
    [Benchmark]
    public async Task<int> NotModified()
    {
        var http = new DefaultHttpContext { RequestServices = _bench.Services };
        http.Request.RouteValues["site"] = "bench";
        http.Request.QueryString = new QueryString("?page=" + Uri.EscapeDataString(_bench.Page) + "&lang=en");
        http.Request.Headers.IfNoneMatch = _etag;
        await ThreadEndpoints.GetFragmentAsync(http, Service<ReadThread>(), Service<ThreadFragments>(), Service<IncludedThread>());
        return http.Response.StatusCode == StatusCodes.Status304NotModified ? 304 : throw new InvalidOperationException("It was sent again.");
    }

    private static readonly Site Blog = new() { Key = "bench", Name = "Bench", Origins = ["https://blog.example"] };

    private T Service<T>()
        where T : notnull => _bench.Services.GetRequiredService<T>();
}
