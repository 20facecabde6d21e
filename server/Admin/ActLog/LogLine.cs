using Embed.Server.Moderation;

namespace Embed.Server.Admin.ActLog;

/// <summary>An entry of the log, ready to be drawn.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When.</param>
/// <param name="What">What was done, as a sentence without its subject.</param>
/// <param name="ActorId">Who did it.</param>
/// <param name="Actor">Their name.</param>
/// <param name="Via">By what way.</param>
/// <param name="Site">The site's key; null for the whole server.</param>
/// <param name="Reason">The reason that was given; empty for none.</param>
/// <param name="CommentId">The comment it concerns.</param>
/// <param name="ThreadId">The thread it concerns.</param>
/// <param name="PersonId">Whom it concerns.</param>
/// <param name="Person">Their name.</param>
/// <param name="UndoneAt">When it was taken back; null while it holds.</param>
/// <param name="UndoneBy">Who took it back.</param>
/// <param name="CanUndo">Whether it is in force, of a kind that can be taken back, and whoever looks may take it back.</param>
/// <param name="Rows">What it changed.</param>
public sealed record LogLine(
    long Id, DateTimeOffset At, string What, long ActorId, string Actor, string Via, string? Site, string Reason, long? CommentId, long? ThreadId,
    long? PersonId, string? Person, DateTimeOffset? UndoneAt, string? UndoneBy, bool CanUndo, IReadOnlyList<LogLineRow> Rows)
{
    internal static LogLine Of(LoggedAct act) => new(
        act.Entry.Id, act.Entry.At, LogText.Of(act), act.Actor.Id, AdminText.NameOf(act.Actor.Name), LogText.LabelOf(act.Entry.Via), act.Site,
        LogText.ReasonOf(act.Entry), act.Entry.CommentId, act.ThreadId, act.Person?.Id, act.Person is { } person ? AdminText.NameOf(person.Name) : null,
        act.Entry.UndoneAt, act.UndoneBy is { } by ? AdminText.NameOf(by.Name) : null, act.CanUndo, [.. act.Rows.Select(LogLineRow.Of)]);
}

/// <summary>A row that an act changed.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="IsGone">Whether it is not there since.</param>
/// <param name="CanReturn">Whether what it was is all there, to be put back.</param>
/// <param name="Values">Its columns.</param>
public sealed record LogLineRow(string Name, bool IsNew, bool IsGone, bool CanReturn, IReadOnlyList<LogLineValue> Values)
{
    /// <summary>What undoing does to it.</summary>
    public string Back => IsNew ? $"removes the {Name.ToLowerInvariant()} again"
        : IsGone ? $"puts the {Name.ToLowerInvariant()} back"
        : string.Join("; ", Values.Select(value => value.IsLong ? $"{value.Name} as it was" : $"{value.Name} back to {value.Before}"));

    internal static LogLineRow Of(LoggedRow row) => new(
        LogValues.RowOf(row.Table), row.IsNew, row.IsGone, row.CanReturn,
        [.. row.Values.Select(value => new LogLineValue(LogValues.ColumnOf(value), LogValues.Of(value.Before), LogValues.Of(value.After)))]);
}

/// <summary>A column, as it was and as it is since.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is since.</param>
public sealed record LogLineValue(string Name, string Before, string After)
{
    private const int MostInASentence = 60;

    /// <summary>Whether it is too long to stand in a sentence.</summary>
    public bool IsLong => Before.Length > MostInASentence || Before.Contains('\n', StringComparison.Ordinal);
}
