using System.Net;
using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Me;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Deleting one's account: asked for, shown, taken back, done, and then nothing is left.</summary>
public sealed class AccountDeletionTests : IAsyncDisposable
{
    private const string Name = "Zenobia Traceable";
    private const string Words = "Words that only Zenobia ever wrote";

    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    [Fact]
    public async Task The_page_says_beforehand_what_goes_what_stays_and_which_settings_name_the_account()
    {
        using var ada = await Person.SignInAsync(_application, "Ada", Role.Administrator);
        using var eve = await Person.SignInAsync(_application, "Eve");
        using var own = await OwnOrigin.OfAsync(_application, ada.Id);
        var answered = await ada.PostAsync(_page, "One");
        await ada.PostAsync(_page, "Two");
        await eve.PostAsync(_page, "An answer", answered);
        await ada.VoteAsync(await eve.PostAsync(_page, "Hers"), 1).AssertDoneAsync();

        var page = await own.ReadAsync("/me/delete");

        Assert.Contains("published comments (2)", page.TextContent, StringComparison.Ordinal);
        Assert.Contains("replied (1)", page.TextContent, StringComparison.Ordinal);
        Assert.Contains("Your votes (1)", page.TextContent, StringComparison.Ordinal);
        Assert.Contains("sessions (1)", page.TextContent, StringComparison.Ordinal);
        Assert.Equal($"Embed:Administrators:0 = {EmbedApplication.Administrator}", page.QuerySelector("code")?.TextContent);
    }

    [Fact]
    public async Task Nothing_is_done_until_it_is_said_what_becomes_of_the_comments()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var own = await OwnOrigin.OfAsync(_application, ada.Id);

        using var refused = await own.SendAsync(await DeletionFormAsync(own), ("comments", null));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Null((await own.ReadAsync("/me")).QuerySelector("form[action='/me/keep']"));
        await ada.PostAsync(_page, "Still here");
    }

    [Fact]
    public async Task All_other_sessions_end_at_once_and_one_press_keeps_the_account()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var own = await OwnOrigin.OfAsync(_application, ada.Id);
        using var asked = await own.SendAsync(await DeletionFormAsync(own), ("comments", "delete"));
        Assert.Equal("/me", asked.Headers.Location?.ToString());
        await ada.TryPostAsync(_page, "Text").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        Assert.NotNull((await own.ReadAsync("/me/delete")).QuerySelector("form[action='/me/keep']"));
        Assert.NotNull((await own.ReadAsync("/signin?return=/me/comments")).QuerySelector("form[action='/me/keep']"));
        // Asking again later does not put it off.
        _application.Clock.Advance(TimeSpan.FromHours(23));
        var (due, _) = await DeletionOfAsync(ada.Id);
        using var again = await OwnOrigin.OfAsync(_application, ada.Id);
        await _application.Services.GetRequiredService<DeleteAccount>().HandleAsync(await SessionOfAsync(ada.Id), keepsComments: true, Cancellation);
        Assert.Equal((due, false), await DeletionOfAsync(ada.Id));

        using var kept = await again.SendAsync((await again.ReadAsync("/signin?return=/me/comments")).QuerySelector("form[action='/me/keep']")!);

        Assert.StartsWith("/signin?return=%2Fme%2Fcomments", kept.Headers.Location?.ToString(), StringComparison.Ordinal);
        _application.Clock.Advance(TimeSpan.FromHours(48));
        Assert.Equal(0, await AccountDeletion.RunAsync(_application));
        using var back = await OwnOrigin.OfAsync(_application, ada.Id);
        Assert.Null((await back.ReadAsync("/me")).QuerySelector("form[action='/me/keep']"));
    }

    [Fact]
    public async Task Nobody_is_sent_elsewhere_for_keeping_the_account()
    {
        using var own = await OwnOrigin.OpenAsync(_application, Role.Commenter, "Ada");
        using var asked = await own.SendAsync(await DeletionFormAsync(own), ("comments", "keep"));

        using var kept = await own.SendAsync((await own.ReadAsync("/me")).QuerySelector("form[action='/me/keep']")!, ("return", "//evil.example"));

        Assert.Equal("/me?done=kept", kept.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Once_the_time_is_over_it_cannot_be_kept_and_the_server_deletes_by_itself()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var own = await OwnOrigin.OfAsync(_application, ada.Id);
        await ada.PostAsync(_page, "Text");
        using var asked = await own.SendAsync(await DeletionFormAsync(own), ("comments", "delete"));
        Assert.Equal(0, await AccountDeletion.RunAsync(_application));

        // No other step than the clock's.
        _application.Clock.Advance(DeleteAccount.Delay);
        Assert.False(await _application.Services.GetRequiredService<KeepAccount>().HandleAsync(ada.Id, Cancellation));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await DatabaseTraces.OfCommenterAsync(_application, ada.Id)).Count > 0)
        {
            Assert.False(timeout.IsCancellationRequested, "The account was not deleted.");
            _application.Clock.Advance(TimeSpan.FromMinutes(5));
            await Task.Yield();
        }

        Assert.Equal(0, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_the_person_is_left_anywhere(bool keepsComments)
    {
        var zenobia = await LifeAsync();
        var token = zenobia.Token!;
        var subjects = await SubjectsAsync(zenobia.Id);
        Assert.NotEmpty(await DatabaseTraces.OfTextAsync(_application, Name));
        Assert.True(DatabaseTraces.IsInFiles(_application, Encoding.UTF8.GetBytes(Words)));
        using var own = await OwnOrigin.OfAsync(_application, zenobia.Id);
        using var asked = await own.SendAsync(await DeletionFormAsync(own), ("comments", keepsComments ? "keep" : "delete"));
        _application.Clock.Advance(DeleteAccount.Delay);

        await AccountDeletion.RunAsync(_application);

        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, zenobia.Id));
        foreach (var text in subjects.Append(Name).Append(PictureHash).Append("z…@example.com"))
        {
            Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, text));
            Assert.False(DatabaseTraces.IsInFiles(_application, Encoding.UTF8.GetBytes(text)), text);
        }

        Assert.Equal([], await DatabaseTraces.OfBytesAsync(_application, Secret.HashOf(token)));
        Assert.False(DatabaseTraces.IsInFiles(_application, Secret.HashOf(token)));
        Assert.False(DatabaseTraces.IsInFiles(_application, PictureBytes));
        Assert.Equal(keepsComments ? ["Comments.Body", "Comments.BodyHtml", "CommentSearch.Body"] : [], await DatabaseTraces.OfTextAsync(_application, Words));
        Assert.Equal(keepsComments, DatabaseTraces.IsInFiles(_application, Encoding.UTF8.GetBytes(Words)));
        Assert.False(DatabaseTraces.IsInFiles(_application, Encoding.UTF8.GetBytes("Held and never seen")));
        await (await ThreadMoves.OpenAsync(_application)).AssertSoundAsync();
        await _application.AssertVotesSoundAsync();
        await using var database = await _application.OpenDatabaseAsync();
        var former = await database.Commenters.SingleAsync(c => c.Kind == CommenterKind.Former, Cancellation);
        var entries = await database.ModerationLog.OrderBy(e => e.Id).ToListAsync(Cancellation);
        Assert.Equal((former.Id, former.Id), (entries[0].ActorId, entries[0].UndoneById));
        Assert.Equal(former.Id, BanCommenter.Details.Of(entries[1])?.Commenter);
        zenobia.Dispose();
    }

    [Fact]
    public async Task Kept_comments_are_a_former_commenters_wherever_names_are_shown()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var eve = await Person.SignInAsync(_application, "Eve");
        var first = await ada.PostAsync(_page, "First");
        await eve.PostAsync(_page, "Answer", first);
        await using var live = await LiveThread.OpenAsync(_application, _page, eve.Token);
        await AccountDeletion.RunAsync(_application, ada.Id, keepsComments: true);

        var german = await _application.ReadHtmlAsync(_page, "lang=de");
        Assert.Equal("Ehemaliges Mitglied", german.Comment(first).QuerySelector(".name")?.TextContent);
        Assert.Equal("First", german.Comment(first).QuerySelector(".body")?.TextContent.Trim());
        var json = await _application.ReadThreadAsync(_page);
        Assert.Equal(("", "published", 2), (json.Comments[0].AuthorName, json.Comments[0].Standing, json.CommentCount));
        Assert.Equal("", (await live.Session.ReadAsync(Cancellation)).Thread!.Comments[0].AuthorName);
        using var http = _application.CreateClient();
        var feed = await http.GetStringAsync($"/api/v1/sites/{EmbedApplication.Site}/comments.atom?lang=en", Cancellation);
        Assert.Contains("<name>Former commenter</name>", feed, StringComparison.Ordinal);
        var own = await http.GetStringAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}&lang=en", Cancellation);
        Assert.Contains("\"name\":\"Former commenter\"", own, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", feed + own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_comments_are_tombstones_where_there_are_replies_and_followers_are_told()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var eve = await Person.SignInAsync(_application, "Eve");
        var first = await ada.PostAsync(_page, "First");
        await eve.PostAsync(_page, "Answer", first);
        await ada.PostAsync(_page, "Alone");
        var version = (await _application.ReadThreadAsync(_page)).Version;

        await AccountDeletion.RunAsync(_application, ada.Id, keepsComments: false);

        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal([(first, "tombstone")], thread.Comments.Select(c => (c.Id, c.Standing)));
        Assert.Equal(1, thread.CommentCount);
        Assert.True(thread.Version > version);
    }

    [Fact]
    public async Task Many_comments_go_in_steps_between_which_others_post_and_a_restart_changes_nothing()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var eve = await Person.SignInAsync(_application, "Eve");
        for (var i = 0; i < 120; i++)
        {
            await ada.PostAsync(_page, $"Number {i}");
        }

        await using var database = await _application.OpenDatabaseAsync();
        await AccountDeletion.MarkDueAsync(_application, ada.Id, keepsComments: false);
        var writes = _application.Services.GetRequiredService<WriteQueue>();
        var erase = _application.Services.GetRequiredService<ErasePerson>();

        var first = await writes.RunAsync(write => erase.StepAsync(write, ada.Id), Cancellation);

        Assert.False(first.Value);
        var left = await database.Comments.CountAsync(c => c.CommenterId == ada.Id, Cancellation);
        Assert.InRange(left, 1, 119);
        Assert.False(await _application.Services.GetRequiredService<KeepAccount>().HandleAsync(ada.Id, Cancellation));
        await eve.PostAsync(_page, "In between");
        Assert.Equal(1, await AccountDeletion.RunAsync(_application));
        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, ada.Id));
        Assert.Equal(1, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task One_that_cannot_be_deleted_does_not_keep_the_next()
    {
        using var stuck = await Person.SignInAsync(_application, "Stuck");
        using var eve = await Person.SignInAsync(_application, "Eve");
        await AccountDeletion.MarkDueAsync(_application, stuck.Id, keepsComments: false);
        _application.Clock.Advance(TimeSpan.FromSeconds(1));
        await AccountDeletion.MarkDueAsync(_application, eve.Id, keepsComments: false);
        await using var database = await _application.OpenDatabaseAsync();
        await database.Database.ExecuteSqlRawAsync(
            """CREATE TRIGGER "Stuck" BEFORE DELETE ON "Commenters" WHEN OLD."Name" = 'Stuck' BEGIN SELECT RAISE(ABORT, 'stuck'); END""", Cancellation);

        Assert.Equal(1, await AccountDeletion.RunAsync(_application));

        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, eve.Id));
        await database.Database.ExecuteSqlRawAsync("""DROP TRIGGER "Stuck" """, Cancellation);
        Assert.Equal(1, await AccountDeletion.RunAsync(_application));
    }

    [Fact]
    public async Task What_was_mailed_to_others_still_counts_against_their_days_limit()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var now = _application.Clock.GetUtcNow();
        await using var database = await _application.OpenDatabaseAsync();
        database.MailedCodes.Add(new MailedCode
        {
            Mailbox = "somebody-else",
            Label = "s…@example.com",
            CodeHash = [1],
            LinkHash = [2],
            BrowserHash = [3],
            Flow = "{}",
            SentAt = now.AddHours(-1),
            ExpiresAt = now.AddMinutes(-50),
        });
        await database.SaveChangesAsync(Cancellation);

        await AccountDeletion.RunAsync(_application, ada.Id, keepsComments: false);

        Assert.Equal(1, await database.MailedCodes.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Two_who_go_with_the_same_draft_id_share_one_former_commenter()
    {
        var draft = Guid.NewGuid();
        foreach (var name in new[] { "Ada", "Eve" })
        {
            using var person = await Person.SignInAsync(_application, name);
            await person.TryPostAsync(_page, name, draftId: draft).AssertDoneAsync();
            await AccountDeletion.RunAsync(_application, person.Id, keepsComments: true);
        }

        Assert.Equal(2, (await _application.ReadThreadAsync(_page)).CommentCount);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(1, await database.Commenters.CountAsync(c => c.Kind == CommenterKind.Former, Cancellation));
    }

    private static readonly string PictureHash = new('z', Picture.HashCharacters);

    private static readonly byte[] PictureBytes = Encoding.UTF8.GetBytes("the bytes of a picture that is nobody else's");

    /// <summary>Somebody who has done all there is to do here.</summary>
    private async Task<Person> LifeAsync()
    {
        using var eve = await Person.SignInAsync(_application, "Eve");
        var zenobia = await Person.SignInAsync(_application, Name, Role.Moderator);
        var hers = await eve.PostAsync(_page, "Hers");
        var first = await zenobia.PostAsync(_page, Words);
        await eve.PostAsync(_page, "An answer", first);
        await zenobia.PostAsync(EmbedApplication.NewPage(), Words + new string('!', 6_000));
        await zenobia.VoteAsync(hers, -1).AssertDoneAsync();
        await eve.VoteAsync(first, 1).AssertDoneAsync();
        var now = _application.Clock.GetUtcNow();
        await using var database = await _application.OpenDatabaseAsync();
        var other = await database.Sites.SingleAsync(s => s.Key == EmbedApplication.OtherSite, Cancellation);
        database.Sessions.Add(new CommenterSession { TokenHash = [1, 2, 3], CommenterId = zenobia.Id, SiteId = other.Id, Origin = EmbedApplication.OtherOrigin, ExpiresAt = now.AddDays(9) });
        database.SignInCodes.Add(new SignInCode { CodeHash = [4, 5, 6], Challenge = new string('c', 43), CommenterId = zenobia.Id, SiteId = other.Id, Origin = EmbedApplication.OtherOrigin, ExpiresAt = now });
        database.Accounts.Add(new CommenterAccount { CommenterId = zenobia.Id, Provider = "Email", Subject = "keyed-hash-of-zenobia", Name = "z…@example.com", PictureHash = PictureHash, LinkedAt = now });
        database.MailedCodes.Add(new MailedCode
        {
            Mailbox = "keyed-hash-of-zenobia",
            Label = "z…@example.com",
            CodeHash = [7],
            LinkHash = [8],
            BrowserHash = [9],
            Flow = "{}",
            SentAt = now,
            ExpiresAt = now.AddMinutes(10),
        });
        database.Pictures.Add(new Picture { Hash = PictureHash, Bytes = PictureBytes, CreatedAt = now });
        database.ModerationLog.Add(new ModerationLogEntry { SiteId = other.Id, ActorId = zenobia.Id, UndoneById = zenobia.Id, Act = "thread-moved", Details = "{}", At = now });
        database.ModerationLog.Add(new ModerationLogEntry
        {
            SiteId = other.Id,
            ActorId = eve.Id,
            Act = BanCommenter.BannedWord,
            Details = JsonSerializer.Serialize(new BanCommenter.Details(zenobia.Id, null), JsonSerializerOptions.Web),
            At = now,
        });
        await database.SaveChangesAsync(Cancellation);
        await database.Commenters.Where(c => c.Id == zenobia.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.PictureHash, PictureHash), Cancellation);
        await _application.ChangeSiteAsync(site => site.HoldsComments = true, EmbedApplication.OtherSite);
        using var there = await Person.SignInAsync(_application, "Somebody", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        await database.Sessions.Where(s => s.CommenterId == there.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.CommenterId, zenobia.Id), Cancellation);
        await there.PostAsync($"{EmbedApplication.OtherOrigin}/held", "Held and never seen");
        database.Bans.Add(new Ban { CommenterId = zenobia.Id, SiteId = other.Id, CreatedAt = now, Until = now.AddHours(1) });
        await database.SaveChangesAsync(Cancellation);
        return zenobia;
    }

    private static async Task<IElement> DeletionFormAsync(OwnOrigin own) => (await own.ReadAsync("/me/delete")).QuerySelector("form[action='/me/delete']")!;

    private async Task<List<string>> SubjectsAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Accounts.Where(a => a.CommenterId == id).Select(a => a.Subject).ToListAsync(Cancellation);
    }

    private async Task<(DateTimeOffset? DueAt, bool Keeps)> DeletionOfAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var commenter = await database.Commenters.AsNoTracking().SingleAsync(c => c.Id == id, Cancellation);
        return (commenter.DeletionDueAt, commenter.DeletionKeepsComments);
    }

    private async Task<CommenterSession> SessionOfAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Sessions.AsNoTracking().OrderByDescending(s => s.Id).FirstAsync(s => s.CommenterId == id, Cancellation);
    }
}
