using System.Text.Json;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin.ActLog;

/// <summary>What the log says of its entries, in words for people.</summary>
internal static class LogText
{
    /// <summary>What a word of the log is called where acts are chosen by it.</summary>
    public static string LabelOf(string word) => word switch
    {
        ActWord.CommentMarkedSpam => "Comment marked as spam",
        MergeThreads.Word => "Threads merged",
        ActWord.SingleSignOnChanged => "Single sign-on changed",
        ActWord.Undone => "Undone, or done again",
        _ => Sentenced(word.Replace('-', ' ')),
    };

    /// <summary>What a group of words is called.</summary>
    public static string LabelOf(ActGroup group) => group.Name switch
    {
        "comments" => "All about comments",
        "threads" => "All about threads",
        "people" => "All about people",
        "sites" => "All about sites",
        "transfers" => "All that moved in or out",
        _ => "Undone, or done again",
    };

    /// <summary>By what way something was done.</summary>
    public static string LabelOf(ActedVia via) => via switch
    {
        ActedVia.Api => "by the API",
        ActedVia.Thread => "in the thread",
        ActedVia.Command => "by a command",
        _ => "on these pages",
    };

    /// <summary>What was done, as a sentence without its subject.</summary>
    public static string Of(LoggedAct act) => act.Entry.Act == ActWord.Undone && act.Undone is { } undone
        ? $"{(Flag(act.Entry, "isRedo") ? "Did again" : "Took back")} entry {undone.Id}: {Lowered(Sentence(act, undone))}"
        : Sentence(act, act.Entry);

    /// <summary>The reason that was given; empty for none.</summary>
    public static string ReasonOf(ModerationLogEntry entry) => Text(entry, "reason");

    /// <summary>Why an entry was not taken back, or that it was.</summary>
    public static string Of(UndoAct.Item item, bool isPlan) => item.Result switch
    {
        UndoResult.Undone => isPlan ? "Can be undone." : "Undone.",
        UndoResult.UndoneAlready => "Was undone already.",
        UndoResult.ChangedSince when item.BlockedBy is { } later => $"Entry {later} builds on it: undo that first, or together with it.",
        UndoResult.AddressTaken => "Another thread has begun at its address. Move, merge or delete that first.",
        UndoResult.ChangedSince => "What it changed is not as it left it: somebody has changed it since by other means, or its author has deleted the text.",
        UndoResult.NotUndoable => "Cannot be undone: the log keeps nothing that could be put back.",
        _ => "Not yours to undo.",
    };

    private static string Sentence(LoggedAct act, ModerationLogEntry entry) =>
        ThreadActDetails.Of(entry) is { } details ? ThreadActText.Of(details) : Sentence(act, entry, entry.Act);

    private static string Sentence(LoggedAct act, ModerationLogEntry entry, string word) => word switch
    {
        ActWord.CommentApproved => $"Approved {Comment(act, entry)}.",
        ActWord.CommentRejected => $"Rejected {Comment(act, entry)}.",
        ActWord.CommentMarkedSpam => $"Marked {Comment(act, entry)} as spam.",
        ActWord.CommentDeleted => $"Deleted {Comment(act, entry)}.",
        ActWord.CommentEdited => $"Edited {Comment(act, entry)}.",
        ActWord.CommentPinned => $"Pinned {Comment(act, entry)}.",
        ActWord.CommentUnpinned => $"Unpinned {Comment(act, entry)}.",
        ActWord.FlagsDismissed => $"Dismissed the reports of {Comment(act, entry)}.",
        ActWord.ThreadClosed => $"Closed {Thread(act)}.",
        ActWord.ThreadOpened => $"Opened {Thread(act)}.",
        ActWord.ThreadChanged => $"Changed {Thread(act)}.",
        ActWord.ThreadDeleted => $"Deleted {Thread(act)}.",
        ActWord.CommenterBanned => $"{(Flag(entry, "isShadow") ? "Shadow-banned" : "Banned")} {Person(act, entry)} {Until(entry)}.",
        ActWord.BanLifted => $"Ended the ban of {Person(act, entry)}.",
        ActWord.NoteAdded => $"Noted something about {Person(act, entry)}.",
        ActWord.NoteDeleted => $"Deleted a note about {Person(act, entry)}.",
        ActWord.RoleGiven => $"Gave {Person(act, entry)} a role.",
        ActWord.RoleTaken => $"Took a role from {Person(act, entry)}.",
        ActWord.InvitationMade => "Made an invitation.",
        ActWord.InvitationRevoked => "Revoked an invitation.",
        ActWord.InvitationAccepted => "Accepted an invitation.",
        ActWord.SiteMade => "Made the site.",
        ActWord.SiteChanged => "Changed the site’s settings.",
        ActWord.RulesChanged => Text(entry, "outsideCheck") is { Length: > 0 } check
            ? $"Changed the site’s outside check {check}." : "Changed the site’s rules.",
        ActWord.SingleSignOnChanged => "Changed the site’s single sign-on.",
        _ => Transfer(act, entry, word),
    };

    private static string Transfer(LoggedAct act, ModerationLogEntry entry, string word) => word switch
    {
        ActWord.ImportStarted => $"Began the import of {File(entry)}.",
        ActWord.ImportStopped => $"Stopped the import of {File(entry)}.",
        ActWord.ImportThrownAway => $"Threw the import of {File(entry)} away.",
        ActWord.ImportUndone => $"Took back the import of {File(entry)}.",
        ActWord.ClaimAccepted => $"Gave {Person(act, entry)} the imported comments of {AdminText.NameOf(Text(entry, "person"))}.",
        ActWord.ClaimRefused => $"Did not give {Person(act, entry)} the imported comments of {AdminText.NameOf(Text(entry, "person"))}.",
        ActWord.Exported => "Took an export.",
        _ => $"{LabelOf(word)}.",
    };

    private static string File(ModerationLogEntry entry) => Text(entry, "file") is { Length: > 0 } file ? $"“{file}”" : "a file";

    private static string Comment(LoggedAct act, ModerationLogEntry entry) =>
        $"comment {entry.CommentId}{(act.Person is { } author ? $" by {AdminText.NameOf(author.Name)}" : "")}{(act.Thread.Length > 0 ? $" on “{act.Thread}”" : "")}";

    private static string Thread(LoggedAct act) => act.Thread.Length > 0 ? $"the thread “{act.Thread}”" : "a thread";

    // Entries from before there was a column for it name the person among their details.
    private static string Person(LoggedAct act, ModerationLogEntry entry) => act.Person is { } person ? AdminText.NameOf(person.Name)
        : Property(entry, "commenter") is { ValueKind: JsonValueKind.Number } id ? $"commenter {id}" : "somebody";

    private static string Until(ModerationLogEntry entry) => Property(entry, "until") is { ValueKind: JsonValueKind.String } until && until.TryGetDateTimeOffset(out var at)
        ? $"until {LogValues.TimeOf(at)}" : "for good";

    private static string Text(ModerationLogEntry entry, string name) =>
        Property(entry, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static bool Flag(ModerationLogEntry entry, string name) => Property(entry, name) is { ValueKind: JsonValueKind.True };

    private static JsonElement? Property(ModerationLogEntry entry, string name)
    {
        using var details = JsonDocument.Parse(entry.Details);
        return details.RootElement.ValueKind == JsonValueKind.Object && details.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
    }

    private static string Sentenced(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Lowered(string text) => $"{char.ToLowerInvariant(text[0])}{text[1..]}";
}
