using SkiaSharp;

namespace Embed.Demo;

/// <summary>The stand-in's profile pictures: a landscape for each account, made of its number.</summary>
internal static class StandInPicture
{
    private const int Side = 256;

    /// <summary>The picture of an account, as PNG; the same each time.</summary>
    public static byte[] Of(long account)
    {
        var hue = account * 47 % 360;
        using var surface = SKSurface.Create(new SKImageInfo(Side, Side));
        var canvas = surface.Canvas;
        canvas.Clear(SKColor.FromHsl(hue, 55, 82));
        using var paint = new SKPaint { IsAntialias = true, Color = SKColor.FromHsl((hue + 40) % 360, 85, 62) };
        canvas.DrawCircle(Side * (3 + (account % 5)) / 10f, Side * .35f, Side * .15f, paint);
        for (var hill = 0; hill < 3; hill++)
        {
            paint.Color = SKColor.FromHsl(hue, 45, 58 - (14 * hill));
            canvas.DrawOval(Side * ((account * (7 + hill) % 10) / 10f), Side * (.95f + (.08f * hill)), Side * .6f, Side * .35f, paint);
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
