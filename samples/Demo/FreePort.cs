using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Embed.Demo;

/// <summary>
/// Ports for servers whose address must be known before they start. Not of those that systems give away by themselves (from 32768 on Linux,
/// 49152 elsewhere; RFC 6335, section 6): one of these may be somebody else's between looking and listening.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>A port of the loopback interface that nobody listens on now.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int Find()
    {
        // Not from the same one each time: others may be looking, too.
        var begin = RandomNumberGenerator.GetInt32(Last - First);
        for (var i = 0; i < Last - First; i++)
        {
            var port = First + ((begin + i) % (Last - First));
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"All ports from {First} to {Last} are taken.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
