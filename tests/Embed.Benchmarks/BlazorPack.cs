using System.Buffers.Binary;
using System.Text;

namespace Embed.Benchmarks;

/// <summary>
/// What a circuit's client needs of SignalR's hub protocol in MessagePack, which Blazor names <c>blazorpack</c>: invocations and
/// pings, each behind its length. (MessagePack specification; SignalR's HubProtocol.md and TransportProtocols.md.)
/// </summary>
internal static class BlazorPack
{
    /// <summary>The first message of a connection, both ways, in JSON.</summary>
    public static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e");

    /// <summary>Keeps the connection open.</summary>
    public static readonly byte[] Ping = [2, 0x91, 6];

    /// <summary>The type of a message that calls a method.</summary>
    public const long Invocation = 1;

    /// <summary>The type of a message that answers a call.</summary>
    public const long Completion = 3;

    /// <summary>A call. With an id it is answered.</summary>
    public static byte[] Call(string? id, string method, params object?[] arguments)
    {
        using var body = new MemoryStream();
        // Type, headers, id, method, arguments, streams.
        body.Write([0x96, (byte)Invocation, 0x80]);
        Write(body, id);
        Write(body, method);
        body.WriteByte((byte)(0x90 + arguments.Length));
        foreach (var argument in arguments)
        {
            Write(body, argument);
        }

        body.WriteByte(0x90);
        using var framed = new MemoryStream();
        for (var rest = (int)body.Length; ; rest >>= 7)
        {
            framed.WriteByte((byte)(rest > 127 ? (rest & 127) | 128 : rest));
            if (rest <= 127)
            {
                break;
            }
        }

        body.WriteTo(framed);
        return framed.ToArray();
    }

    /// <summary>Takes the next message off what arrived; false when there is no whole one.</summary>
    public static bool TryTake(ref ReadOnlyMemory<byte> arrived, out PackReader message)
    {
        var (length, shift, start) = (0, 0, 0);
        while (start < arrived.Length)
        {
            var digit = arrived.Span[start++];
            length |= (digit & 127) << shift;
            shift += 7;
            if (digit < 128)
            {
                if (length > arrived.Length - start)
                {
                    break;
                }

                message = new PackReader(arrived.Slice(start, length));
                arrived = arrived[(start + length)..];
                return true;
            }
        }

        message = default;
        return false;
    }

    private static void Write(MemoryStream to, object? value)
    {
        Span<byte> eight = stackalloc byte[8];
        switch (value)
        {
            case null:
                to.WriteByte(0xc0);
                break;
            case bool truth:
                to.WriteByte(truth ? (byte)0xc3 : (byte)0xc2);
                break;
            case long number:
                to.WriteByte(0xd3);
                BinaryPrimitives.WriteInt64BigEndian(eight, number);
                to.Write(eight);
                break;
            default:
                var text = Encoding.UTF8.GetBytes((string)value);
                to.WriteByte(0xdb);
                BinaryPrimitives.WriteInt32BigEndian(eight, text.Length);
                to.Write(eight[..4]);
                to.Write(text);
                break;
        }
    }
}

/// <summary>Reads MessagePack values one after the other.</summary>
internal struct PackReader(ReadOnlyMemory<byte> data)
{
    private int _at;

    /// <summary>The number of values of the array that begins here.</summary>
    public int Array()
    {
        var kind = Byte();
        return kind is >= 0x90 and <= 0x9f ? kind & 15 : kind == 0xdc ? (int)Big(2) : (int)Big(4);
    }

    /// <summary>The headers of a message; the server sends none.</summary>
    public void NoHeaders() => Byte();

    /// <summary>A whole number.</summary>
    public long Integer()
    {
        var kind = Byte();
        return kind switch
        {
            <= 0x7f => kind,
            >= 0xe0 => (sbyte)kind,
            0xcc => Big(1),
            0xcd => Big(2),
            0xce => Big(4),
            0xd0 => (sbyte)Big(1),
            0xd1 => (short)Big(2),
            0xd2 => (int)Big(4),
            _ => Big(8),
        };
    }

    /// <summary>A text; null for none.</summary>
    public string? Text() => Bytes() is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>Bytes, or the UTF-8 of a text; null for none.</summary>
    public ReadOnlyMemory<byte>? Bytes()
    {
        var kind = Byte();
        int? length = kind switch
        {
            >= 0xa0 and <= 0xbf => kind & 31,
            0xc4 or 0xd9 => (int)Big(1),
            0xc5 or 0xda => (int)Big(2),
            0xc6 or 0xdb => (int)Big(4),
            _ => null,
        };
        if (length is null)
        {
            return null;
        }

        _at += length.Value;
        return data.Slice(_at - length.Value, length.Value);
    }

    /// <summary>A truth value.</summary>
    public bool Truth() => Byte() == 0xc3;

    private byte Byte() => data.Span[_at++];

    private long Big(int bytes)
    {
        var value = 0L;
        for (var i = 0; i < bytes; i++)
        {
            value = (value << 8) | Byte();
        }

        return value;
    }
}
