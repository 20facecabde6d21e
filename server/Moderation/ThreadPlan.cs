using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>What an act on threads will do, for whoever is about to confirm it.</summary>
/// <param name="Act">The act, as the log names it.</param>
/// <param name="From">The thread that gives, or moves.</param>
/// <param name="Into">The thread that takes; for a move, the same thread at its new address.</param>
/// <param name="Comments">How many comments change thread or address: those in every state, tombstones too.</param>
/// <param name="CommentId">The comment that a branch is split off at; 0 for other acts.</param>
/// <param name="Redirected">Addresses that lead to the taking thread from then on.</param>
/// <param name="Seen">Says which plan this is: an act is carried out only for somebody who has seen what it will do.</param>
public sealed record ThreadPlan(
    string Act, PlannedThread From, PlannedThread Into, int Comments, long CommentId, IReadOnlyList<string> Redirected, string Seen);

/// <summary>A thread in a plan.</summary>
/// <param name="Id">Its id; 0 for one that is still to begin.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Title">Its title then; empty if unknown.</param>
/// <param name="IsClosed">Whether it takes no more comments.</param>
/// <param name="Before">Its published comments now.</param>
/// <param name="After">Its published comments then.</param>
public sealed record PlannedThread(long Id, string Address, string Title, bool IsClosed, int Before, int After)
{
    internal static PlannedThread Of(CommentThread thread, int change) =>
        new(thread.Id, AddressOf(thread.Key, thread.PageAddress), thread.Title, thread.IsClosed, thread.CommentCount, thread.CommentCount + change);

    /// <summary>How people are told a thread's place: its page, or the id that the snippet gave and the page it was first on.</summary>
    internal static string AddressOf(string key, string address) => key is ['#', ..] ? $"{key} ({address})" : address;
}

/// <summary>Why an act on threads cannot be done.</summary>
internal enum ThreadFault
{
    ThreadNotFound,
    AddressInvalid,
    NoThreadThere,
    SameThread,
    SameAddress,
    AddressTaken,
    CommentInvalid,
    TitleTooLong,
}

/// <summary>What has come of asking for an act: a plan to confirm, the log entry of what was done, or why not.</summary>
/// <param name="Plan">What will be done once it is confirmed.</param>
/// <param name="Done">What was done.</param>
/// <param name="Fault">Why it cannot be done.</param>
/// <param name="Refusal">not-allowed: only owners of the site move what is in its threads.</param>
internal sealed record ThreadActResult(
    ThreadPlan? Plan = null, ModerationLogEntry? Done = null, ThreadFault? Fault = null, Refusal? Refusal = null)
{
    public static implicit operator ThreadActResult(ThreadPlan plan) => new(Plan: plan);

    public static implicit operator ThreadActResult(ModerationLogEntry done) => new(Done: done);

    public static implicit operator ThreadActResult(ThreadFault fault) => new(Fault: fault);

    public static implicit operator ThreadActResult(Refusal refusal) => new(Refusal: refusal);
}
