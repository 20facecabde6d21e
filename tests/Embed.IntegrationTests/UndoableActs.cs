using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Acts of every kind that can be taken back, each done to something chosen at random that it can be done to.</summary>
internal sealed class UndoableActs(EmbedApplication application, ThreadMoves moves, long site, long start, IReadOnlyList<long> people, IReadOnlyList<string> pages)
{
    /// <summary>What is not taken back, because nothing of it could be put back, or it is taken back by another act.</summary>
    public static readonly IReadOnlyList<string> Others =
    [
        // Not deleted but left empty; revoked by hand, because the link's secret is kept nowhere; done again by undoing the undoing.
        ActWord.SiteMade, ActWord.InvitationMade, ActWord.InvitationRevoked, ActWord.Undone,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private delegate Task<bool> Change(WriteScope write, Choices random);

    /// <summary>The words of the acts.</summary>
    public IReadOnlyList<string> Words => [.. Changes.Select(pair => pair.Word), Embed.Server.Moderation.MergeThreads.Word, Embed.Server.Moderation.MoveThread.Word, Embed.Server.Moderation.SplitBranch.Word];

    private IReadOnlyList<(string Word, Change Change)> Changes =>
    [
        (ActWord.CommentApproved, (write, random) => DecideAsync(write, random, comment => comment.State != CommentState.Published, comment => comment.Publish())),
        (ActWord.CommentRejected, (write, random) => DecideAsync(write, random, comment => comment.State != CommentState.Rejected, comment => comment.Reject())),
        (ActWord.CommentMarkedSpam, (write, random) => DecideAsync(write, random, comment => comment.State != CommentState.Spam, comment => comment.MarkSpam())),
        (ActWord.CommentDeleted, (write, random) => DecideAsync(write, random, _ => true, comment =>
        {
            comment.Delete(Now);
            comment.RemovalReason = "A reason";
        })),
        (ActWord.CommentEdited, (write, random) => DecideAsync(write, random, _ => true, comment => comment.Edit($"Edited {comment.Body.Length}", "<p>Edited</p>", Now))),
        (ActWord.FlagsDismissed, DismissAsync),
        (ActWord.CommentPinned, (write, random) => ChangeThreadAsync(write, random, async thread =>
        {
            var comments = await write.Database.Comments.Where(c => c.ThreadId == thread.Id).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation);
            thread.PinnedCommentId = comments.Count == 0 ? null : comments[random.Next(comments.Count)];
        })),
        (ActWord.CommentUnpinned, (write, random) => ChangeThreadAsync(write, random, thread => Done(thread.PinnedCommentId = null))),
        (ActWord.ThreadClosed, (write, random) => ChangeThreadAsync(write, random, thread => Done(thread.IsClosed = true))),
        (ActWord.ThreadOpened, (write, random) => ChangeThreadAsync(write, random, thread => Done((thread.IsClosed, thread.StaysOpen) = (false, true)))),
        (ActWord.ThreadChanged, (write, random) => ChangeThreadAsync(write, random, thread =>
            Done((thread.Title, thread.Note, thread.NoteHtml, thread.SlowModeMinutes) = ($"Title {random.Next(100)}", "Note", "<p>Note</p>", random.Next(10))))),
        (ActWord.ThreadDeleted, (write, random) => ChangeThreadAsync(write, random, thread =>
            Done((thread.Key, thread.DeletedAt) = ($"deleted {thread.Id} {thread.Key}", Now)))),
        (ActWord.CommenterBanned, BanAsync),
        (ActWord.BanLifted, (write, random) => RemoveAsync(write.Database.Bans, random)),
        (ActWord.RoleGiven, GiveRoleAsync),
        (ActWord.InvitationAccepted, GiveRoleAsync),
        (ActWord.RoleTaken, (write, random) => RemoveAsync(write.Database.RoleGrants, random)),
        (ActWord.NoteAdded, (write, random) => Done(write.Database.PersonNotes.Add(new PersonNote
        {
            SiteId = site,
            CommenterId = Any(random, people),
            AuthorId = moves.Actor.Id,
            Text = "Noted",
            At = Now,
        }))),
        (ActWord.NoteDeleted, (write, random) => RemoveAsync(write.Database.PersonNotes, random)),
        (ActWord.SiteChanged, (write, random) => ChangeSiteAsync(write, row =>
            (row.Name, row.IsNumbered, row.ClosesAfterDays, row.Moderators) = ($"Name {random.Next(9)}", !row.IsNumbered, random.Next(9), [.. row.Moderators, $"GitHub:{random.Next(99)}"]))),
        (ActWord.RulesChanged, (write, random) => ChangeSiteAsync(write, row =>
            row.Rules = [.. row.Rules, new Rule { Condition = RuleCondition.Words, Words = ["word"], Number = random.Next(9), Verdict = RuleVerdict.Hold }])),
        (ActWord.SingleSignOnChanged, ChangeSignOnAsync),
    ];

    private DateTimeOffset Now => application.Clock.GetUtcNow();

    /// <summary>Does what the choices say, if it can be done now.</summary>
    /// <returns>The word and the entry; null if nothing could be done.</returns>
    public async Task<(string Word, long Entry)?> DoAsync(Choices random)
    {
        var changes = Changes;
        var which = random.Next(changes.Count + 6);
        if (which >= changes.Count)
        {
            return await MoveAsync(random);
        }

        var (word, change) = changes[which];
        var done = await application.Services.GetRequiredService<WriteQueue>().RunAsync<long>(
            async write => await change(write, random)
                ? (await LogBook.SaveAsync(write.Database, new NewAct(moves.Actor.Id, ActedVia.Admin, site, word), Now))?.Id ?? 0
                : 0,
            Cancellation);
        Assert.Null(done.Refusal);
        return done.Value == 0 ? null : (word, done.Value);
    }

    private async Task<(string Word, long Entry)?> MoveAsync(Choices random)
    {
        await using var database = await application.OpenDatabaseAsync();
        var threads = await ThreadsAsync(database);
        var thread = Any(random, threads);
        var page = random.Next(3) == 0 ? EmbedApplication.NewPage() : Any(random, pages);
        var comments = await database.Comments.Where(c => c.ThreadId == thread).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation);
        var comment = comments.Count == 0 ? 0 : Any(random, comments);
        switch (random.Next(3))
        {
            case 0:
                return (await moves.TryMergeAsync(thread, page)).Plan is null ? null : ("merged", await moves.MergeAsync(thread, page));
            case 1:
                return (await moves.TryMoveAsync(thread, page)).Plan is null ? null : ("moved", await moves.MoveAsync(thread, page));
            default:
                return (await moves.TrySplitAsync(thread, $"{comment}", page)).Plan is null ? null : ("split", await moves.SplitAsync(thread, comment, page));
        }
    }

    private async Task<bool> DecideAsync(WriteScope write, Choices random, Func<Comment, bool> may, Action<Comment> decide)
    {
        var comments = (await write.Database.Comments.Include(c => c.Thread).Where(c => c.ThreadId > start && c.State != CommentState.Deleted).OrderBy(c => c.Id).ToListAsync(Cancellation))
            .Where(may).ToList();
        if (comments.Count == 0)
        {
            return false;
        }

        var comment = Any(random, comments);
        var before = comment.State;
        decide(comment);
        comment.Revision++;
        if (comment.State != before && comment.Thread!.PinnedCommentId == comment.Id)
        {
            comment.Thread.PinnedCommentId = null;
        }

        await ThreadChanges.CountAsync(write, comment, (comment.State == CommentState.Published ? 1 : 0) - (before == CommentState.Published ? 1 : 0));
        await SettleAsync(write, comment);
        return true;
    }

    private async Task<bool> DismissAsync(WriteScope write, Choices random)
    {
        var flagged = await write.Database.Comments.Where(c => c.ThreadId > start && c.OpenFlags > 0).OrderBy(c => c.Id).ToListAsync(Cancellation);
        if (flagged.Count > 0)
        {
            await SettleAsync(write, Any(random, flagged));
        }

        return flagged.Count > 0;
    }

    private async Task SettleAsync(WriteScope write, Comment comment)
    {
        comment.OpenFlags = 0;
        await write.Database.Flags.Where(f => f.CommentId == comment.Id && f.SettledAt == null).ForEachAsync(flag => flag.SettledAt = Now, Cancellation);
    }

    private async Task<bool> ChangeThreadAsync(WriteScope write, Choices random, Func<CommentThread, Task> change)
    {
        var id = Any(random, await ThreadsAsync(write.Database));
        await change(await write.Database.Threads.SingleAsync(t => t.Id == id, Cancellation));
        return true;
    }

    private async Task<bool> BanAsync(WriteScope write, Choices random)
    {
        var commenter = Any(random, people);
        write.Database.Bans.RemoveRange(await write.Database.Bans.Where(b => b.CommenterId == commenter && b.SiteId == site).ToListAsync(Cancellation));
        write.Database.Bans.Add(new Ban
        {
            CommenterId = commenter,
            SiteId = site,
            Until = random.Next(2) == 0 ? null : Now.AddDays(1),
            IsShadow = random.Next(2) == 0,
            MadeById = moves.Actor.Id,
            CreatedAt = Now,
        });
        return true;
    }

    private async Task<bool> GiveRoleAsync(WriteScope write, Choices random)
    {
        var (commenter, role) = (Any(random, people), (SiteRole)(1 + random.Next(3)));
        if (await write.Database.RoleGrants.SingleOrDefaultAsync(g => g.CommenterId == commenter && g.SiteId == site, Cancellation) is { } grant)
        {
            grant.Role = role;
        }
        else
        {
            write.Database.RoleGrants.Add(new RoleGrant { CommenterId = commenter, SiteId = site, Role = role, GivenById = moves.Actor.Id, GivenAt = Now });
        }

        return true;
    }

    private async Task<bool> ChangeSiteAsync(WriteScope write, Action<Site> change)
    {
        var row = await write.Database.Sites.SingleAsync(s => s.Id == site, Cancellation);
        change(row);
        row.Revision++;
        return true;
    }

    private async Task<bool> ChangeSignOnAsync(WriteScope write, Choices random)
    {
        var settings = await write.Database.SingleSignOns.SingleAsync(s => s.SiteId == site, Cancellation);
        settings.Issuer = $"https://{random.Next(99)}.example";
        return true;
    }

    private static async Task<bool> RemoveAsync<T>(DbSet<T> set, Choices random)
        where T : class
    {
        var all = await set.ToListAsync(Cancellation);
        if (all.Count > 0)
        {
            set.Remove(Any(random, all));
        }

        return all.Count > 0;
    }

    private Task<List<long>> ThreadsAsync(EmbedDbContext database) => database.Threads
        .Where(t => t.Id > start && t.AliasOfId == null && t.DeletedAt == null).OrderBy(t => t.Id).Select(t => t.Id).ToListAsync(Cancellation);

    private static T Any<T>(Choices random, IReadOnlyList<T> all) => all[random.Next(all.Count)];

    // Says that something was done, whatever its value.
    private static Task<bool> Done<T>(T value)
    {
        _ = value;
        return Task.FromResult(true);
    }
}
