using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Fragments are rendered once, within a bound, and never older than what they show.</summary>
public sealed class FragmentCacheTests
{
    private const long Megabyte = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_miss_at_once_cause_one_rendering()
    {
        await using var application = new EmbedApplication();
        var discussion = await Discussion.BeginAsync(application);
        await discussion.PostAsync(20);
        using var http = application.CreateClient();

        var asked = await application.Queries.DuringAsync(() => Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => http.GetStringAsync(ThreadReader.AddressOf(discussion.Page), Cancellation))));

        Assert.Single(asked, query => query.CommandText.Contains("\"BodyHtml\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_kept_stays_within_the_configured_bytes()
    {
        await using var application = new EmbedApplication();
        application.Settings["Embed:FragmentCacheMegabytes"] = "1";
        using var http = application.CreateClient();
        var bodies = new Dictionary<string, long>();
        for (var i = 0; i < 50; i++)
        {
            var discussion = await Discussion.BeginAsync(application);
            await discussion.PostAsync(25);
            var address = ThreadReader.AddressOf(discussion.Page);
            // In characters: the encoded forms that are kept with it come on top.
            bodies[address] = (await http.GetStringAsync(address, Cancellation)).Length;
        }

        var kept = 0L;
        foreach (var (address, characters) in bodies.Reverse())
        {
            var asked = await application.Queries.DuringAsync(() => http.GetStringAsync(address, Cancellation));
            kept += asked.Count == 0 ? characters : 0;
        }

        Assert.True(bodies.Values.Sum() > Megabyte, "Too little was read to fill the cache.");
        Assert.InRange(kept, 1, Megabyte);
    }

    [Fact]
    public async Task A_new_name_reaches_the_next_reader()
    {
        await using var application = new EmbedApplication();
        var discussion = await Discussion.BeginAsync(application);
        var id = await discussion.PostAsync();
        Assert.Equal("Nadia", (await application.ReadHtmlAsync(discussion.Page)).Comment(id).QuerySelector(".name")!.TextContent);
        await using var database = await application.OpenDatabaseAsync();
        var author = database.Accounts.Single(account => account.Name == "Nadia");

        await application.Services.GetRequiredService<RecordCommenter>()
            .HandleAsync(new ProvenAccount(author.Provider, author.Subject, "Nadia K."), Cancellation);

        Assert.Equal("Nadia K.", (await application.ReadHtmlAsync(discussion.Page)).Comment(id).QuerySelector(".name")!.TextContent);
    }
}
