using System.Security.Cryptography;
using System.Text;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Tests;
using SkiaSharp;

namespace Embed.UnitTests;

/// <summary>What becomes a picture, and what it is then.</summary>
public sealed class EncodedPictureTests
{
    private const int LargestBytes = 12 * 1024;

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_picture_becomes_a_small_square_named_by_its_content(SKEncodedImageFormat format)
    {
        var picture = EncodedPicture.From(PictureFiles.Plain(SKColors.Teal, 460, 300, format))!;

        using var codec = SKCodec.Create(SKData.CreateCopy(picture.Bytes));
        Assert.Equal((SKEncodedImageFormat.Webp, EncodedPicture.Side, EncodedPicture.Side), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
        Assert.Equal(Picture.HashCharacters, picture.Hash.Length);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(picture.Bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_'), picture.Hash);
        Assert.Equal(["teal", "teal", "teal", "teal"], Corners(picture, ("teal", SKColors.Teal)));
    }

    [Fact]
    public void The_same_file_becomes_the_same_picture()
    {
        var file = PictureFiles.Plain(SKColors.Teal);

        Assert.Equal(EncodedPicture.From(file)!.Hash, EncodedPicture.From(file)!.Hash);
    }

    [Fact]
    public void Of_a_wide_picture_the_middle_is_shown()
    {
        var file = PictureFiles.Drawn(300, 100, SKEncodedImageFormat.Png, canvas =>
        {
            canvas.Clear(SKColors.Red);
            canvas.ClipRect(SKRect.Create(100, 0, 100, 100));
            canvas.Clear(SKColors.Blue);
        });

        Assert.Equal(["blue", "blue", "blue", "blue"], Corners(EncodedPicture.From(file)!, ("red", SKColors.Red), ("blue", SKColors.Blue)));
    }

    [Theory]
    [InlineData(1, "red green blue white")]
    [InlineData(2, "green red white blue")]
    [InlineData(3, "white blue green red")]
    [InlineData(4, "blue white red green")]
    [InlineData(5, "red blue green white")]
    [InlineData(6, "blue red white green")]
    [InlineData(7, "white green blue red")]
    [InlineData(8, "green white red blue")]
    public void However_the_camera_was_held_it_stands_upright_and_nothing_tells_of_the_camera(byte orientation, string corners)
    {
        var file = PictureFiles.Turned(orientation);

        var picture = EncodedPicture.From(file)!;

        Assert.Contains("Exif", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(picture.Bytes), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(corners.Split(' '), Corners(picture, ("red", SKColors.Red), ("green", SKColors.Lime), ("blue", SKColors.Blue), ("white", SKColors.White)));
    }

    [Fact]
    public void Of_an_animation_the_first_frame_stands_still()
    {
        var picture = EncodedPicture.From(PictureFiles.Animated(40, SKColors.Red, SKColors.Blue))!;

        using var codec = SKCodec.Create(SKData.CreateCopy(picture.Bytes));
        Assert.InRange(codec.FrameCount, 0, 1);
        Assert.Equal(["red", "red", "red", "red"], Corners(picture, ("red", SKColors.Red), ("blue", SKColors.Blue)));
    }

    [Fact]
    public void What_is_transparent_becomes_white()
    {
        Assert.Equal(
            ["white", "white", "white", "white"],
            Corners(EncodedPicture.From(PictureFiles.Plain(SKColors.Transparent))!, ("white", SKColors.White), ("black", SKColors.Black)));
    }

    [Fact]
    public void Even_noise_is_small()
    {
        var picture = EncodedPicture.From(PictureFiles.Noise(EncodedPicture.Side, SKEncodedImageFormat.Png))!;

        Assert.InRange(picture.Bytes.Length, 1, LargestBytes);
    }

    [Fact]
    public void Only_pictures_of_a_bearable_size_are_decoded()
    {
        Assert.NotNull(EncodedPicture.From(PictureFiles.Plain(SKColors.Red, EncodedPicture.MaxSourceSide, 1)));
        Assert.Null(EncodedPicture.From(PictureFiles.Plain(SKColors.Red, EncodedPicture.MaxSourceSide + 1, 1)));
        Assert.Null(EncodedPicture.From(PictureFiles.Plain(SKColors.Red, 1, EncodedPicture.MaxSourceSide + 1)));

        var bomb = PictureFiles.Claiming(30_000, 30_000);
        using var codec = SKCodec.Create(SKData.CreateCopy(bomb));
        Assert.Equal(30_000, codec.Info.Width);
        Assert.Null(EncodedPicture.From(bomb));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Half_a_picture_is_none(SKEncodedImageFormat format)
    {
        var file = PictureFiles.Noise(64, format);

        Assert.NotNull(EncodedPicture.From(file));
        Assert.Null(EncodedPicture.From(file.AsSpan(0, file.Length / 2)));
    }

    [Fact]
    public void Other_files_are_none()
    {
        byte[] bitmap = [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, .. new byte[28]];
        using var codec = SKCodec.Create(SKData.CreateCopy(bitmap));
        Assert.Equal(SKEncodedImageFormat.Bmp, codec.EncodedFormat);

        Assert.Null(EncodedPicture.From(bitmap));
        Assert.Null(EncodedPicture.From(PictureFiles.Svg()));
        Assert.Null(EncodedPicture.From("<!doctype html><script>alert(1)</script>"u8));
        Assert.Null(EncodedPicture.From([]));
    }

    /// <summary>The names of the colours nearest to what the corners show, in reading order.</summary>
    private static string[] Corners(EncodedPicture picture, params (string Name, SKColor Colour)[] colours)
    {
        using var bitmap = SKBitmap.Decode(picture.Bytes);
        (int X, int Y)[] corners = [(12, 12), (83, 12), (12, 83), (83, 83)];
        return [.. corners.Select(corner =>
        {
            var seen = bitmap.GetPixel(corner.X, corner.Y);
            var (name, colour) = colours.MinBy(candidate => Distance(seen, candidate.Colour));
            Assert.InRange(Distance(seen, colour), 0, 40);
            return name;
        })];
    }

    private static int Distance(SKColor a, SKColor b) =>
        Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);
}
