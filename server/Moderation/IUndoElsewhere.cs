using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>An act that takes so long to undo that undoing it is only begun here.</summary>
internal interface IUndoElsewhere
{
    /// <summary>The word whose entries it undoes.</summary>
    string Word { get; }

    /// <summary>Begins to undo an act, and logs that. Whoever asks may do the act.</summary>
    /// <param name="write">The write.</param>
    /// <param name="entry">The act.</param>
    /// <param name="actor">Who undoes it.</param>
    /// <param name="via">By what way.</param>
    /// <returns>The entry that says so; null where it cannot be undone now.</returns>
    Task<long?> BeginAsync(WriteScope write, ModerationLogEntry entry, Commenter actor, ActedVia via);
}
