using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Data;

/// <summary>
/// The database. Handlers take the factory and open one context per operation: a circuit lives for hours and calls
/// concurrently, so a scoped context would be shared and stale.
/// </summary>
internal sealed class EmbedDbContext(DbContextOptions<EmbedDbContext> options) : DbContext(options)
{
    public DbSet<Site> Sites => Set<Site>();

    public DbSet<CommentThread> Threads => Set<CommentThread>();

    public DbSet<Comment> Comments => Set<Comment>();

    public DbSet<Vote> Votes => Set<Vote>();

    public DbSet<Commenter> Commenters => Set<Commenter>();

    public DbSet<CommenterAccount> Accounts => Set<CommenterAccount>();

    public DbSet<Picture> Pictures => Set<Picture>();

    public DbSet<Ban> Bans => Set<Ban>();

    public DbSet<RoleGrant> RoleGrants => Set<RoleGrant>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<Flag> Flags => Set<Flag>();

    public DbSet<PersonNote> PersonNotes => Set<PersonNote>();

    public DbSet<OutsideCheck> OutsideChecks => Set<OutsideCheck>();

    public DbSet<CommenterSession> Sessions => Set<CommenterSession>();

    public DbSet<ModerationLogEntry> ModerationLog => Set<ModerationLogEntry>();

    public DbSet<SignInCode> SignInCodes => Set<SignInCode>();

    public DbSet<MailedCode> MailedCodes => Set<MailedCode>();

    public DbSet<ServerSecret> ServerSecrets => Set<ServerSecret>();

    public DbSet<SingleSignOn> SingleSignOns => Set<SingleSignOn>();

    public DbSet<Import> Imports => Set<Import>();

    public DbSet<ImportedItem> ImportedItems => Set<ImportedItem>();

    public DbSet<ImportUpdate> ImportUpdates => Set<ImportUpdate>();

    public DbSet<ImportedPerson> ImportedPeople => Set<ImportedPerson>();

    public DbSet<ImportClaim> ImportClaims => Set<ImportClaim>();

    public DbSet<SpentToken> SpentTokens => Set<SpentToken>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => EmbedModel.Configure(modelBuilder);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        EmbedModel.ConfigureConventions(configurationBuilder);
}
