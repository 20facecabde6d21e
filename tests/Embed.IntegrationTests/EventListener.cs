using System.Net.ServerSentEvents;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>An open event stream, read as browsers do.</summary>
internal sealed class EventListener : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly CopyingStream _stream;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventListener(HttpClient http, HttpResponseMessage answer, Stream stream)
    {
        (_http, Answer, _stream) = (http, answer, new CopyingStream(stream));
        _items = SseParser.Create(_stream).EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);
    }

    /// <summary>The answer's head.</summary>
    public HttpResponseMessage Answer { get; }

    /// <summary>The last event's id.</summary>
    public string? Id => _items.Current.EventId;

    /// <summary>All that came over the line.</summary>
    public string Seen => System.Text.Encoding.UTF8.GetString(_stream.Copy.ToArray());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Connects.</summary>
    /// <param name="application">The server.</param>
    /// <param name="address">What to follow.</param>
    /// <param name="last">Id of the last event seen.</param>
    /// <param name="byHeader">Whether that is said by header, as browsers do when they reconnect, or in the address.</param>
    public static async Task<EventListener> OpenAsync(EmbedApplication application, string address, string? last = null, bool byHeader = true)
    {
        var http = application.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, last is null || byHeader ? address : $"{address}&seen={last}");
        if (last is not null && byHeader)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.EnsureSuccessStatusCode();
        return new EventListener(http, answer, await answer.Content.ReadAsStreamAsync(Cancellation));
    }

    /// <summary>The next event's data.</summary>
    public async Task<string> NextAsync()
    {
        Assert.True(await _items.MoveNextAsync());
        Assert.Equal("version", _items.Current.EventType);
        return _items.Current.Data;
    }

    /// <summary>Reads what comes next, event or not; all that came until then.</summary>
    public async Task<string> ReadOnAsync()
    {
        Assert.NotEqual(0, await _stream.ReadAsync(new byte[1024], Cancellation));
        return Seen;
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        Answer.Dispose();
        await _stream.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>Keeps what is read through it.</summary>
    private sealed class CopyingStream(Stream inner) : Stream
    {
        public MemoryStream Copy { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            Copy.Write(buffer.Span[..count]);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            Copy.Dispose();
            base.Dispose(disposing);
        }
    }
}
