using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Embed.IntegrationTests;

/// <summary>People's pictures: taken over at sign-in, kept once, shown until they are nobody's.</summary>
public sealed class PictureTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_is_shown_with_what_its_owner_wrote_before_and_goes_with_the_next()
    {
        using var person = await Person.SignInAsync(application);
        var page = EmbedApplication.NewPage();
        var comment = await person.PostAsync(page, "Text");
        Assert.Null(await ShownAsync(page, comment));
        var (first, second) = (Picture(SKColors.Teal), Picture(SKColors.Gold));

        await RecordAsync(person.Id, first);
        Assert.Equal($"/pictures/{first.Hash}", await ShownAsync(page, comment));
        Assert.Equal(first.Bytes, await BytesAsync(first.Hash));

        await RecordAsync(person.Id, second);
        Assert.Equal($"/pictures/{second.Hash}", await ShownAsync(page, comment));
        Assert.False(await IsKeptAsync(first));

        await RecordAsync(person.Id, null);
        Assert.Null(await ShownAsync(page, comment));
        Assert.False(await IsKeptAsync(second));
    }

    [Fact]
    public async Task The_same_picture_is_kept_once_and_as_long_as_somebody_has_it()
    {
        var picture = Picture(SKColors.Maroon);
        var (one, _) = await application.MakeSessionAsync();
        var (other, _) = await application.MakeSessionAsync();

        await RecordAsync(one.Id, picture);
        await RecordAsync(other.Id, picture);
        await RecordAsync(one.Id, null);
        Assert.True(await IsKeptAsync(picture));
        await RecordAsync(other.Id, null);

        Assert.False(await IsKeptAsync(picture));
    }

    [Fact]
    public async Task A_picture_that_somebody_chose_is_not_changed_by_a_sign_in()
    {
        var (chosen, next) = (Picture(SKColors.Navy), Picture(SKColors.Olive));
        var (person, _) = await application.MakeSessionAsync();
        await RecordAsync(person.Id, chosen);
        await ChangeAsync(person.Id, commenter => commenter.IsPictureChosen = true);

        await RecordAsync(person.Id, next);

        await using var database = await application.OpenDatabaseAsync();
        var commenter = await database.Commenters.Include(c => c.Accounts).SingleAsync(c => c.Id == person.Id, Cancellation);
        Assert.Equal((chosen.Hash, next.Hash), (commenter.PictureHash, commenter.Accounts[0].PictureHash));
        Assert.True(await IsKeptAsync(chosen));
    }

    [Fact]
    public async Task An_account_without_a_picture_leaves_that_of_another_account_of_the_same_person()
    {
        var picture = Picture(SKColors.Orchid);
        var (person, _) = await application.MakeSessionAsync();
        await ChangeAsync(person.Id, commenter => commenter.Accounts.Add(
            new CommenterAccount { Provider = "Email", Subject = Guid.NewGuid().ToString(), Name = "a…@blog.example" }));
        await RecordAsync(person.Id, picture);

        await RecordAsync(person.Id, null, provider: "Email");

        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal(picture.Hash, (await database.Commenters.SingleAsync(c => c.Id == person.Id, Cancellation)).PictureHash);
    }

    [Fact]
    public async Task What_changes_nothing_lets_nothing_be_drawn_again()
    {
        using var person = await Person.SignInAsync(application);
        var page = EmbedApplication.NewPage();
        await person.PostAsync(page, "Text");
        var picture = Picture(SKColors.Coral);
        await RecordAsync(person.Id, picture);
        await application.ReadHtmlAsync(page);

        await RecordAsync(person.Id, picture);
        var asked = await application.Queries.DuringAsync(() => application.ReadHtmlAsync(page));

        Assert.Empty(asked);
    }

    [Fact]
    public async Task It_is_served_so_that_browsers_keep_it_for_good_and_take_it_for_nothing_else()
    {
        var picture = await KeepAsync(SKColors.Peru);
        using var http = application.CreateClient();

        using var answer = await http.GetAsync($"/pictures/{picture.Hash}", Cancellation);

        Assert.Equal(picture.Bytes, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("image/webp", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", Header(answer, "Cache-Control"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("cross-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("default-src 'none'", Header(answer, "Content-Security-Policy"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal($"\"{picture.Hash}\"", answer.Headers.ETag?.ToString());
    }

    [Fact]
    public async Task Who_has_it_is_sent_nothing()
    {
        var picture = await KeepAsync(SKColors.Sienna);
        using var http = application.CreateClient();
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/pictures/{picture.Hash}") { Headers = { { "If-None-Match", $"\"{picture.Hash}\"" } } };
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/pictures/{picture.Hash}");

        using var unchanged = await http.SendAsync(again, Cancellation);
        using var described = await http.SendAsync(head, Cancellation);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal((HttpStatusCode.OK, (long?)picture.Bytes.Length), (described.StatusCode, described.Content.Headers.ContentLength));
        Assert.Empty(await described.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("..%2F..%2Fembed.dbAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task There_are_no_others(string name)
    {
        using var http = application.CreateClient();

        using var answer = await http.GetAsync($"/pictures/{name}", Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_list_of_the_latest_names_it_too()
    {
        using var person = await Person.SignInAsync(application);
        await person.PostAsync(EmbedApplication.NewPage(), "Text");
        var picture = Picture(SKColors.Plum);
        await RecordAsync(person.Id, picture);
        using var http = application.CreateClient();

        var answer = await http.GetAsync($"/api/v1/sites/{EmbedApplication.Site}/recent?count=1", Cancellation).JsonAsync();
        var latest = answer["comments"]![0]!;

        Assert.Equal((person.Id, $"/pictures/{picture.Hash}"), ((long)latest["author"]!, (string?)latest["authorPicture"]));
    }

    private static EncodedPicture Picture(SKColor colour) => EncodedPicture.From(PictureFiles.Plain(colour))!;

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    private async Task<EncodedPicture> KeepAsync(SKColor colour)
    {
        var (person, _) = await application.MakeSessionAsync();
        var picture = Picture(colour);
        await RecordAsync(person.Id, picture);
        return picture;
    }

    private async Task RecordAsync(long commenter, EncodedPicture? picture, string provider = "GitHub")
    {
        await using var database = await application.OpenDatabaseAsync();
        var account = await database.Accounts.SingleAsync(a => a.CommenterId == commenter && a.Provider == provider, Cancellation);
        await application.Services.GetRequiredService<RecordPicture>().HandleAsync(account.Id, picture, Cancellation);
    }

    private async Task ChangeAsync(long commenter, Action<Commenter> change)
    {
        await using var database = await application.OpenDatabaseAsync();
        change(await database.Commenters.Include(c => c.Accounts).SingleAsync(c => c.Id == commenter, Cancellation));
        await database.SaveChangesAsync(Cancellation);
    }

    private async Task<bool> IsKeptAsync(EncodedPicture picture)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Pictures.AnyAsync(p => p.Hash == picture.Hash, Cancellation);
    }

    private async Task<byte[]> BytesAsync(string hash)
    {
        using var http = application.CreateClient();
        return await http.GetByteArrayAsync($"/pictures/{hash}", Cancellation);
    }

    private async Task<string?> ShownAsync(string page, long comment) =>
        (await application.ReadHtmlAsync(page)).Comment(comment).QuerySelector(".avatar > img")?.GetAttribute("src");
}
