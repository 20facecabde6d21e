using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>Stands between a page and the server's WebSockets, to break them as networks do.</summary>
internal sealed class Sockets
{
    // Of the range that applications may use (RFC 6455, section 7.4.2).
    private const int Broken = 3001;

    private readonly List<(IWebSocketRoute Page, IWebSocketRoute Server)> _open = [];
    private bool _isMute;

    /// <summary>Takes its place. Sockets opened before are not seen.</summary>
    public static async Task<Sockets> OfAsync(IPage page)
    {
        var sockets = new Sockets();
        await page.RouteWebSocketAsync(_ => true, sockets.Take);
        return sockets;
    }

    /// <summary>What the browser sends still arrives; nothing the server answers gets through on the sockets open now.</summary>
    public void Mute() => _isMute = true;

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
        page.OnMessage(frame => Pass(frame, server));
        server.OnMessage(frame =>
        {
            if (!_isMute)
            {
                Pass(frame, page);
            }
        });
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
