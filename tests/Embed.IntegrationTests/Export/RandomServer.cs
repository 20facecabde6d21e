using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests.Export;

/// <summary>
/// Fills a server with all that there can be: what people write, vote and report, acts of every kind of those with power, some of them
/// taken back, guests, pictures, and what imports leave.
/// </summary>
internal sealed class RandomServer(EmbedApplication application, Choices random)
{
    private const string DotPng = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static readonly string[] Texts =
    [
        "Plain text", "*Emphasis*, **more**, ~~none~~ and `code <b>`", "> A quotation\n\nand an answer\n\n> another", "1. One\n2. Two\n   - nested\n   - list",
        "```\nif (a < b && c > d)\n{\n}\n```", "| a | b |\n|:--|--:|\n| 1 | 2 |", "A [link](https://example.com/?a=1&b=2 \"A title\") and https://example.org/x",
        "مرحبا بالعالم\n\nשלום", "Emoji 👩‍👩‍👧 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢\\\nwith a break", "### A heading\n\n***\n\nand \"quotes\" & 'more' <script>alert(1)</script>", "A\u0001control\u0000character",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Does it.</summary>
    public static async Task FillAsync(EmbedApplication application, uint seed) => await new RandomServer(application, new Choices(seed)).FillAsync();

    private async Task FillAsync()
    {
        await application.ChangeSiteAsync(site =>
        {
            (site.AllowsGuests, site.HoldsGuests) = (true, random.Next(2) == 0);
            site.QueryParameters = ["p"];
            site.Rules = [new Rule { Condition = RuleCondition.Words, Words = ["“quoted”", "spam*"], Verdict = RuleVerdict.Hold }];
        });
        await SiteSignOn.TurnOnAsync(application);
        var people = new List<Person>();
        for (var i = 0; i < 4; i++)
        {
            people.Add(await Person.SignInAsync(application, $"Person {i} “{Texts[random.Next(Texts.Length)][..4]}”"));
        }

        people.Add(await GuestAsync());
        var moves = await ThreadMoves.OpenAsync(application);
        var pages = Enumerable.Range(0, 4).Select(_ => EmbedApplication.NewPage()).ToList();
        var acts = new UndoableActs(application, moves, await application.SiteIdAsync(), 0, [.. people.Take(4).Select(person => person.Id)], pages);
        await AddPictureAsync(application, people[0].Id);
        await AddImportAsync(application, people[1].Id);
        await WriteAsync(people, pages, 20);
        var entries = new Stack<long>();
        for (var i = 0; i < 25; i++)
        {
            if (await acts.DoAsync(random) is { } act)
            {
                entries.Push(act.Entry);
            }

            await WriteAsync(people, pages, 1);
            await ReadersActAsync(people);
        }

        for (var i = 0; i < 4 && entries.TryPop(out var entry); i++)
        {
            // What was changed since stays; either way the log has it.
            await moves.TryUndoRowsAsync(entry);
        }

        await WriteElsewhereAsync();
        people.ForEach(person => person.Dispose());
    }

    private async Task<Person> GuestAsync()
    {
        var guest = Person.Anonymous(application);
        using var answer = await guest.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/guest", new { name = "Guest" });
        var granted = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        guest.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)granted["token"]!);
        return guest;
    }

    // Some are refused: by somebody banned, or in a thread that is closed.
    private async Task WriteAsync(List<Person> people, List<string> pages, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var page = pages[random.Next(pages.Count)];
            var there = (await application.ReadThreadAsync(page)).All().Select(comment => comment.Id).ToList();
            var parent = random.Next(3) == 0 || there.Count == 0 ? (long?)null : there[random.Next(there.Count)];
            using var answer = await people[random.Next(people.Count)].TryPostAsync(page, $"{Texts[random.Next(Texts.Length)]}\n\n{random.Next(100)}", parent, "A “title”");
        }
    }

    private async Task ReadersActAsync(List<Person> people)
    {
        await using var database = await application.OpenDatabaseAsync();
        var comments = await database.Comments.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation);
        var (comment, person) = (comments[random.Next(comments.Count)], people[random.Next(people.Count)]);
        using var answer = random.Next(6) switch
        {
            0 => await person.EditAsync(comment, $"Edited: {Texts[random.Next(Texts.Length)]}"),
            1 => await person.DeleteAsync(comment),
            2 => await person.FlagAsync(comment, "other", "A note"),
            3 => await person.VoteAsync(comment, -1),
            _ => await person.VoteAsync(comment, 1),
        };
    }

    // At the other site, for what must not be in the export of the first.
    private async Task WriteElsewhereAsync()
    {
        using var other = await Person.SignInAsync(application, "Other", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        await other.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Elsewhere");
    }

    /// <summary>Gives somebody a picture.</summary>
    public static async Task AddPictureAsync(EmbedApplication application, long person)
    {
        var picture = EncodedPicture.From(Convert.FromBase64String(DotPng))!;
        await using var database = await application.OpenDatabaseAsync();
        database.Pictures.Add(new Picture { Hash = picture.Hash, Bytes = picture.Bytes, CreatedAt = application.Clock.GetUtcNow() });
        (await database.Commenters.SingleAsync(c => c.Id == person, Cancellation)).PictureHash = picture.Hash;
        await database.SaveChangesAsync(Cancellation);
    }

    /// <summary>An import that is done: somebody nobody is yet, a comment whose HTML says more than its Markdown, and a claim.</summary>
    public static async Task AddImportAsync(EmbedApplication application, long claiming)
    {
        var now = application.Clock.GetUtcNow();
        await using var database = await application.OpenDatabaseAsync();
        var site = await application.SiteIdAsync();
        var import = new Import { SiteId = site, Format = "disqus", FileName = "a “file”.xml", StartedById = claiming, State = ImportState.Done, Options = """{"keepsPrivate":true}""", CreatedAt = now };
        var imported = new Commenter { Kind = CommenterKind.Imported, Name = "Imported", CreatedAt = now };
        var thread = new CommentThread { SiteId = site, Key = "blog.example/imported", PageAddress = "https://blog.example/imported", Title = "Imported", CommentCount = 1, CreatedAt = now };
        database.AddRange(import, imported, thread);
        await database.SaveChangesAsync(Cancellation);
        var body = CommentBody.FromHtml("<table><tr><td>1<br>2</td></tr></table><p>d<pre>e\n\n  f</pre>").Value!;
        var comment = new Comment { SiteId = site, ThreadId = thread.Id, CommenterId = imported.Id, DraftId = Guid.NewGuid(), Number = 1, PostedAt = now.AddYears(-20).AddMilliseconds(7), UpVotes = 3 }
            .Write(body.Markdown, body.Html.Value, CommentState.Published);
        database.Comments.Add(comment);
        await database.SaveChangesAsync(Cancellation);
        database.ImportedPeople.Add(new ImportedPerson { CommenterId = imported.Id, SiteId = site, ImportId = import.Id, GitHubLogin = "somebody", Email = "somebody@example.com" });
        await database.SaveChangesAsync(Cancellation);
        database.ImportedItems.Add(new ImportedItem
        {
            SiteId = site,
            Source = "disqus",
            Kind = ImportedKind.Comment,
            SourceKey = "17",
            TargetId = comment.Id,
            ImportId = import.Id,
            PersonId = imported.Id,
            ContentHash = long.MinValue,
        });
        database.ImportUpdates.Add(new ImportUpdate
        {
            ImportId = import.Id,
            Kind = ImportedKind.Comment,
            TargetId = comment.Id,
            AuthorId = imported.Id,
            UpVotes = -2,
            Changes = RowChange.Write(
            [
                new RowChange(
                    "Comments", new JsonObject { ["Id"] = comment.Id }, new JsonObject { ["Body"] = "a", ["BodyHtml"] = "<p dir=\"auto\">a</p>", ["TextHash"] = -7 },
                    new JsonObject { ["Body"] = "b", ["BodyHtml"] = "<p dir=\"auto\">b</p>", ["TextHash"] = 0 }),
            ]),
        });
        database.ImportClaims.Add(new ImportClaim { PersonId = imported.Id, CommenterId = claiming, Ground = ClaimGround.GitHubLogin, MadeAt = now });
        await database.SaveChangesAsync(Cancellation);
    }
}
