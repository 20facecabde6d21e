using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>What imports have said of somebody, when they turn out to be another, or go.</summary>
internal static class ClaimedPeople
{
    /// <summary>
    /// Forgets whom somebody was in imports, private details included. Their comments stay where they are, so that the same import
    /// again finds them there, but nothing leads from them to a person any more.
    /// </summary>
    public static async Task ForgetAsync(EmbedDbContext database, long commenterId)
    {
        var claimed = await database.ImportedPeople.Where(p => p.ClaimedById == commenterId || p.CommenterId == commenterId)
            .Select(p => p.CommenterId).ToListAsync();
        await ForgetUpdatesAsync(database, [.. claimed, commenterId]);
        foreach (var person in claimed)
        {
            await database.ImportedItems.Where(i => i.PersonId == person).ExecuteUpdateAsync(set => set.SetProperty(i => i.PersonId, (long?)null));
            await ForgetKeysAsync(database, person);
            // Their row names somebody. What was written under it is the claimer's by now, or of nobody here.
            if (person != commenterId && !await database.Comments.AnyAsync(c => c.CommenterId == person))
            {
                await database.Commenters.Where(c => c.Id == person).ExecuteDeleteAsync();
            }
            else
            {
                await database.ImportedPeople.Where(p => p.CommenterId == person).ExecuteDeleteAsync();
            }
        }

        await ForgetKeysAsync(database, commenterId);
    }

    /// <summary>Has imports say of one commenter what they said of another.</summary>
    public static async Task MoveAsync(EmbedDbContext database, long fromId, long intoId)
    {
        await database.ImportedPeople.Where(p => p.ClaimedById == fromId).ExecuteUpdateAsync(set => set.SetProperty(p => p.ClaimedById, intoId));
        await database.ImportClaims.Where(c => c.CommenterId == fromId && database.ImportClaims.Any(o => o.PersonId == c.PersonId && o.CommenterId == intoId))
            .ExecuteDeleteAsync();
        await database.ImportClaims.Where(c => c.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, intoId));
        await database.ImportClaims.Where(c => c.DecidedById == fromId).ExecuteUpdateAsync(set => set.SetProperty(c => c.DecidedById, intoId));
        await database.Imports.Where(i => i.StartedById == fromId).ExecuteUpdateAsync(set => set.SetProperty(i => i.StartedById, intoId));
        await database.ImportUpdates.Where(u => u.AuthorId == fromId).ExecuteUpdateAsync(set => set.SetProperty(u => u.AuthorId, intoId));
        await OfPerson(database, fromId).ExecuteUpdateAsync(set => set.SetProperty(i => i.TargetId, intoId));
    }

    // What they wrote before an import said that it was deleted there, and their private details that one brought.
    private static async Task ForgetUpdatesAsync(EmbedDbContext database, List<long> people)
    {
        var theirs = database.ImportUpdates.Where(u => u.AuthorId != null && people.Contains(u.AuthorId.Value));
        var comments = await theirs.Select(u => u.TargetId).Distinct().ToListAsync();
        await LogBook.ForgetTextAsync(database, comments);
        // A later file that has them still does not bring them back: they were deleted here.
        await database.Comments.Where(c => comments.Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.Revision, c => c.Revision + 1));
        await theirs.ExecuteUpdateAsync(set => set.SetProperty(u => u.AuthorId, (long?)null));
        await database.ImportUpdates.Where(u => u.Kind == ImportedKind.Person && people.Contains(u.TargetId)).ExecuteDeleteAsync();
    }

    private static Task<int> ForgetKeysAsync(EmbedDbContext database, long person) => OfPerson(database, person).ExecuteDeleteAsync();

    // By import: their index begins with that, and imports are few.
    private static IQueryable<ImportedItem> OfPerson(EmbedDbContext database, long person) => database.ImportedItems
        .Where(i => database.Imports.Select(import => import.Id).Contains(i.ImportId) && i.Kind == ImportedKind.Person && i.TargetId == person);
}
