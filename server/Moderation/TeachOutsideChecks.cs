using System.Threading.Channels;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Tells a site's outside checks when a moderator decided otherwise than they did, some time after the act, and at best: what waits
/// when the server stops, or is too much at once, is not told.
/// </summary>
internal sealed partial class TeachOutsideChecks(
    IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, OutsideChecks checks, ILogger<TeachOutsideChecks> logger) : BackgroundService
{
    /// <summary>Most lessons that wait.</summary>
    public const int Capacity = 1_000;

    private readonly Channel<(long CommentId, bool IsSpam)> _wanted = Channel.CreateBounded<(long, bool)>(Capacity);

    /// <summary>Notes a moderator's decision. Call it after the act is committed, for approving and for marking as spam.</summary>
    /// <param name="commentId">The comment.</param>
    /// <param name="isSpam">Whether it was marked as spam; else it was approved.</param>
    public void Note(long commentId, bool isSpam)
    {
        if (!_wanted.Writer.TryWrite((commentId, isSpam)))
        {
            Log.TooMany(logger);
        }
    }

    /// <summary>Tells the checks of one comment, where they decided otherwise.</summary>
    public async Task TeachAsync(long commentId, bool isSpam, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var comment = await database.Comments.AsNoTracking().Include(c => c.Commenter).Include(c => c.Thread)
            .FirstOrDefaultAsync(c => c.Id == commentId && c.State != CommentState.Deleted, cancellationToken);
        if (comment is null || await sites.FindAsync(comment.SiteId, cancellationToken) is not { } site)
        {
            return;
        }

        // Only those that the site's rules ask: nobody else is told of its comments.
        var asked = RuleBook.Of(site).Needs.OutsideChecks;
        foreach (var check in await database.OutsideChecks.AsNoTracking().Where(c => c.SiteId == site.Id && asked.Contains(c.Kind)).ToListAsync(cancellationToken))
        {
            if (HeldFor.IsSpamBy(comment.HeldFor, check.Kind) != isSpam)
            {
                await checks.TeachAsync(site, check, QuestionOf(site, comment), isSpam, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (commentId, isSpam) in _wanted.Reader.ReadAllAsync(stoppingToken))
            {
                await TryTeachAsync(commentId, isSpam, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: nothing failed.
        }
    }

    private async Task TryTeachAsync(long commentId, bool isSpam, CancellationToken stoppingToken)
    {
        try
        {
            await TeachAsync(commentId, isSpam, stoppingToken);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            // One lesson less; the moderator's decision stands.
            Log.Failed(logger, fault);
        }
    }

    private static OutsideQuestion QuestionOf(Site site, Comment comment) => new(
        site.Key, new Uri(site.Origins[0]), comment.Thread!.PageAddress, comment.Commenter!.Name, comment.Body,
        comment.Commenter.Kind == CommenterKind.Guest, IsEdit: comment.EditedAt is not null, comment.PostedAt);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Too many decisions wait for the outside checks to be told of; one is not")]
        public static partial void TooMany(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "An outside check was not told of a moderator's decision")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
