using System.Collections.Concurrent;
using System.Reflection;
using Embed.Server.Http;
using Embed.Widget;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Embed.Server.Threads;

/// <summary>
/// Threads as HTML, rendered once for everybody. The thread's version is part of the key, so nothing is evicted by hand:
/// a change makes a new key, and the old entry ages out.
/// </summary>
internal sealed class ThreadFragments : IDisposable
{
    // New code may draw differently: an ETag of the build before must not answer 304.
    private static readonly string Build = typeof(ThreadView).Assembly.ManifestModule.ModuleVersionId.ToString("N")
        + Assembly.GetExecutingAssembly().ManifestModule.ModuleVersionId.ToString("N");

    private readonly MemoryCache _cache;
    private readonly ConcurrentDictionary<Key, Lazy<Task<CachedBody>>> _rendering = new();
    private readonly ReadThread _read;
    private readonly TimeProvider _clock;
    private readonly IServiceProvider _services;
    private readonly ILoggerFactory _loggers;

    public ThreadFragments(
        ReadThread read, TimeProvider clock, IServiceProvider services, ILoggerFactory loggers, IOptions<EmbedOptions> options)
    {
        (_read, _clock, _services, _loggers) = (read, clock, services, loggers);
        _cache = new MemoryCache(new MemoryCacheOptions { SizeLimit = options.Value.FragmentCacheMegabytes * 1024L * 1024 });
    }

    private readonly record struct Key(
        long SiteId, long Revision, string Thread, long Version, ThreadSort Sort, string Language, string Form);

    /// <summary>The fragment of a thread's current version, in one of its forms.</summary>
    public async ValueTask<CachedBody> GetAsync(
        ThreadPlace place, ThreadSort? sort, WidgetText text, FragmentForm form, CancellationToken cancellationToken)
    {
        var version = await _read.VersionAsync(place, cancellationToken);
        var key = new Key(
            place.Site.Id, place.Site.DrawingRevision, place.Page.Key, version, sort ?? place.Site.DefaultSort, text.Language,
            form.Identity);
        if (_cache.TryGetValue(key, out CachedBody? known))
        {
            return known!;
        }

        // Many who miss at once wait for one rendering; it is not cancelled when one of them leaves.
        var rendering = _rendering.GetOrAdd(key, k => new Lazy<Task<CachedBody>>(() => RenderAsync(k, place, text, form)));
        return await rendering.Value.WaitAsync(cancellationToken);
    }

    public void Dispose() => _cache.Dispose();

    private async Task<CachedBody> RenderAsync(Key key, ThreadPlace place, WidgetText text, FragmentForm form)
    {
        try
        {
            var rows = await _read.RowsAsync(place, CancellationToken.None);
            var thread = ReadThread.Shape(place, rows, key.Sort, form.ServerAddress);
            var html = form.Write(thread, await RenderHtmlAsync(new ThreadDrawing(thread, text, _clock.GetUtcNow())));
            // The rows may be newer than the version asked for: name the entry after what it holds.
            var held = key with { Version = rows.Version };
            var fragment = CachedBody.From(html, $"{held}{Build}");
            _cache.Set(held, fragment, new MemoryCacheEntryOptions { Size = fragment.Bytes + (2 * (held.Thread.Length + held.Form.Length)) });
            return fragment;
        }
        finally
        {
            _rendering.TryRemove(key, out _);
        }
    }

    private async Task<string> RenderHtmlAsync(ThreadDrawing drawing)
    {
        // What the renderer takes from the container is scoped, and this class lives as long as the server.
        await using var scope = _services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, _loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ThreadView.Drawing)] = drawing });
            return (await renderer.RenderComponentAsync<ThreadView>(parameters)).ToHtmlString();
        });
    }
}
