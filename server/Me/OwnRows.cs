using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>A row of the export.</summary>
/// <param name="Key">What the next rows are read by.</param>
/// <param name="Value">What is written.</param>
internal sealed record Row<T>(long Key, T Value);

/// <summary>
/// What the export has of each table, in the file's own words (<c>docs/your-data.md</c>). No token, no hash of one, and nothing
/// about anybody else.
/// </summary>
internal static class OwnRows
{
    public sealed record ProfileRow(
        long Id, string Kind, string Name, bool IsNameChosen, string? Picture, bool IsPictureChosen, DateTimeOffset CreatedAt,
        DateTimeOffset? DeletionDueAt, bool DeletionKeepsComments);

    public sealed record AccountRow(
        string Provider, string Subject, string Label, string? Picture, DateTimeOffset LinkedAt, DateTimeOffset UsedAt);

    public sealed record SessionRow(
        string? Site, string Origin, string Device, bool IsModerator, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt);

    public sealed record CommentRow(
        long Id, string Site, string Page, string PageTitle, string Address, long? ParentId, string State, string? RemovalReason, string Markdown, string Html,
        int UpVotes, int DownVotes, DateTimeOffset PostedAt, DateTimeOffset? EditedAt, DateTimeOffset? DeletedAt);

    public sealed record VoteRow(long Comment, string Site, string Page, string Address, int Value);

    public sealed record ModerationRow(
        long Id, string? Site, string Act, string Details, bool DidIt, bool UndidIt, DateTimeOffset At, DateTimeOffset? UndoneAt);

    public sealed record FlagRow(long Comment, string Site, string Address, string Reason, string Note, DateTimeOffset At, bool IsSettled);

    public sealed record RoleRow(string? Site, string Role, DateTimeOffset GivenAt);

    public sealed record BanRow(string? Site, DateTimeOffset CreatedAt, DateTimeOffset? Until);

    public sealed record ImportedRow(long Id, string Site, string Name, string? GitHubLogin, string? Website, string? Email, string? NetworkAddress);

    public static IQueryable<ProfileRow> Profile(EmbedDbContext database, long commenter, string pictures) =>
        database.Commenters.AsNoTracking().Where(c => c.Id == commenter).Select(c => new ProfileRow(
            c.Id, c.Kind == CommenterKind.Guest ? "guest" : "person", c.Name, c.IsNameChosen,
            c.PictureHash == null ? null : pictures + c.PictureHash, c.IsPictureChosen, c.CreatedAt, c.DeletionDueAt, c.DeletionKeepsComments));

    public static IQueryable<Row<AccountRow>> Accounts(EmbedDbContext database, long commenter, long after, string pictures) =>
        database.Accounts.AsNoTracking().Where(a => a.CommenterId == commenter && a.Id > after).OrderBy(a => a.Id)
            .Select(a => new Row<AccountRow>(a.Id, new AccountRow(
                a.Provider, a.Subject, a.Name, a.PictureHash == null ? null : pictures + a.PictureHash, a.LinkedAt, a.UsedAt)));

    public static IQueryable<Row<SessionRow>> Sessions(EmbedDbContext database, long commenter, long after) =>
        database.Sessions.AsNoTracking().Where(s => s.CommenterId == commenter && s.Id > after).OrderBy(s => s.Id)
            .Select(s => new Row<SessionRow>(s.Id, new SessionRow(
                s.Site!.Key, s.Origin, s.Device, s.IsModerator, s.CreatedAt, s.UsedAt, s.ExpiresAt)));

    public static IQueryable<Row<CommentRow>> Comments(EmbedDbContext database, long commenter, long after, string permalinks) =>
        database.Comments.AsNoTracking().Where(c => c.CommenterId == commenter && c.Id > after).OrderBy(c => c.Id)
            .Select(c => new Row<CommentRow>(c.Id, new CommentRow(
                c.Id, c.Thread!.Site!.Key, c.Thread.PageAddress, c.Thread.Title, permalinks + c.Id.ToString(CultureInfo.InvariantCulture),
                c.ParentId, StateOf(c.State), c.RemovalReason == "" ? null : c.RemovalReason, c.Body, c.BodyHtml, c.UpVotes, c.DownVotes, c.PostedAt, c.EditedAt, c.DeletedAt)));

    public static IQueryable<Row<VoteRow>> Votes(EmbedDbContext database, long commenter, long after, string permalinks) =>
        database.Votes.AsNoTracking().Where(v => v.CommenterId == commenter && v.CommentId > after).OrderBy(v => v.CommentId)
            .Join(database.Comments, v => v.CommentId, c => c.Id, (v, c) => new { v.CommentId, v.Value, Site = c.Thread!.Site!.Key, c.Thread.PageAddress })
            .Select(v => new Row<VoteRow>(v.CommentId, new VoteRow(
                v.CommentId, v.Site, v.PageAddress, permalinks + v.CommentId.ToString(CultureInfo.InvariantCulture), v.Value)));

    public static IQueryable<Row<ModerationRow>> Moderation(EmbedDbContext database, long commenter, long after) =>
        database.ModerationLog.AsNoTracking().Where(e => (e.ActorId == commenter || e.UndoneById == commenter) && e.Id > after).OrderBy(e => e.Id)
            .Select(e => new Row<ModerationRow>(e.Id, new ModerationRow(
                e.Id, database.Sites.Where(s => s.Id == e.SiteId).Select(s => s.Key).FirstOrDefault(), e.Act, e.Details, e.ActorId == commenter,
                e.UndoneById == commenter, e.At, e.UndoneAt)));

    public static IQueryable<Row<BanRow>> Bans(EmbedDbContext database, long commenter, long after) =>
        database.Bans.AsNoTracking().Where(b => b.CommenterId == commenter && !b.IsShadow && b.Id > after).OrderBy(b => b.Id)
            .Select(b => new Row<BanRow>(b.Id, new BanRow(
                database.Sites.Where(s => s.Id == b.SiteId).Select(s => s.Key).FirstOrDefault(), b.CreatedAt, b.Until)));

    // Settled in the moment it was made, it is of somebody under a shadow ban, who is not to learn of it.
    public static IQueryable<Row<FlagRow>> Flags(EmbedDbContext database, long commenter, long after, string permalinks) =>
        database.Flags.AsNoTracking().Where(f => f.CommenterId == commenter && f.CommentId > after).OrderBy(f => f.CommentId)
            .Join(database.Comments, f => f.CommentId, c => c.Id, (f, c) => new { Flag = f, Site = c.Thread!.Site!.Key })
            .Select(f => new Row<FlagRow>(f.Flag.CommentId, new FlagRow(
                f.Flag.CommentId, f.Site, permalinks + f.Flag.CommentId.ToString(CultureInfo.InvariantCulture), ApiWord.Of(f.Flag.Reason), f.Flag.Note,
                f.Flag.At, f.Flag.SettledAt != null && f.Flag.SettledAt > f.Flag.At)));

    public static IQueryable<Row<RoleRow>> Roles(EmbedDbContext database, long commenter, long after) =>
        database.RoleGrants.AsNoTracking().Where(g => g.CommenterId == commenter && g.Id > after).OrderBy(g => g.Id)
            .Select(g => new Row<RoleRow>(g.Id, new RoleRow(
                database.Sites.Where(s => s.Id == g.SiteId).Select(s => s.Key).FirstOrDefault(), RoleOf(g.Role), g.GivenAt)));

    /// <summary>What imports said of whoever is this person now.</summary>
    public static IQueryable<Row<ImportedRow>> Imported(EmbedDbContext database, long commenter, long after) =>
        database.ImportedPeople.AsNoTracking().Where(p => p.ClaimedById == commenter && p.CommenterId > after).OrderBy(p => p.CommenterId)
            .Select(p => new Row<ImportedRow>(p.CommenterId, new ImportedRow(
                p.CommenterId, database.Sites.Where(s => s.Id == p.SiteId).Select(s => s.Key).First(),
                database.Commenters.Where(c => c.Id == p.CommenterId).Select(c => c.Name).First(), p.GitHubLogin, p.Website, p.Email, p.NetworkAddress)));

    private static string RoleOf(SiteRole role) => role switch
    {
        SiteRole.Administrator => "administrator",
        SiteRole.Owner => "owner",
        SiteRole.Moderator => "moderator",
        _ => "trusted",
    };

    private static string StateOf(CommentState state) => state switch
    {
        CommentState.Pending => "pending",
        // Whoever is under a shadow ban is not told.
        CommentState.Published or CommentState.Shadowed => "published",
        >= CommentState.InDeletedThread => "thread-deleted",
        CommentState.Rejected => "rejected",
        CommentState.Spam => "spam",
        _ => "deleted",
    };
}
