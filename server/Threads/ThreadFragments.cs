using System.Reflection;
using System.Text.Json;
using Embed.Server.Http;
using Embed.Widget;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embed.Server.Threads;

/// <summary>
/// Parts of threads as HTML and JSON, rendered once for everybody. The thread's version is part of the key, so nothing is evicted by hand:
/// a change makes a new key, and the old entry ages out.
/// </summary>
internal sealed class ThreadFragments : IDisposable
{
    // New code may draw differently: an ETag of the build before must not answer 304.
    private static readonly string Build = string.Concat(
        WidgetText.Assemblies.Append(Assembly.GetExecutingAssembly()).Select(part => part.ManifestModule.ModuleVersionId.ToString("N")));

    private readonly BodyCache<Key> _bodies;
    private readonly ReadThread _read;
    private readonly TimeProvider _clock;
    private readonly IServiceProvider _services;
    private readonly ILoggerFactory _loggers;
    private readonly JsonSerializerOptions _json;

    public ThreadFragments(
        ReadThread read, TimeProvider clock, IServiceProvider services, ILoggerFactory loggers, IOptions<EmbedOptions> options,
        IOptions<JsonOptions> json)
    {
        (_read, _clock, _services, _loggers, _json) = (read, clock, services, loggers, json.Value.SerializerOptions);
        _bodies = new BodyCache<Key>(options.Value.FragmentCacheMegabytes * 1024L * 1024);
    }

    private readonly record struct Key(
        long SiteId, long Revision, string Thread, long Version, ThreadSort Sort, ThreadSlice Slice, string Form);

    /// <summary>A part of a thread's current version as HTML, in one of its forms.</summary>
    public ValueTask<CachedBody> GetAsync(
        ThreadPlace place, ThreadSort? sort, ThreadSlice slice, WidgetText text, FragmentForm form, CancellationToken cancellationToken) =>
        GetAsync(
            place, sort ?? place.Site.DefaultSort, slice, $"{text.Language} {form.Identity}", form.ServerAddress,
            async thread => form.Write(thread, await RenderHtmlAsync(new ThreadDrawing(thread, text, _clock.GetUtcNow()))), cancellationToken);

    /// <summary>The same as JSON, for readers who call the server by one address.</summary>
    public ValueTask<CachedBody> GetJsonAsync(
        ThreadPlace place, ThreadSort? sort, ThreadSlice slice, string serverAddress, CancellationToken cancellationToken) =>
        GetAsync(
            place, sort ?? place.Site.DefaultSort, slice, $"json {serverAddress}", serverAddress,
            thread => Task.FromResult(JsonSerializer.Serialize(thread, _json)), cancellationToken);

    public void Dispose() => _bodies.Dispose();

    private async ValueTask<CachedBody> GetAsync(
        ThreadPlace place, ThreadSort sort, ThreadSlice slice, string form, string serverAddress, Func<ThreadModel, Task<string>> draw,
        CancellationToken cancellationToken)
    {
        var version = await _read.VersionAsync(place, cancellationToken);
        // A thread of an id that nobody has commented on has no page but the one asked from.
        var thread = version == 0 && place.Page.ExplicitThread is not null ? $"{place.Page.Key} {place.Page.Address}" : place.Page.Key;
        var key = new Key(place.Site.Id, place.Site.DrawingRevision, thread, version, sort, slice, form);
        return await _bodies.GetAsync(key, k => RenderAsync(k, place, serverAddress, draw), cancellationToken);
    }

    private async Task<CachedBody> RenderAsync(Key key, ThreadPlace place, string serverAddress, Func<ThreadModel, Task<string>> draw)
    {
        var rows = await _read.RowsAsync(place, key.Sort, key.Slice, CancellationToken.None);
        // The rows may be newer than the version asked for: name the entry after what it holds.
        var held = key with { Version = rows.Version };
        if (key.Slice.Around > 0 && rows.Slice.From is null)
        {
            // On the first page it is that page: one body for all permalinks of a short thread. Made-up ones are not kept. It
            // is of the version asked for, which may be older than these rows.
            var first = await GetAsync(place, key.Sort, ThreadSlice.First, key.Form, serverAddress, draw, CancellationToken.None);
            return rows.Slice.Comments.Any(row => row.Id == key.Slice.Around) ? Keep(key, first) : first;
        }

        // The thread's id, because versions of another one that was at this address may come again.
        var body = CachedBody.From(
            await draw(ReadThread.Shape(place, rows, key.Sort, serverAddress)), $"{held} {rows.ThreadId} {Build}");
        // Votes of the last second may be in it, while readers still ask by the version before them.
        return held == key ? Keep(key, body) : Keep(key, Keep(held, body));
    }

    private CachedBody Keep(Key key, CachedBody body) => _bodies.Keep(key, body, key.Thread.Length + key.Form.Length);

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
