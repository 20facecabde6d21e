using Embed.Server.Model;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Moderation;

/// <summary>Somebody whom the log names.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Name">The name they have now; empty for a former commenter.</param>
internal sealed record LoggedPerson(long Id, string Name);

/// <summary>A column that an act changed.</summary>
/// <param name="Column">The column; its entity's type says how to read the values.</param>
/// <param name="Before">What it was; null where there was none, too.</param>
/// <param name="After">What it is since.</param>
internal sealed record LoggedValue(IProperty Column, object? Before, object? After);

/// <summary>A row that an act changed, without secrets and what only the server needs.</summary>
/// <param name="Table">Its table.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="IsGone">Whether it is not there since.</param>
/// <param name="CanReturn">Whether what it was is all there, to be put back.</param>
/// <param name="Values">The columns.</param>
internal sealed record LoggedRow(string Table, bool IsNew, bool IsGone, bool CanReturn, IReadOnlyList<LoggedValue> Values);

/// <summary>An entry of the log with what it names.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Site">The site's key; null for the whole server.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="UndoneBy">Who took it back; null while it holds.</param>
/// <param name="Person">Whom it concerns; null for nobody in particular.</param>
/// <param name="ThreadId">The thread it concerns, or that has its comment; null for none.</param>
/// <param name="Thread">The thread's title, or where it has none its page's address; empty for none.</param>
/// <param name="Undone">The act that this one took back, or did again; null for an act of its own.</param>
/// <param name="Rows">What it changed.</param>
internal sealed record LoggedAct(
    ModerationLogEntry Entry, string? Site, LoggedPerson Actor, LoggedPerson? UndoneBy, LoggedPerson? Person, long? ThreadId, string Thread,
    ModerationLogEntry? Undone, IReadOnlyList<LoggedRow> Rows)
{
    /// <summary>The words of acts that are undone otherwise than by the rows they changed.</summary>
    public static readonly IReadOnlyList<string> UndoneElsewhere = [.. ThreadActDetails.Words, ActWord.ImportStarted];

    /// <summary>Whether whoever reads may take it back.</summary>
    public bool IsTheirs { get; init; } = true;

    /// <summary>Whether it is in force, of a kind that can be taken back, and theirs to take back.</summary>
    public bool CanUndo => IsTheirs && Entry.UndoneAt is null && ((Rows.Count > 0 && Rows.All(row => row.CanReturn)) || UndoneElsewhere.Contains(Entry.Act));
}

/// <summary>A page of the log.</summary>
/// <param name="Acts">Its entries, newest first.</param>
/// <param name="Older">The entry that the next page begins before; null if there is none.</param>
/// <param name="Newer">The entry that the page before ends after; null if this is the first.</param>
internal sealed record LogSlice(IReadOnlyList<LoggedAct> Acts, long? Older, long? Newer);
