using System.Buffers.Text;
using System.Security.Cryptography;
using SkiaSharp;

namespace Embed.Server.Pictures;

/// <summary>
/// A picture as we keep and show it: square, small, WebP. Made anew from the pixels, so nothing of the file it came in reaches a
/// reader: no metadata, and nothing that is a picture to us and something else to a browser.
/// </summary>
/// <param name="Hash">SHA-256 of the bytes in base64url.</param>
/// <param name="Bytes">WebP, a few KB.</param>
internal sealed record EncodedPicture(string Hash, byte[] Bytes)
{
    /// <summary>Width and height, in pixels: three for each CSS pixel it is shown in.</summary>
    public const int Side = 96;

    /// <summary>Largest width and height that is decoded, in pixels: 64 MB of memory. A file of a few KB can claim any size.</summary>
    public const int MaxSourceSide = 4_096;

    /// <summary>How it is sent.</summary>
    public const string MediaType = "image/webp";

    // At 80 nothing is seen of the encoding, and even noise stays below 10 KB.
    private const int Quality = 80;

    /// <summary>The picture in a file; what its sender says it is does not matter.</summary>
    /// <returns>Null unless it is a whole PNG, JPEG, WebP or GIF (its first frame) of at most <see cref="MaxSourceSide"/>.</returns>
    public static EncodedPicture? From(ReadOnlySpan<byte> file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        // The size is the header's: so far no pixels have been made.
        if (codec is null || codec.Info.Width is < 1 or > MaxSourceSide || codec.Info.Height is < 1 or > MaxSourceSide
            || codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif))
        {
            return null;
        }

        using var colours = SKColorSpace.CreateSrgb();
        var format = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, colours);
        using var pixels = new SKBitmap(format);
        return codec.GetPixels(format, pixels.GetPixels()) == SKCodecResult.Success ? Encode(pixels, codec.EncodedOrigin) : null;
    }

    private static EncodedPicture Encode(SKBitmap pixels, SKEncodedOrigin origin)
    {
        pixels.SetImmutable();
        using var image = SKImage.FromBitmap(pixels);
        using var colours = SKColorSpace.CreateSrgb();
        using var surface = SKSurface.Create(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Premul, colours));
        // What is transparent shows paper, not the letter below.
        surface.Canvas.Clear(SKColors.White);
        Turn(surface.Canvas, origin);
        var side = Math.Min(image.Width, image.Height);
        var square = SKRect.Create((image.Width - side) / 2f, (image.Height - side) / 2f, side, side);
        surface.Canvas.DrawImage(image, square, SKRect.Create(Side, Side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var drawn = surface.Snapshot();
        using var encoded = drawn.Encode(SKEncodedImageFormat.Webp, Quality);
        var bytes = encoded.ToArray();
        return new EncodedPicture(Base64Url.EncodeToString(SHA256.HashData(bytes)), bytes);
    }

    // How a camera was held (Exif 2.32, tag 274): a quarter turn or more, after a reflection where there is one.
    private static void Turn(SKCanvas canvas, SKEncodedOrigin origin)
    {
        var (degrees, isReflected) = origin switch
        {
            SKEncodedOrigin.TopRight => (0, true),
            SKEncodedOrigin.BottomRight => (180, false),
            SKEncodedOrigin.BottomLeft => (180, true),
            SKEncodedOrigin.LeftTop => (270, true),
            SKEncodedOrigin.RightTop => (90, false),
            SKEncodedOrigin.RightBottom => (90, true),
            SKEncodedOrigin.LeftBottom => (270, false),
            _ => (0, false),
        };
        canvas.RotateDegrees(degrees, Side / 2f, Side / 2f);
        canvas.Scale(isReflected ? -1 : 1, 1, Side / 2f, Side / 2f);
    }
}
