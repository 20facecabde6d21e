using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Embed.Benchmarks;

/// <summary>
/// A circuit's browser side without a browser: connects, adds the thread's root component as embed-live.js does, and
/// acknowledges what is drawn. It draws nothing, so that it takes little of the processor it shares with the server.
/// </summary>
internal sealed partial class LiveCircuit : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource _isLive = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _arrived = new();
    private string _parameters = "";
    private Sighting? _awaited;

    /// <summary>Bytes of render batches so far.</summary>
    public long DrawnBytes { get; private set; }

    /// <summary>Opens a circuit and waits until the thread is drawn.</summary>
    /// <param name="client">Shared by all, so that none brings a client of its own.</param>
    /// <param name="server">The comment server.</param>
    /// <param name="page">The host page.</param>
    /// <param name="parametersJson">The root component's parameters.</param>
    public static async Task<LiveCircuit> OpenAsync(HttpMessageInvoker client, string server, Uri page, string parametersJson)
    {
        var circuit = new LiveCircuit { _parameters = parametersJson };
        circuit._socket.Options.SetRequestHeader("Origin", page.GetLeftPart(UriPartial.Authority));
        await circuit._socket.ConnectAsync(new Uri(server.Replace("http", "ws", StringComparison.Ordinal) + "/_blazor"), client, CancellationToken.None);
        await circuit.SendAsync(BlazorPack.Handshake);
        _ = circuit.ListenAsync();
        await circuit.SendAsync(BlazorPack.Call("1", "StartCircuit", page.GetLeftPart(UriPartial.Authority) + "/", page.ToString(), "[]", ""));
        await circuit._isLive.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return circuit;
    }

    /// <summary>Notes when a batch with the awaited text arrives.</summary>
    public void Await(Sighting sighting) => Volatile.Write(ref _awaited, sighting);

    /// <summary>Tells the server that the browser is still there; it hangs up on one that is silent for half a minute.</summary>
    public Task PingAsync() => SendAsync(BlazorPack.Ping);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _sending.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync()
    {
        try
        {
            var buffer = new byte[8 * 1024];
            var isHandshake = true;
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    throw new InvalidOperationException("The server hung up.");
                }

                // A stream of messages, cut into frames anywhere.
                _arrived.Write(buffer.AsSpan(0, received.Count));
                var rest = _arrived.WrittenMemory;
                if (isHandshake)
                {
                    rest = rest[(rest.Span.IndexOf((byte)0x1e) + 1)..];
                    isHandshake = rest.Length == _arrived.WrittenCount;
                }

                while (!isHandshake && BlazorPack.TryTake(ref rest, out var message))
                {
                    await HandleAsync(message);
                }

                Keep(rest);
            }
        }
        catch (Exception gone)
        {
            _isLive.TrySetException(gone);
        }
    }

    private void Keep(ReadOnlyMemory<byte> rest)
    {
        if (rest.Length < _arrived.WrittenCount)
        {
            var kept = rest.ToArray();
            _arrived.ResetWrittenCount();
            _arrived.Write(kept);
        }
    }

    private async Task HandleAsync(PackReader message)
    {
        message.Array();
        if (message.Integer() != BlazorPack.Invocation)
        {
            return;
        }

        message.NoHeaders();
        _ = message.Bytes();
        var method = message.Text();
        message.Array();
        switch (method)
        {
            case "JS.RenderBatch":
                await DrawnAsync(message.Integer(), message.Bytes()!.Value);
                break;
            case "JS.BeginInvokeJS":
                await CalledAsync(message.Integer(), message.Text()!, message.Text()!);
                break;
            case "JS.EndInvokeDotNet":
                await AnsweredAsync(message.Text(), message.Truth(), message.Text()!);
                break;
            case "JS.Error":
                throw new InvalidOperationException(message.Text());
            default:
                break;
        }
    }

    private async Task DrawnAsync(long batch, ReadOnlyMemory<byte> content)
    {
        DrawnBytes += content.Length;
        if (Volatile.Read(ref _awaited) is { } awaited && content.Span.IndexOf(awaited.Text) >= 0)
        {
            Volatile.Write(ref _awaited, null);
            awaited.Note(Stopwatch.GetTimestamp());
        }

        if (content.Span.IndexOf("class"u8) >= 0 && content.Span.IndexOf("comment-"u8) >= 0)
        {
            _isLive.TrySetResult();
        }

        await SendAsync(BlazorPack.Call(null, "OnRenderCompleted", batch, null));
    }

    private async Task CalledAsync(long handle, string function, string arguments)
    {
        if (handle != 0)
        {
            await SendAsync(BlazorPack.Call(null, "EndInvokeJSFromDotNet", handle, true, $"[{handle},true,null]"));
        }

        if (function.EndsWith("attachWebRendererInterop", StringComparison.Ordinal))
        {
            _interop = long.Parse(DotNetObject().Match(arguments).Groups["id"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
            await InvokeAsync("add", "AddRootComponent", "[\"embed-comments\",\"__bl-dynamic-root:1\"]");
        }
    }

    private async Task AnsweredAsync(string? call, bool succeeded, string answer)
    {
        if (!succeeded)
        {
            throw new InvalidOperationException(answer);
        }

        if (call == "add")
        {
            var count = System.Text.Json.JsonDocument.Parse(_parameters).RootElement.EnumerateObject().Count();
            await InvokeAsync("set", "SetRootComponentParameters", $"[{answer},{count},{_parameters}]");
        }
    }

    private long _interop;

    private Task InvokeAsync(string call, string method, string arguments) =>
        SendAsync(BlazorPack.Call(null, "BeginInvokeDotNetFromJS", call, null, method, _interop, arguments));

    private async Task SendAsync(byte[] message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    [GeneratedRegex(@"""__dotNetObject"":(?<id>\d+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex DotNetObject();
}

/// <summary>When each of many circuits was first sent a text.</summary>
internal sealed class Sighting(string text, int circuits)
{
    private readonly long[] _times = new long[circuits];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    /// <summary>What is looked for, in UTF-8.</summary>
    public byte[] Text { get; } = Encoding.UTF8.GetBytes(text);

    public void Note(long time)
    {
        var seen = Interlocked.Increment(ref _seen);
        _times[seen - 1] = time;
        if (seen == circuits)
        {
            _all.SetResult();
        }
    }

    /// <summary>Milliseconds from <paramref name="since"/> until each circuit was sent it, shortest first.</summary>
    public async Task<double[]> AllAsync(long since)
    {
        try
        {
            await _all.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"Only {_seen} of {circuits} circuits were sent it within a minute.", late);
        }

        return [.. _times.Select(time => Stopwatch.GetElapsedTime(since, time).TotalMilliseconds).Order()];
    }
}
