using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>Finds or adds the commenter behind an account, and takes over the name shown there now.</summary>
internal sealed class RecordCommenter(
    IDbContextFactory<EmbedDbContext> factory, SiteDirectory sites, FetchPictures pictures, ErasedAccounts erased, NameRules rules,
    TimeProvider clock)
{
    /// <summary>The commenter; a new one for an account seen for the first time.</summary>
    public async Task<Commenter> HandleAsync(ProvenAccount proven, CancellationToken cancellationToken)
    {
        var (provider, subject, name, chosen) = proven;
        var now = clock.GetUtcNow();
        // A mailbox never names anybody: what its account is called is a part of the address, for its owner alone.
        var shown = provider == MailSignIn.Provider ? null : name;
        await erased.PrepareAsync(cancellationToken);
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        // SQLite takes its one write lock here: who is joined, erased or renamed at the same time is so before or after all of this.
        // And name and redrawing are one: a name saved alone would stay wrong on every page drawn before.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var commenter = await FindAsync(database, provider, subject, cancellationToken)
            ?? await ReturnAsync(database, provider, subject, now, cancellationToken);
        // A name that a site with comments of theirs does not take stays what it was.
        var isRenamed = commenter is { IsNameChosen: false } && shown is not null && commenter.Name != shown
            && await rules.FindObjectionAsync(database, commenter, shown, cancellationToken) is null;
        if (commenter is null)
        {
            commenter = new Commenter { Name = chosen ?? shown ?? ShownName.Unknown, IsNameChosen = chosen is not null, CreatedAt = now };
            commenter.Accounts.Add(new CommenterAccount { Provider = provider, Subject = subject, Name = name, LinkedAt = now });
            database.Commenters.Add(commenter);
        }

        var account = commenter.Accounts.Single(a => a.Provider == provider && a.Subject == subject);
        (account.Name, account.UsedAt) = (name, now);
        // A provider that says it once need not say it again.
        account.MadeAt = proven.MadeAt ?? account.MadeAt;
        commenter.Name = isRenamed ? shown! : commenter.Name;
        await database.SaveChangesAsync(cancellationToken);
        await NoteImportClaims.NoteAsync(database, commenter, proven, now, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        if (isRenamed)
        {
            await RedrawAsync(database, commenter.Id, cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
        if (isRenamed)
        {
            sites.Forget();
        }

        WantPicture(account, proven);
        return commenter;
    }

    // Somebody banned who had their account deleted is who they were, so far as the ban goes. Of their other accounts the hashes stay.
    private async Task<Commenter?> ReturnAsync(
        EmbedDbContext database, string provider, string subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await erased.FindAsync(database, provider, subject, cancellationToken) is not { } commenter)
        {
            return null;
        }

        commenter.Accounts.RemoveAll(account => account.Provider == ErasedAccounts.Provider && account.Subject == erased.HashOf(provider, subject));
        commenter.Accounts.Add(new CommenterAccount { Provider = provider, Subject = subject, Name = "", LinkedAt = now });
        commenter.DeletionDueAt = null;
        // A mailbox names nobody.
        commenter.Name = ShownName.Unknown;
        return commenter;
    }

    // It comes later, and may take the one away that is no longer shown there.
    private void WantPicture(CommenterAccount account, ProvenAccount proven)
    {
        if (proven.Picture is not null || account.PictureHash is not null)
        {
            pictures.Want(account.Id, proven.Picture);
        }
    }

    /// <summary>
    /// Threads show name and picture. A new revision of the sites they appear on makes all of their threads be drawn anew; such a
    /// change is too rare to keep account of each thread. Tell <see cref="SiteDirectory"/> after the commit.
    /// </summary>
    public static Task<int> RedrawAsync(EmbedDbContext database, long commenterId, CancellationToken cancellationToken) =>
        database.Sites
            .Where(site => database.Comments.Any(c => c.CommenterId == commenterId && c.SiteId == site.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(site => site.NamesRevision, site => site.NamesRevision + 1), cancellationToken);

    private static Task<Commenter?> FindAsync(
        EmbedDbContext database, string provider, string subject, CancellationToken cancellationToken) =>
        database.Commenters.Include(c => c.Accounts)
            .SingleOrDefaultAsync(c => c.Accounts.Any(a => a.Subject == subject && a.Provider == provider), cancellationToken);
}
