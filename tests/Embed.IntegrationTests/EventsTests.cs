using System.Net.ServerSentEvents;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Server-sent events: what an open page hears of a thread.</summary>
public sealed class EventsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_present_version_comes_first_and_then_every_change()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync();
        Assert.Equal("0", await events.NextAsync());

        var id = await ada.PostAsync(_page, "Secret words");
        Assert.Equal("1", await events.NextAsync());
        await ada.EditAsync(id, "Other secret words").AssertDoneAsync();
        Assert.Equal("2", await events.NextAsync());
        await ada.DeleteAsync(id).AssertDoneAsync();
        Assert.Equal("3", await events.NextAsync());
    }

    [Fact]
    public async Task An_event_is_a_version_and_nothing_else()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync();
        await events.NextAsync();
        await ada.PostAsync(_page, "Secret words");

        await events.NextAsync();

        Assert.Equal("event: version\ndata: 0\n\nevent: version\ndata: 1\n\n", events.Seen);
    }

    [Fact]
    public async Task What_happens_on_other_pages_is_not_heard()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync();
        await events.NextAsync();

        await ada.PostAsync(EmbedApplication.NewPage(), "Elsewhere");
        await ada.PostAsync(_page, "Here");

        Assert.Equal("1", await events.NextAsync());
    }

    [Fact]
    public async Task Any_origin_may_listen_and_no_cache_keeps_it()
    {
        await using var events = await ListenAsync();

        Assert.Equal(["*"], events.Answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal("text/event-stream", events.Answer.Content.Headers.ContentType?.MediaType);
        Assert.True(events.Answer.Headers.CacheControl?.NoCache);
    }

    private async Task<Listener> ListenAsync()
    {
        var http = application.CreateClient();
        var answer = await http.GetAsync(
            ThreadReader.AddressOf(_page, "thread/events"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.EnsureSuccessStatusCode();
        return new Listener(http, answer, await answer.Content.ReadAsStreamAsync(Cancellation));
    }

    private sealed class Listener : IAsyncDisposable
    {
        private readonly HttpClient _http;
        private readonly CopyingStream _stream;
        private readonly IAsyncEnumerator<SseItem<string>> _items;

        public Listener(HttpClient http, HttpResponseMessage answer, Stream stream)
        {
            (_http, Answer, _stream) = (http, answer, new CopyingStream(stream));
            _items = SseParser.Create(_stream).EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        }

        public HttpResponseMessage Answer { get; }

        /// <summary>All that came over the line.</summary>
        public string Seen => System.Text.Encoding.UTF8.GetString(_stream.Copy.ToArray());

        public async Task<string> NextAsync()
        {
            Assert.True(await _items.MoveNextAsync());
            Assert.Equal("version", _items.Current.EventType);
            return _items.Current.Data;
        }

        public async ValueTask DisposeAsync()
        {
            await _items.DisposeAsync();
            Answer.Dispose();
            await _stream.DisposeAsync();
            _http.Dispose();
        }
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
