using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator notes something about somebody for the site's other moderators, or deletes a note.</summary>
internal sealed class NotePerson(WriteQueue writes, TimeProvider clock)
{
    /// <summary>Most notes about one person at a site.</summary>
    public const int MaxNotes = 100;

    /// <summary>Adds a note.</summary>
    /// <returns>The entry of the log; refused: not-allowed, note-invalid, too-many-notes, commenter-not-found, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Authority by, long commenterId, string text, CancellationToken cancellationToken)
    {
        if (!by.IsModerator || by.Site is not { } site)
        {
            return Refusal.NotAllowed;
        }

        if (text.Trim().Length is 0 or > PersonNote.MaxTextCharacters)
        {
            return Refusal.NoteInvalid;
        }

        return await writes.RunAsync<long>(
            async write =>
            {
                var database = write.Database;
                if (await by.FindAsync(database, commenterId) is null)
                {
                    return Refusal.CommenterNotFound;
                }

                if (await database.PersonNotes.CountAsync(n => n.CommenterId == commenterId && n.SiteId == site.Id) >= MaxNotes)
                {
                    return Refusal.TooManyNotes;
                }

                database.PersonNotes.Add(new PersonNote
                {
                    SiteId = site.Id,
                    CommenterId = commenterId,
                    AuthorId = by.Commenter.Id,
                    Text = text.Trim(),
                    At = clock.GetUtcNow(),
                });
                return (await LogBook.SaveAsync(database, by.Act(ActWord.NoteAdded, commenterId), clock.GetUtcNow()))!.Id;
            },
            cancellationToken);
    }

    /// <summary>Deletes a note of the site. One that is gone already changes nothing.</summary>
    /// <returns>The entry of the log, 0 if there was no such note; refused: not-allowed, server-busy.</returns>
    public async Task<Outcome<long>> DeleteAsync(Authority by, long noteId, CancellationToken cancellationToken) =>
        !by.IsModerator || by.Site is not { } site ? Refusal.NotAllowed : await writes.RunAsync<long>(
            async write =>
            {
                if (await write.Database.PersonNotes.FirstOrDefaultAsync(n => n.Id == noteId && n.SiteId == site.Id) is not { } note)
                {
                    return 0L;
                }

                write.Database.PersonNotes.Remove(note);
                return (await LogBook.SaveAsync(write.Database, by.Act(ActWord.NoteDeleted, note.CommenterId), clock.GetUtcNow()))!.Id;
            },
            cancellationToken);
}
