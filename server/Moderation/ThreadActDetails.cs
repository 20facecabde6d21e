using System.Text.Json;
using System.Text.Json.Serialization;
using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>What the log keeps of an act on threads: enough to say what was done, and to take it back.</summary>
/// <param name="FromAddress">Where the comments were, in words for people.</param>
/// <param name="IntoAddress">Where they are since.</param>
/// <param name="Comments">How many there were.</param>
internal abstract record ThreadActDetails(string FromAddress, string IntoAddress, int Comments)
{
    /// <summary>The acts on threads that the log knows, by their word.</summary>
    public static readonly IReadOnlyList<string> Words = [MergeThreads.Word, MoveThread.Word, SplitBranch.Word];

    /// <summary>The threads concerned: a later act on one of them must be undone before this one.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<long> Threads { get; }

    /// <summary>The details of an entry; null for an entry of another kind.</summary>
    public static ThreadActDetails? Of(ModerationLogEntry entry) => entry.Act switch
    {
        MergeThreads.Word => JsonSerializer.Deserialize<MergeThreads.Details>(entry.Details, JsonSerializerOptions.Web),
        MoveThread.Word => JsonSerializer.Deserialize<MoveThread.Details>(entry.Details, JsonSerializerOptions.Web),
        SplitBranch.Word => JsonSerializer.Deserialize<SplitBranch.Details>(entry.Details, JsonSerializerOptions.Web),
        _ => null,
    };
}
