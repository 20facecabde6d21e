using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Data;

/// <summary>How what imports leave is stored.</summary>
internal static class ImportModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Import>(import =>
        {
            import.Property(i => i.Format).HasMaxLength(Import.MaxFormatCharacters);
            import.Property(i => i.FileName).HasMaxLength(Import.MaxFileNameCharacters);
            import.Property(i => i.Message).HasMaxLength(Import.MaxMessageCharacters);
            import.HasOne<Site>().WithMany().HasForeignKey(i => i.SiteId).OnDelete(DeleteBehavior.Restrict);
            import.HasOne<Commenter>().WithMany().HasForeignKey(i => i.StartedById).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ImportedItem>(item =>
        {
            item.HasKey(i => new { i.SiteId, i.Source, i.Kind, i.SourceKey });
            item.Property(i => i.Source).HasMaxLength(Import.MaxFormatCharacters);
            item.Property(i => i.SourceKey).HasMaxLength(ImportedItem.MaxSourceKeyCharacters);
            // What an import made, for undoing it; and what came under a person's name, for who claims it.
            item.HasIndex(i => new { i.ImportId, i.Kind, i.TargetId });
            item.HasIndex(i => new { i.PersonId, i.TargetId }).HasFilter("\"PersonId\" IS NOT NULL");
            item.HasOne<Site>().WithMany().HasForeignKey(i => i.SiteId).OnDelete(DeleteBehavior.Restrict);
            item.HasOne<Import>().WithMany().HasForeignKey(i => i.ImportId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ImportUpdate>(update =>
        {
            // The last change of one thing, for undoing the one before it.
            update.HasIndex(u => new { u.Kind, u.TargetId });
            update.HasOne<Import>().WithMany().HasForeignKey(u => u.ImportId).OnDelete(DeleteBehavior.Restrict);
            update.HasOne<Commenter>().WithMany().HasForeignKey(u => u.AuthorId).OnDelete(DeleteBehavior.SetNull);
        });
        model.Entity<ImportedPerson>(person =>
        {
            person.HasKey(p => p.CommenterId);
            person.Property(p => p.CommenterId).ValueGeneratedNever();
            person.Property(p => p.GitHubLogin).HasMaxLength(ImportedPerson.MaxTextCharacters);
            person.Property(p => p.GitHubLoginHash).HasMaxLength(40);
            person.Property(p => p.Mailbox).HasMaxLength(CommenterAccount.MaxSubjectCharacters);
            person.Property(p => p.Website).HasMaxLength(ImportedPerson.MaxTextCharacters);
            person.Property(p => p.Email).HasMaxLength(ImportedPerson.MaxTextCharacters);
            person.Property(p => p.NetworkAddress).HasMaxLength(64);
            person.HasIndex(p => p.GitHubLogin).HasFilter("\"GitHubLogin\" IS NOT NULL");
            person.HasIndex(p => p.GitHubLoginHash).HasFilter("\"GitHubLoginHash\" IS NOT NULL");
            person.HasIndex(p => p.Mailbox).HasFilter("\"Mailbox\" IS NOT NULL");
            person.HasOne<Commenter>().WithOne().HasForeignKey<ImportedPerson>(p => p.CommenterId).OnDelete(DeleteBehavior.Cascade);
            person.HasOne<Commenter>().WithMany().HasForeignKey(p => p.ClaimedById).OnDelete(DeleteBehavior.SetNull);
            person.HasOne<Site>().WithMany().HasForeignKey(p => p.SiteId).OnDelete(DeleteBehavior.Restrict);
            person.HasOne<Import>().WithMany().HasForeignKey(p => p.ImportId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ImportClaim>(claim =>
        {
            claim.HasIndex(c => new { c.PersonId, c.CommenterId }).IsUnique();
            claim.HasOne<ImportedPerson>().WithMany().HasForeignKey(c => c.PersonId).OnDelete(DeleteBehavior.Cascade);
            claim.HasOne<Commenter>().WithMany().HasForeignKey(c => c.CommenterId).OnDelete(DeleteBehavior.Cascade);
            claim.HasOne<Commenter>().WithMany().HasForeignKey(c => c.DecidedById).OnDelete(DeleteBehavior.SetNull);
        });
    }
}
