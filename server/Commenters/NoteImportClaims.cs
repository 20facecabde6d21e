using System.Security.Cryptography;
using System.Text;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>
/// Notes whose imported comments may be those of somebody who has just signed in. A login name, or its hash, changes hands, and
/// elsewhere anybody could write any mail address: so it waits for an administrator's yes.
/// </summary>
internal static class NoteImportClaims
{
    /// <summary>Adds what is new to the tracked rows; each person is claimed once by each commenter, whatever was decided.</summary>
    public static async Task NoteAsync(
        EmbedDbContext database, Commenter commenter, ProvenAccount proven, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Matching(database, proven) is not { } people)
        {
            return;
        }

        var found = await people.AsNoTracking()
            .Where(person => person.ClaimedById == null
                && !database.ImportClaims.Any(claim => claim.PersonId == person.CommenterId && claim.CommenterId == commenter.Id))
            .ToListAsync(cancellationToken);
        database.ImportClaims.AddRange(found.Select(person => new ImportClaim
        {
            PersonId = person.CommenterId,
            CommenterId = commenter.Id,
            Ground = proven.Provider == MailSignIn.Provider ? ClaimGround.Mailbox
                : person.GitHubLogin is null ? ClaimGround.GitHubLoginHash : ClaimGround.GitHubLogin,
            MadeAt = now,
        }));
    }

    private static IQueryable<ImportedPerson>? Matching(EmbedDbContext database, ProvenAccount proven)
    {
        if (proven.Provider == MailSignIn.Provider)
        {
            return database.ImportedPeople.Where(person => person.Mailbox == proven.Subject);
        }

        if (proven.GitHubLogin is not { } login)
        {
            return null;
        }

        var name = GitHubHost.LoginAt(proven.GitHubHost, login);
        // Nothing says of a hash that it is of another GitHub than github.com.
        var hashes = GitHubHost.IsPublic(proven.GitHubHost) ? new[] { login, name }.Select(HashOf).Distinct().ToList() : [];
        return database.ImportedPeople.Where(person => person.GitHubLogin == name || hashes.Contains(person.GitHubLoginHash!));
    }

#pragma warning disable CA5350 // Not for secrecy: other systems kept login names as SHA-1, and it is looked for in what they exported.
    private static string HashOf(string login) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(login)));
#pragma warning restore CA5350
}
