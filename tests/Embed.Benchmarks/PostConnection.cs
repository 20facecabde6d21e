using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Embed.Benchmarks;

/// <summary>One kept connection that posts comments through the public API. As cheap as can be: it shares the machine with the server.</summary>
internal sealed class PostConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[8 * 1024];

    public async Task OpenAsync(int port) => await _socket.ConnectAsync(IPAddress.Loopback, port);

    /// <summary>Posts one comment and waits for the answer.</summary>
    /// <returns>The comment's id, or null and the status where it was not taken.</returns>
    public async Task<(long? Id, int Status)> PostAsync(string page, string text, string token)
    {
        var body = $$"""{"page":"{{page}}","title":"An article","body":"{{text}}","draftId":"{{Guid.NewGuid()}}"}""";
        var request = string.Create(CultureInfo.InvariantCulture, $"""
            POST /api/v1/sites/{ProductProcess.Site}/comments HTTP/1.1
            Host: 127.0.0.1
            Origin: {ProductProcess.Origin}
            Authorization: Bearer {token}
            Content-Type: application/json
            Content-Length: {body.Length}


            """).ReplaceLineEndings("\r\n") + body;
        await _socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var length = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            length += read;
            if (IsWhole(_buffer.AsSpan(0, length)))
            {
                return Read(_buffer.AsSpan(0, length));
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var at = answer[..head].IndexOf("Content-Length: "u8);
        return at < 0
            ? answer.EndsWith("0\r\n\r\n"u8)
            : answer.Length >= head + 4 + Number(answer[(at + "Content-Length: ".Length)..]);
    }

    private static (long? Id, int Status) Read(ReadOnlySpan<byte> answer)
    {
        var status = (int)Number(answer["HTTP/1.1 ".Length..]);
        var id = answer.IndexOf("\"id\":"u8);
        return (status == 201 ? Number(answer[(id + "\"id\":".Length)..]) : null, status);
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        var value = 0L;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                break;
            }

            value = (value * 10) + digit - '0';
        }

        return value;
    }
}
