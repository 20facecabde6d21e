using System.Globalization;
using System.Text;
using Embed.Server.Http;

namespace Embed.Server.Threads;

/// <summary>What every event stream uses.</summary>
internal sealed record EventStreams(
    ReadThread Read, ThreadFeed Feed, OpenConnections Connections, TimeProvider Clock, IHostApplicationLifetime Lifetime);

/// <summary>
/// One reader's open connection. It holds no queue: news sets a version and wakes it, and it writes what differs from what
/// was written last. A slow reader therefore skips versions, and thousands of streams cost little while nothing happens.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    /// <summary>Time after which a quiet stream says something, so that proxies keep it and a dead one is found.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(25);

    private static readonly byte[] Silence = ": \n\n"u8.ToArray();

    private readonly EventStreams _streams;
    private readonly ThreadPlace[] _places;
    private readonly long[] _versions;
    private readonly IDisposable[] _following;
    private readonly ITimer _heart;
    private TaskCompletionSource _woken = NewWait();

    public EventStream(EventStreams streams, ThreadPlace[] places)
    {
        (_streams, _places, _versions) = (streams, places, new long[places.Length]);
        // Followed before the versions are asked for: what changes between the two is not missed.
        _following = [.. places.Select((place, i) => streams.Feed.Follow(place.Site.Id, place.Page.Key, version =>
        {
            Raise(i, version);
            Wake();
        }))];
        _heart = streams.Clock.CreateTimer(stream => ((EventStream)stream!).Wake(), this, Heartbeat, Heartbeat);
    }

    /// <summary>Writes until the reader leaves or the server stops, which does not wait for its readers to leave.</summary>
    /// <param name="http">The request to answer.</param>
    /// <param name="seen">The id of the last event the reader has seen; anything else counts as nothing seen.</param>
    /// <param name="haveMoved">
    /// Whether one of the threads is elsewhere by now. The stream then ends: the reader comes back and follows the new one.
    /// </param>
    public async Task WriteAsync(HttpContext http, string? seen, Func<ValueTask<bool>> haveMoved)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            Raise(i, await _streams.Read.VersionAsync(_places[i], http.RequestAborted));
        }

        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache, no-store";
        // nginx would keep events back until its buffer is full.
        headers["X-Accel-Buffering"] = "no";
        await http.Response.StartAsync(CancellationToken.None);
        var stopping = _streams.Lifetime.ApplicationStopping;
        using var left = http.RequestAborted.UnsafeRegister(stream => ((EventStream)stream!).Wake(), this);
        using var stopped = stopping.UnsafeRegister(stream => ((EventStream)stream!).Wake(), this);
        // A first word even where nothing is new: it tells the browser, and proxies on the way, that the stream is open.
        var words = "retry: 5000\n\n"u8.ToArray();
        while (!http.RequestAborted.IsCancellationRequested && !stopping.IsCancellationRequested && !await haveMoved())
        {
            var now = string.Join(',', _versions.Select((_, i) => Volatile.Read(ref _versions[i]).ToString(CultureInfo.InvariantCulture)));
            if (now != seen)
            {
                seen = now;
                words = [.. words == Silence ? [] : words, .. Encoding.ASCII.GetBytes($"event: version\nid: {now}\ndata: {now}\n\n")];
            }

            // A reader who leaves is the end of the stream, not a fault: no exception for each of thousands.
            if ((await http.Response.BodyWriter.WriteAsync(words, CancellationToken.None)).IsCompleted)
            {
                return;
            }

            words = Silence;
            await _woken.Task;
            Volatile.Write(ref _woken, NewWait());
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var following in _following)
        {
            following.Dispose();
        }

        return _heart.DisposeAsync();
    }

    private void Wake() => Volatile.Read(ref _woken).TrySetResult();

    // Versions only grow, in any order of arrival.
    private void Raise(int index, long version)
    {
        for (var known = Volatile.Read(ref _versions[index]); known < version;)
        {
            var before = Interlocked.CompareExchange(ref _versions[index], version, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    // The one who brings news must not be made to write it to everybody.
    private static TaskCompletionSource NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
