using System.Security.Cryptography;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;
using SkiaSharp;

namespace Embed.Benchmarks;

/// <summary>Gives the comments of a benchmark's thread authors who have pictures.</summary>
internal static class BenchPictures
{
    /// <summary>Deals the comments out among so many people, each with a picture as photographs are: nothing in it repeats.</summary>
    public static async Task AddAsync(BenchServer bench, int people)
    {
        await using var database = await bench.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();
        var pictures = Enumerable.Range(0, people)
            .Select(_ => Noise()).ToList();
        database.Pictures.AddRange(pictures.Select(picture => new Picture { Hash = picture.Hash, Bytes = picture.Bytes }));
        var authors = pictures.Select((picture, i) => new Commenter { Name = $"{bench.Author.Name} {i}", PictureHash = picture.Hash }).ToList();
        database.Commenters.AddRange(authors);
        await database.SaveChangesAsync();
        foreach (var (author, i) in authors.Select((author, i) => (author, i)))
        {
            await database.Comments.Where(c => c.Id % people == i)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, author.Id));
        }

        await database.Sites.ExecuteUpdateAsync(set => set.SetProperty(site => site.NamesRevision, site => site.NamesRevision + 1));
        bench.Services.GetRequiredService<SiteDirectory>().Forget();
        await bench.IncludeAsync();
    }

    private static EncodedPicture Noise()
    {
        const int Side = 32;
        using var image = SKImage.FromPixelCopy(
            new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque), RandomNumberGenerator.GetBytes(Side * Side * 4));
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return EncodedPicture.From(png.AsSpan())!;
    }
}
