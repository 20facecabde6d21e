using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Moderation;

/// <summary>The last administrator stays: neither an act nor taking one back leaves the server without.</summary>
internal static class LastAdministrator
{
    /// <summary>Whether nobody would administer the server without this commenter's grant.</summary>
    public static async Task<bool> IsAsync(EmbedDbContext database, EmbedOptions options, long commenterId) =>
        options.Administrators.Count == 0
        && !await database.RoleGrants.AnyAsync(grant => grant.Role == SiteRole.Administrator && grant.CommenterId != commenterId);

    /// <summary>Guards the undoing of acts that made administrators, and the doing again of one that unmade one.</summary>
    public sealed class Guard(string word, bool isRedoGuarded, IOptions<EmbedOptions> options) : IUndoPart
    {
        public string Word => word;

        public async Task<UndoResult?> FindObstacleAsync(WriteScope write, ModerationLogEntry entry, bool isRedo) =>
            entry is { SiteId: null, CommenterId: { } id } && isRedo == isRedoGuarded && await IsAsync(write.Database, options.Value, id)
                ? UndoResult.NotUndoable : null;

        public Task ReverseAsync(WriteScope write, ModerationLogEntry entry, bool isRedo) => Task.CompletedTask;
    }
}
