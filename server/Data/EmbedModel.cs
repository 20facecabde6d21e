using System.Text.Json;
using System.Text.Json.Serialization;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Embed.Server.Data;

/// <summary>The whole schema on one page: keys, indexes, lengths, converters.</summary>
internal static class EmbedModel
{
    // SQLite cannot order or compare DateTimeOffset in EF Core 10, so all times are Unix milliseconds (UTC).
    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));

    private sealed class RulesAsJson() : ValueConverter<List<Rule>, string>(
        rules => Write(rules), stored => JsonSerializer.Deserialize<List<Rule>>(stored, Options)!)
    {
        private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

        public static string Write(List<Rule> rules) => JsonSerializer.Serialize(rules, Options);
    }

    /// <summary>SQL for whether a comment may still be posted again: whoever looks for a draft says so, to be answered by its index.</summary>
    public const string HasDraft = "\"DraftId\" <> '00000000-0000-0000-0000-000000000000'";

    private const string TopLevel = "\"ParentId\" IS NULL";

    public static void ConfigureConventions(ModelConfigurationBuilder conventions) =>
        conventions.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    public static void Configure(ModelBuilder model)
    {
        model.Entity<Site>(site =>
        {
            site.Property(s => s.Key).HasMaxLength(Site.MaxKeyCharacters);
            site.Property(s => s.Name).HasMaxLength(Site.MaxNameCharacters);
            site.Property(s => s.Rules).HasConversion<RulesAsJson>(new ValueComparer<List<Rule>>(
                (left, right) => RulesAsJson.Write(left!) == RulesAsJson.Write(right!), rules => rules.Count, rules => rules.ToList()));
            site.HasIndex(s => s.Key).IsUnique();
        });
        model.Entity<CommentThread>(thread =>
        {
            thread.Property(t => t.Key).HasMaxLength(CommentThread.MaxAddressCharacters);
            thread.Property(t => t.PageAddress).HasMaxLength(CommentThread.MaxAddressCharacters);
            thread.Property(t => t.Title).HasMaxLength(CommentThread.MaxTitleCharacters);
            thread.Property(t => t.Note).HasMaxLength(CommentThread.MaxNoteCharacters);
            thread.HasIndex(t => new { t.SiteId, t.Key }).IsUnique();
            thread.HasOne(t => t.Site).WithMany().HasForeignKey(t => t.SiteId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<Comment>(ConfigureComment);
        model.Entity<Vote>(vote =>
        {
            vote.HasKey(v => new { v.CommentId, v.CommenterId });
            vote.HasOne<Comment>().WithMany().HasForeignKey(v => v.CommentId).OnDelete(DeleteBehavior.Cascade);
            vote.HasOne<Commenter>().WithMany().HasForeignKey(v => v.CommenterId).OnDelete(DeleteBehavior.Cascade);
        });
        ConfigurePeople(model);
        ConfigureModeration(model);
        ConfigureSignIn(model);
        ImportModel.Configure(model);
    }

    private static void ConfigureModeration(ModelBuilder model)
    {
        model.Entity<ModerationLogEntry>(entry =>
        {
            entry.Property(e => e.Act).HasMaxLength(ModerationLogEntry.MaxActCharacters);
            entry.HasIndex(e => new { e.SiteId, e.Id });
            entry.HasIndex(e => new { e.ActorId, e.Id });
            entry.HasIndex(e => new { e.CommenterId, e.Id });
            entry.HasIndex(e => e.CommentId).HasFilter("\"CommentId\" IS NOT NULL");
            entry.HasIndex(e => e.BatchId).HasFilter("\"BatchId\" IS NOT NULL");
            entry.HasOne<Site>().WithMany().HasForeignKey(e => e.SiteId).OnDelete(DeleteBehavior.Restrict);
            entry.HasOne(e => e.Actor).WithMany().HasForeignKey(e => e.ActorId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<Flag>(flag =>
        {
            flag.HasKey(f => new { f.CommentId, f.CommenterId });
            flag.Property(f => f.Note).HasMaxLength(Flag.MaxNoteCharacters);
            flag.HasIndex(f => f.CommenterId);
            flag.HasOne<Comment>().WithMany().HasForeignKey(f => f.CommentId).OnDelete(DeleteBehavior.Cascade);
            flag.HasOne<Commenter>().WithMany().HasForeignKey(f => f.CommenterId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<RoleGrant>(grant =>
        {
            // SQL holds null sites to be different from each other, so administrators need an index of their own.
            grant.HasIndex(g => new { g.CommenterId, g.SiteId }).IsUnique();
            grant.HasIndex(g => g.CommenterId).IsUnique().HasFilter("\"SiteId\" IS NULL");
            grant.HasIndex(g => new { g.SiteId, g.Role });
            grant.HasOne(g => g.Commenter).WithMany().HasForeignKey(g => g.CommenterId).OnDelete(DeleteBehavior.Cascade);
            grant.HasOne<Commenter>().WithMany().HasForeignKey(g => g.GivenById).OnDelete(DeleteBehavior.SetNull);
            grant.HasOne<Site>().WithMany().HasForeignKey(g => g.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Invitation>(invitation =>
        {
            invitation.Property(i => i.Note).HasMaxLength(Invitation.MaxNoteCharacters);
            invitation.HasIndex(i => i.SecretHash).IsUnique();
            invitation.HasOne<Site>().WithMany().HasForeignKey(i => i.SiteId).OnDelete(DeleteBehavior.Cascade);
            invitation.HasOne<Commenter>().WithMany().HasForeignKey(i => i.MadeById).OnDelete(DeleteBehavior.Cascade);
            invitation.HasOne<Commenter>().WithMany().HasForeignKey(i => i.UsedById).OnDelete(DeleteBehavior.SetNull);
        });
        model.Entity<PersonNote>(note =>
        {
            note.Property(n => n.Text).HasMaxLength(PersonNote.MaxTextCharacters);
            note.HasIndex(n => new { n.CommenterId, n.SiteId });
            note.HasOne<Site>().WithMany().HasForeignKey(n => n.SiteId).OnDelete(DeleteBehavior.Cascade);
            note.HasOne<Commenter>().WithMany().HasForeignKey(n => n.CommenterId).OnDelete(DeleteBehavior.Cascade);
            note.HasOne<Commenter>().WithMany().HasForeignKey(n => n.AuthorId).OnDelete(DeleteBehavior.SetNull);
        });
        model.Entity<OutsideCheck>(check =>
        {
            check.Property(c => c.Address).HasMaxLength(OutsideCheck.MaxAddressCharacters);
            check.HasIndex(c => new { c.SiteId, c.Kind }).IsUnique();
            check.HasOne<Site>().WithMany().HasForeignKey(c => c.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void ConfigurePeople(ModelBuilder model)
    {
        model.Entity<Commenter>(commenter =>
        {
            commenter.Ignore(c => c.AccountKeys);
            commenter.Property(c => c.Name).HasMaxLength(Commenter.MaxNameCharacters);
            commenter.Property(c => c.PictureHash).HasMaxLength(Picture.HashCharacters);
            commenter.HasIndex(c => c.PictureHash);
            commenter.HasIndex(c => c.DeletionDueAt).HasFilter("\"DeletionDueAt\" IS NOT NULL");
            commenter.HasIndex(c => c.Kind).IsUnique().HasFilter("\"Kind\" IN (2, 4)");
        });
        model.Entity<CommenterAccount>(account =>
        {
            account.Ignore(a => a.Key);
            account.Property(a => a.Provider).HasMaxLength(CommenterAccount.MaxProviderCharacters);
            account.Property(a => a.Subject).HasMaxLength(CommenterAccount.MaxSubjectCharacters);
            account.Property(a => a.Name).HasMaxLength(Commenter.MaxNameCharacters);
            account.Property(a => a.PictureHash).HasMaxLength(Picture.HashCharacters);
            // The subject first: whose accounts a list names is found by subjects alone.
            account.HasIndex(a => new { a.Subject, a.Provider }).IsUnique();
            account.HasIndex(a => a.PictureHash);
            account.HasOne<Commenter>().WithMany(c => c.Accounts).HasForeignKey(a => a.CommenterId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Picture>(picture =>
        {
            picture.HasKey(p => p.Hash);
            picture.Property(p => p.Hash).HasMaxLength(Picture.HashCharacters);
        });
        model.Entity<Ban>(ban =>
        {
            ban.Property(b => b.Reason).HasMaxLength(Ban.MaxReasonCharacters);
            ban.HasIndex(b => new { b.CommenterId, b.SiteId });
            ban.HasOne<Commenter>().WithMany().HasForeignKey(b => b.MadeById).OnDelete(DeleteBehavior.SetNull);
            ban.HasOne<Commenter>().WithMany().HasForeignKey(b => b.CommenterId).OnDelete(DeleteBehavior.Cascade);
            ban.HasOne<Site>().WithMany().HasForeignKey(b => b.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void ConfigureSignIn(ModelBuilder model)
    {
        model.Entity<CommenterSession>(session =>
        {
            session.Property(s => s.Origin).HasMaxLength(CommenterSession.MaxOriginCharacters);
            session.Property(s => s.Device).HasMaxLength(CommenterSession.MaxDeviceCharacters);
            session.HasIndex(s => s.TokenHash).IsUnique();
            session.HasIndex(s => s.ExpiresAt);
            session.HasOne(s => s.Commenter).WithMany().HasForeignKey(s => s.CommenterId).OnDelete(DeleteBehavior.Cascade);
            session.HasOne(s => s.Site).WithMany().HasForeignKey(s => s.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<SignInCode>(code =>
        {
            code.HasKey(c => c.CodeHash);
            code.HasIndex(c => c.ExpiresAt);
            code.HasIndex(c => c.Challenge);
            code.Property(c => c.Challenge).HasMaxLength(43);
            code.HasOne<Commenter>().WithMany().HasForeignKey(c => c.CommenterId).OnDelete(DeleteBehavior.Cascade);
            code.HasOne<Site>().WithMany().HasForeignKey(c => c.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<MailedCode>(code =>
        {
            code.Property(c => c.Mailbox).HasMaxLength(CommenterAccount.MaxSubjectCharacters);
            code.Property(c => c.Label).HasMaxLength(MailedCode.MaxLabelCharacters);
            code.HasIndex(c => c.LinkHash).IsUnique();
            code.HasIndex(c => new { c.Mailbox, c.SentAt });
            code.HasIndex(c => c.BrowserHash);
            code.HasIndex(c => c.SentAt);
        });
        model.Entity<ServerSecret>(secret =>
        {
            secret.HasKey(s => s.Name);
            secret.Property(s => s.Name).HasMaxLength(64);
        });
        model.Entity<SingleSignOn>(signOn =>
        {
            signOn.HasKey(s => s.SiteId);
            signOn.Property(s => s.SiteId).ValueGeneratedNever();
            signOn.Property(s => s.Issuer).HasMaxLength(SingleSignOn.MaxAddressCharacters);
            signOn.Property(s => s.KeysAddress).HasMaxLength(SingleSignOn.MaxAddressCharacters);
            signOn.HasOne<Site>().WithOne().HasForeignKey<SingleSignOn>(s => s.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<SpentToken>(spent =>
        {
            spent.HasKey(s => new { s.SiteId, s.IdHash });
            spent.HasIndex(s => s.ExpiresAt);
            spent.HasOne<Site>().WithMany().HasForeignKey(s => s.SiteId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    // What moderators read: the queue's tabs, what somebody has written, what was written when, and the same text again.
    private static void ConfigureQueue(EntityTypeBuilder<Comment> comment)
    {
        comment.Property(c => c.HeldFor).HasMaxLength(Comment.MaxHeldForCharacters);
        comment.Property(c => c.RemovalReason).HasMaxLength(Comment.MaxReasonCharacters);
        comment.HasIndex(c => new { c.SiteId, c.Id }, "IX_Comments_Held").HasFilter("\"State\" = 0");
        comment.HasIndex(c => new { c.SiteId, c.Id }, "IX_Comments_Spam").HasFilter("\"State\" = 3");
        comment.HasIndex(c => new { c.SiteId, c.Id }, "IX_Comments_Flagged").HasFilter("\"OpenFlags\" > 0");
        comment.HasIndex(c => new { c.SiteId, c.CommenterId, c.State });
        comment.HasIndex(c => new { c.CommenterId, c.Id });
        comment.HasIndex(c => new { c.SiteId, c.PostedAt, c.State, c.CommenterId, c.ThreadId });
        comment.HasIndex(c => new { c.SiteId, c.TextHash }).HasFilter("\"TextHash\" <> 0");
        // Only they see it, and they see it always.
        comment.HasIndex(c => new { c.ThreadId, c.CommenterId }, "IX_Comments_Shadowed").HasFilter("\"State\" = 5");
    }

    private static void ConfigureComment(EntityTypeBuilder<Comment> comment)
    {
        comment.Property(c => c.Body).HasMaxLength(Comment.MaxBodyCharacters);
        comment.Property(c => c.Path).HasMaxLength(2_000);
        // No two comments with the same outline number, whoever writes at once. SQL holds null parents to be different
        // from each other, so the top level needs an index of its own.
        comment.HasIndex(c => new { c.ParentId, c.Number }).IsUnique();
        comment.HasIndex(c => new { c.ThreadId, c.Number }).IsUnique().HasFilter(TopLevel);
        // A branch in reading order; with the state, what is left of it is counted from the index alone.
        comment.HasIndex(c => new { c.RootId, c.Path, c.State });
        // The top level in each order: pages of it are read by key.
        comment.HasIndex(c => new { c.ThreadId, c.PostedAt, c.Id }).HasFilter(TopLevel);
        comment.HasIndex(c => new { c.ThreadId, c.Score, c.Id }).IsDescending(false, true, false).HasFilter(TopLevel);
        comment.HasIndex(c => new { c.ThreadId, c.ReplyCount, c.Id }).IsDescending(false, true, false).HasFilter(TopLevel);
        // The few that wait, in threads of any size.
        comment.HasIndex(c => new { c.ThreadId, c.State, c.Id }).HasFilter("\"State\" = 0");
        // The latest of a thread and of a site, for feeds and lists.
        comment.HasIndex(c => new { c.ThreadId, c.Id });
        comment.HasIndex(c => new { c.SiteId, c.Id });
        comment.HasIndex(c => new { c.CommenterId, c.DraftId }).IsUnique().HasFilter(HasDraft);
        ConfigureQueue(comment);
        comment.HasOne(c => c.Thread).WithMany().HasForeignKey(c => c.ThreadId).OnDelete(DeleteBehavior.Restrict);
        comment.HasOne<Comment>().WithMany().HasForeignKey(c => c.ParentId).OnDelete(DeleteBehavior.Restrict);
        comment.HasOne(c => c.Commenter).WithMany().HasForeignKey(c => c.CommenterId).OnDelete(DeleteBehavior.Restrict);
    }
}
