using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SkiaSharp;

namespace Embed.Tests;

/// <summary>Picture files of every kind, as cameras, providers and attackers make them.</summary>
internal static class PictureFiles
{
    /// <summary>A picture of one colour.</summary>
    public static byte[] Plain(SKColor colour, int width = 64, int height = 64, SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        Drawn(width, height, format, canvas => canvas.Clear(colour));

    /// <summary>A drawing.</summary>
    public static byte[] Drawn(int width, int height, SKEncodedImageFormat format, Action<SKCanvas> draw)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A picture that no encoding makes small.</summary>
    public static byte[] Noise(int side, SKEncodedImageFormat format)
    {
        var pixels = RandomNumberGenerator.GetBytes(side * side * 4);
        using var image = SKImage.FromPixelCopy(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque), pixels);
        using var data = image.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A JPEG of four fields, red and green above blue and white, as a camera held so stores it (Exif 2.32, tag 274).</summary>
    public static byte[] Turned(byte orientation)
    {
        var jpeg = Drawn(64, 64, SKEncodedImageFormat.Jpeg, canvas =>
        {
            canvas.Clear(SKColors.White);
            Field(canvas, 0, 0, SKColors.Red);
            Field(canvas, 32, 0, SKColors.Lime);
            Field(canvas, 0, 32, SKColors.Blue);
        });
        byte[] exif =
        [
            .. "Exif\0\0MM\0*\0\0\0\b"u8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    /// <summary>A GIF of two frames, each of one colour: uncompressed, a code for each pixel (GIF89a, appendix F).</summary>
    public static byte[] Animated(int side, SKColor first, SKColor second)
    {
        var gif = new List<byte>();
        gif.AddRange("GIF89a"u8);
        gif.AddRange([(byte)side, 0, (byte)side, 0, 0xF6, 0, 0]);
        var table = new byte[128 * 3];
        foreach (var (colour, i) in new[] { first, second }.Select((colour, i) => (colour, i)))
        {
            (table[3 * i], table[(3 * i) + 1], table[(3 * i) + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        gif.AddRange(table);
        for (byte frame = 0; frame < 2; frame++)
        {
            gif.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, (byte)side, 0, (byte)side, 0, 0, 7]);
            for (var left = side * side; left > 0; left -= 100)
            {
                // Cleared before the codes would need a ninth bit.
                var count = Math.Min(left, 100);
                gif.AddRange([(byte)(count + 1), 0x80, .. Enumerable.Repeat(frame, count)]);
            }

            gif.AddRange([1, 0x81, 0]);
        }

        gif.Add(0x3B);
        return [.. gif];
    }

    /// <summary>A PNG of a few bytes that claims to be of any size.</summary>
    public static byte[] Claiming(int width, int height)
    {
        var png = Plain(SKColors.Red);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>A vector drawing, which could hold scripts.</summary>
    public static byte[] Svg() => Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"9\" height=\"9\"/></svg>");

    private static void Field(SKCanvas canvas, float x, float y, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour };
        canvas.DrawRect(x, y, 32, 32, paint);
    }

    // PNG (W3C), annex D.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
            }
        }

        return ~crc;
    }
}
