using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Queue;

/// <summary>
/// A press in the queue with what the browser's screen showed then: on a slow line the server's own picture is ahead of it, and
/// nobody decides on what they have not seen.
/// </summary>
public sealed class SeenEventArgs : EventArgs
{
    /// <summary>Whether Shift was held.</summary>
    public bool ShiftKey { get; set; }

    /// <summary>The revision of each comment as it was drawn, by the comment's id.</summary>
    public IReadOnlyDictionary<long, int> Revisions { get; set; } = new Dictionary<long, int>();
}

/// <summary>What was pressed beside a comment, and what was seen of the comments then.</summary>
/// <param name="Verb">What is asked for.</param>
/// <param name="Seen">The revisions that were drawn, by the comments' ids.</param>
public sealed record QueuePress(QueueVerb Verb, IReadOnlyDictionary<long, int> Seen);

/// <summary>Makes <c>@onseenclick</c> known to Razor; <c>admin.js</c> registers the browser's side.</summary>
[EventHandler("onseenclick", typeof(SeenEventArgs), enableStopPropagation: true, enablePreventDefault: true)]
public static class EventHandlers;
