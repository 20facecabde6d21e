using System.Collections;
using System.Globalization;
using System.Text;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin.ActLog;

/// <summary>Columns and their values, in words for people.</summary>
internal static class LogValues
{
    /// <summary>What a row is called: its table's name in the singular.</summary>
    public static string RowOf(string table) => table switch
    {
        "PersonNotes" => "Note",
        "RoleGrants" => "Role",
        "SingleSignOns" => "Single sign-on",
        "OutsideChecks" => "Outside check",
        "Flags" => "Report",
        _ => table.TrimEnd('s'),
    };

    /// <summary>What a column is called.</summary>
    public static string ColumnOf(LoggedValue value)
    {
        var name = value.Column.Name;
        return (value.Column.DeclaringType.ClrType.Name, name) switch
        {
            (nameof(Site), nameof(Site.HoldsComments)) => "Holds comments",
            (nameof(CommentThread), nameof(CommentThread.StaysOpen)) => "Left to moderators",
            (nameof(Comment), nameof(Comment.HeldFor)) => "Held for",
            (nameof(Comment), nameof(Comment.Body)) => "Text",
            (_, "CommenterId") => "Person",
            (_, "SiteId") => "Site",
            (_, "GivenById" or "MadeById" or "AuthorId" or "UsedById") => Words(name[..^2]),
            _ when name.EndsWith("Id", StringComparison.Ordinal) && name.Length > 2 => Words(name[..^2]),
            _ => Words(name),
        };
    }

    /// <summary>A value; a dash for none.</summary>
    public static string Of(object? value) => value switch
    {
        null or "" => "–",
        bool truth => truth ? "yes" : "no",
        DateTimeOffset time => TimeOf(time),
        LoggedPerson person => AdminText.NameOf(person.Name),
        CommentState state => StateOf(state),
        Enum named => Words(named.ToString()),
        string text => text,
        IEnumerable<Rule> rules => RulesOf(rules),
        IEnumerable list => list.Cast<object?>().Select(Of).ToList() is { Count: > 0 } items ? string.Join(", ", items) : "–",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "–",
    };

    /// <summary>A time as sentences and files have it.</summary>
    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string StateOf(CommentState state) => state.HasFlag(CommentState.InDeletedThread)
        ? $"{Words((state & ~CommentState.InDeletedThread).ToString())}, in a deleted thread" : Words(state.ToString());

    private static string RulesOf(IEnumerable<Rule> rules)
    {
        var lines = rules.Select((rule, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{i + 1}. {Words(rule.Condition.ToString())}{(rule.Number != 0 ? $" {rule.Number}" : "")}{(rule.Minutes != 0 ? $" in {rule.Minutes} minutes" : "")}{(rule.Words.Count > 0 ? $" ({string.Join(", ", rule.Words)})" : "")}: {rule.Verdict.ToString().ToLowerInvariant()}{(rule.IsOff ? ", off" : "")}"));
        return string.Join('\n', lines) is { Length: > 0 } text ? text : "–";
    }

    private static string Words(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            text.Append(char.IsUpper(letter) && text.Length > 0 ? $" {char.ToLowerInvariant(letter)}" : $"{letter}");
        }

        return text.ToString();
    }
}
