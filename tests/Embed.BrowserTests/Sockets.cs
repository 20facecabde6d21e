using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>Stands between a page and the server's WebSockets, to break them as networks do.</summary>
internal sealed class Sockets
{
    // Of the range that applications may use (RFC 6455, section 7.4.2).
    private const int Broken = 3001;

    private readonly List<(IWebSocketRoute Page, IWebSocketRoute Server)> _open = [];
    private readonly Queue<(IWebSocketFrame Frame, IWebSocketRoute To)> _held = [];
    private readonly Lock _order = new();
    private bool _isMute;
    private bool _holdsSent;
    private bool _holdsAnswers;
    private string? _heldAfter;

    /// <summary>Takes its place. Sockets opened before are not seen.</summary>
    public static async Task<Sockets> OfAsync(IPage page)
    {
        var sockets = new Sockets();
        await page.RouteWebSocketAsync(_ => true, sockets.Take);
        return sockets;
    }

    /// <summary>What the browser sends still arrives; nothing the server answers gets through on the sockets open now.</summary>
    public void Mute() => _isMute = true;

    /// <summary>Keeps what the browser sends from now on.</summary>
    public void HoldSent()
    {
        lock (_order)
        {
            _holdsSent = true;
        }
    }

    /// <summary>Keeps what the server sends from now on.</summary>
    public void HoldAnswers()
    {
        lock (_order)
        {
            _holdsAnswers = true;
        }
    }

    /// <summary>Whether a message with this text in it is kept.</summary>
    public bool Holds(string text)
    {
        lock (_order)
        {
            return _held.Any(held => TextOf(held.Frame).Contains(text, StringComparison.Ordinal));
        }
    }

    /// <summary>Keeps what the server answers once the browser has sent a message with this text in it.</summary>
    public void HoldAnswersAfter(string sent)
    {
        lock (_order)
        {
            _heldAfter = sent;
        }
    }

    /// <summary>Whether something is kept.</summary>
    public bool HoldsSomething
    {
        get
        {
            lock (_order)
            {
                return _held.Count > 0;
            }
        }
    }

    /// <summary>Lets through, in order, what was kept, and all that follows.</summary>
    public void Release()
    {
        lock (_order)
        {
            (_holdsSent, _holdsAnswers, _heldAfter) = (false, false, null);
            while (_held.TryDequeue(out var held))
            {
                Pass(held.Frame, held.To);
            }
        }
    }

    /// <summary>Breaks the sockets that are open now.</summary>
    public async Task CutAsync()
    {
        foreach (var (page, server) in _open)
        {
            await page.CloseAsync(new() { Code = Broken });
            await server.CloseAsync(new() { Code = Broken });
        }

        _open.Clear();
    }

    private void Take(IWebSocketRoute page)
    {
        var server = page.ConnectToServer();
        _open.Add((page, server));
        _isMute = false;
        page.OnMessage(frame =>
        {
            lock (_order)
            {
                _holdsAnswers |= _heldAfter is not null && TextOf(frame).Contains(_heldAfter, StringComparison.Ordinal);
                PassOrHold(_holdsSent, frame, server);
            }
        });
        server.OnMessage(frame =>
        {
            lock (_order)
            {
                if (!_isMute)
                {
                    PassOrHold(_holdsAnswers, frame, page);
                }
            }
        });
    }

    private static string TextOf(IWebSocketFrame frame) => frame.Text ?? System.Text.Encoding.Latin1.GetString(frame.Binary ?? []);

    private void PassOrHold(bool holds, IWebSocketFrame frame, IWebSocketRoute to)
    {
        if (holds)
        {
            _held.Enqueue((frame, to));
        }
        else
        {
            Pass(frame, to);
        }
    }

    private static void Pass(IWebSocketFrame frame, IWebSocketRoute to)
    {
        if (frame.Binary is { } bytes)
        {
            to.Send(bytes);
        }
        else if (frame.Text is { } text)
        {
            to.Send(text);
        }
    }
}
