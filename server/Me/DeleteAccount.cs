using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Me;

/// <summary>What deleting an account would do.</summary>
/// <param name="Published">Comments that everyone sees.</param>
/// <param name="Answered">Those of them that have replies, and so leave a tombstone.</param>
/// <param name="Unseen">Comments that wait or were turned down.</param>
/// <param name="Votes">Votes that are taken back.</param>
/// <param name="Sessions">Other sessions, which end at once.</param>
/// <param name="Settings">Settings that name the account, which only whoever runs the server can change.</param>
public sealed record DeletionPlan(int Published, int Answered, int Unseen, int Votes, int Sessions, IReadOnlyList<string> Settings);

/// <summary>Has one's account deleted, in a day: until then one can change one's mind.</summary>
internal sealed class DeleteAccount(
    IDbContextFactory<EmbedDbContext> databases, SignOutEverywhere signOut, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>From the wish to the deed.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromHours(24);

    /// <summary>The page that shows what it would do and asks.</summary>
    public static async Task<IResult> GetAsync(HttpContext http, DeleteAccount handler, CancellationToken cancellationToken) =>
        MePages.Page<DeletePage>(http, new()
        {
            [nameof(DeletePage.Plan)] = await handler.PlanAsync(MePages.SessionOf(http), cancellationToken),
            [nameof(DeletePage.DueAt)] = MePages.SessionOf(http).Commenter!.DeletionDueAt,
        });

    public static async Task<IResult> PostAsync(
        HttpContext http, DeleteAccount handler, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        // Required: nothing chosen must not decide it.
        if (form["comments"].ToString() is not ("delete" or "keep"))
        {
            return MePages.Fault(http, "DeleteChoose", StatusCodes.Status422UnprocessableEntity);
        }

        await handler.HandleAsync(MePages.SessionOf(http), keepsComments: form["comments"] == "keep", cancellationToken);
        return new SeeOther(MePages.Home);
    }

    /// <summary>Notes the wish, and signs out everywhere else. A wish noted already stays as it is.</summary>
    public async Task HandleAsync(CommenterSession session, bool keepsComments, CancellationToken cancellationToken)
    {
        var due = clock.GetUtcNow() + Delay;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Commenters.Where(c => c.Id == session.CommenterId && c.DeletionDueAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.DeletionDueAt, due).SetProperty(c => c.DeletionKeepsComments, keepsComments), cancellationToken);
        await signOut.HandleAsync(session.CommenterId, session.Id, cancellationToken);
    }

    /// <summary>What it would do now.</summary>
    public async Task<DeletionPlan> PlanAsync(CommenterSession session, CancellationToken cancellationToken)
    {
        var (id, now) = (session.CommenterId, clock.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var own = database.Comments.Where(c => c.CommenterId == id)
            .Select(c => new { State = c.State & ~CommentState.InDeletedThread, c.ReplyCount });
        // To its author what a shadow ban hides is as good as published.
        var published = own.Where(c => c.State == CommentState.Published || c.State == CommentState.Shadowed);
        return new DeletionPlan(
            await published.CountAsync(cancellationToken),
            await published.CountAsync(c => c.ReplyCount > 0, cancellationToken),
            await own.CountAsync(c => c.State == CommentState.Pending || c.State == CommentState.Rejected || c.State == CommentState.Spam, cancellationToken),
            await database.Votes.CountAsync(v => v.CommenterId == id, cancellationToken),
            await database.Sessions.CountAsync(s => s.CommenterId == id && s.Id != session.Id && s.ExpiresAt > now, cancellationToken),
            [.. SettingsNaming(session.Commenter!)]);
    }

    private IEnumerable<string> SettingsNaming(Commenter commenter)
    {
        var settings = options.Value;
        return Named($"{EmbedOptions.Section}:{nameof(EmbedOptions.Administrators)}", settings.Administrators)
            .Concat(settings.Sites.SelectMany((site, i) => Named($"{EmbedOptions.Section}:{nameof(EmbedOptions.Sites)}:{i}:{nameof(site.Moderators)}", site.Moderators)));

        IEnumerable<string> Named(string key, IEnumerable<string> accounts) => accounts
            .Select((account, i) => (account, Key: $"{key}:{i}"))
            .Where(listed => Administrators.IsListed([listed.account], commenter))
            .Select(listed => $"{listed.Key} = {listed.account}");
    }
}
