using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Comments;

/// <summary>One comment of each person in a thread in so many minutes, as its site or the thread itself says.</summary>
internal static class SlowMode
{
    /// <summary>Whether it is for others alone: whoever moderates or is trusted.</summary>
    public static bool Exempts(SiteRole role) => role >= SiteRole.Trusted;

    /// <summary>
    /// Asks within the write that would add the comment, so that of two at once one is refused. What was deleted since counts, too:
    /// deleting must not be a way around.
    /// </summary>
    /// <returns>The refusal slow-mode, or null.</returns>
    public static async Task<Refusal?> FindRefusalAsync(WriteScope write, Actor actor, long threadId, DateTimeOffset now)
    {
        if (Exempts(actor.Role))
        {
            return null;
        }

        var ofThread = await write.Statements.NumberAsync("""SELECT "SlowModeMinutes" FROM "Threads" WHERE "Id" = @0""", threadId);
        var minutes = Math.Max(actor.Site.SlowModeMinutes, ofThread);
        if (minutes == 0)
        {
            return null;
        }

        // By the site's latest comments, which are few in that time, whatever somebody has written before.
        var since = now.AddMinutes(-minutes).ToUnixTimeMilliseconds();
        var last = await write.Statements.NumberAsync(
            """
            SELECT COALESCE(MAX("PostedAt"), 0) FROM "Comments"
            WHERE "SiteId" = @0 AND "PostedAt" > @1 AND "CommenterId" = @2 AND "ThreadId" = @3
            """,
            actor.Site.Id, since, actor.Commenter.Id, threadId);
        return last == 0 ? null : Refusal.SlowMode(TimeSpan.FromMilliseconds(last - since));
    }
}
