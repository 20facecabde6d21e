using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator closes a thread or opens it again, or changes its title, the note at its top, or how fast people may write.</summary>
internal sealed class ChangeThread(WriteQueue writes, ThreadPlaces places, ThreadChanges changes, TimeProvider clock)
{
    /// <summary>Most threads of a selection.</summary>
    public const int MaxThreads = 100;

    /// <summary>What is to be so from now on; what is null stays as it is. At least one is not.</summary>
    /// <param name="IsClosed">Whether it takes no more comments. Opened again, its age does not close it.</param>
    /// <param name="Title">The page's title, at most 200 characters; empty if unknown.</param>
    /// <param name="Note">What moderators say at its top, as Markdown of at most 2,000 characters; empty for nothing.</param>
    /// <param name="SlowModeMinutes">One comment of each person in so many minutes, 0 to 1,440; 0: as many as the site lets them.</param>
    public sealed record Change(bool? IsClosed = null, string? Title = null, string? Note = null, int? SlowModeMinutes = null);

    private sealed record Wanted(Change Change, string? NoteHtml);

    /// <summary>
    /// Changes the thread of a page. One nobody has commented on begins with it, where there is anything to keep. The same again
    /// changes nothing.
    /// </summary>
    /// <returns>
    /// The thread's id, 0 where none was needed; refused: not-allowed, request-invalid, title-too-long, note-too-long,
    /// body-too-nested, slow-mode-invalid, server-busy.
    /// </returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, ThreadPlace place, Change change, CancellationToken cancellationToken)
    {
        var wanted = Check(actor, change);
        return wanted.Value is null
            ? wanted.Refusal!
            : await writes.RunAsync(write => ChangeAsync(write, actor, place, wanted.Value), cancellationToken);
    }

    /// <summary>Changes a selection of threads, at most <see cref="MaxThreads"/>; those that are not the site's stay as they are.</summary>
    /// <returns>The entries of the log; refused: too-many-entries, server-busy and what a page's thread is refused for.</returns>
    public async Task<Outcome<IReadOnlyList<long>>> HandleAsync(
        Actor actor, IReadOnlyCollection<long> threadIds, Change change, CancellationToken cancellationToken)
    {
        var wanted = Check(actor, change);
        return wanted.Value is null ? wanted.Refusal!
            : threadIds.Count > MaxThreads ? Refusal.TooManyEntries
            : await writes.RunAsync(write => ChangeAsync(write, actor, threadIds, wanted.Value), cancellationToken);
    }

    private static Outcome<Wanted> Check(Actor actor, Change change)
    {
        var refusal = !actor.IsModerator ? Refusal.NotAllowed
            : change == new Change() ? Refusal.RequestInvalid
            : change.Title?.Trim().Length > CommentThread.MaxTitleCharacters ? Refusal.TitleTooLong
            : change.Note?.Length > CommentThread.MaxNoteCharacters ? Refusal.NoteTooLong
            : change.SlowModeMinutes is < 0 or > CommentThread.MaxSlowModeMinutes ? Refusal.SlowModeInvalid
            : null;
        if (refusal is not null)
        {
            return refusal;
        }

        if (change.Note is null)
        {
            return new Wanted(change, null);
        }

        var html = CommentBody.Render(change.Note);
        // A note that shows nothing is none.
        return html.Refusal == Refusal.BodyEmpty ? new Wanted(change with { Note = "" }, "")
            : html.Value is { } rendered ? new Wanted(change, rendered.Value)
            : html.Refusal!;
    }

    private async Task<Outcome<long>> ChangeAsync(WriteScope write, Actor actor, ThreadPlace place, Wanted wanted)
    {
        var thread = await ThreadPlaces.FindThreadAsync(write.Database, place, CancellationToken.None);
        if (thread is null)
        {
            if (wanted.Change is { IsClosed: not true, Title: null or "", Note: null or "", SlowModeMinutes: null or 0 })
            {
                return 0;
            }

            await places.FindOrBeginAsync(write, place, null);
            thread = (await ThreadPlaces.FindThreadAsync(write.Database, place, CancellationToken.None))!;
        }

        await ChangeAsync(write, actor, thread, wanted, new LogBatch());
        return thread.Id;
    }

    private async Task<Outcome<IReadOnlyList<long>>> ChangeAsync(
        WriteScope write, Actor actor, IReadOnlyCollection<long> threadIds, Wanted wanted)
    {
        var threads = await write.Database.Threads
            .Where(t => t.SiteId == actor.Site.Id && threadIds.Contains(t.Id) && t.AliasOfId == null && t.DeletedAt == null)
            .OrderBy(t => t.Id).ToListAsync();
        var batch = new LogBatch(isSelection: threadIds.Count > 1);
        foreach (var thread in threads)
        {
            await ChangeAsync(write, actor, thread, wanted, batch);
        }

        return batch.Entries.ToList();
    }

    // Opening and the rest are two acts: each can be taken back without the other.
    private async Task ChangeAsync(WriteScope write, Actor actor, CommentThread thread, Wanted wanted, LogBatch batch)
    {
        var (now, before) = (clock.GetUtcNow(), batch.Entries.Count);
        if (wanted.Change.IsClosed is { } isClosed)
        {
            thread.StaysOpen |= isClosed || !thread.TakesComments(actor.Site, now);
            thread.IsClosed = isClosed;
            await LogAsync(isClosed ? ActWord.ThreadClosed : ActWord.ThreadOpened);
        }

        thread.Title = wanted.Change.Title?.Trim() ?? thread.Title;
        thread.SlowModeMinutes = wanted.Change.SlowModeMinutes ?? thread.SlowModeMinutes;
        (thread.Note, thread.NoteHtml) = (wanted.Change.Note ?? thread.Note, wanted.NoteHtml ?? thread.NoteHtml);
        await LogAsync(ActWord.ThreadChanged);
        if (batch.Entries.Count > before)
        {
            await changes.StepAsync(write, ThreadPlace.Of(actor.Site, thread), thread.Id);
        }

        Task LogAsync(string word) => batch.SaveAsync(
            write.Database, new NewAct(actor.Commenter.Id, actor.Via, actor.Site.Id, word) { ThreadId = thread.Id }, now);
    }
}
