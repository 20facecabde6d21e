using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Transfer;
using Embed.Server.Transfer.Importing;

namespace Embed.Server.Admin.Imports;

/// <summary>What the pages say of imports.</summary>
internal static class ImportText
{
    /// <summary>A state in a word or two.</summary>
    public static string LabelOf(ImportState state) => state switch
    {
        ImportState.Reading => "Reading",
        ImportState.Planned => "Planned",
        ImportState.Writing => "Writing",
        ImportState.Done => "Done",
        ImportState.Failed => "Failed",
        ImportState.Undoing => "Undoing",
        _ => "Undone",
    };

    /// <summary>How things stand, as sentences.</summary>
    public static string SentenceOf(ListImports.Item item) => item.Import.State switch
    {
        ImportState.Reading or ImportState.Writing or ImportState.Undoing when item.Progress is null => "It waits for its turn: imports run one after the other.",
        ImportState.Reading => $"{CountText.Of(item.Progress!.Done, "comment")} read so far. Nothing of the site is changed.",
        ImportState.Planned when Changes(item.Counts) == 0 => "Nothing is imported yet, and it would change nothing. Below is why.",
        ImportState.Planned => "Nothing is imported yet. Below is what would become of each row.",
        ImportState.Writing => $"Comments written: {Number(item.Progress!.Done)} of {Number(item.Progress.Total ?? item.Counts.Turns)}.",
        ImportState.Done when Changes(item.Counts) == 0 => "It has changed nothing. Below is why.",
        ImportState.Done => "What became of each row is below.",
        ImportState.Failed => item.Import.Message,
        ImportState.Undoing => $"{Number(item.Progress!.Done)} looked at so far.",
        _ when item.Counts.Kept == 1 => "Taken back, but for one thing that stayed. It is listed below; undo it again once nothing hangs from it.",
        _ when item.Counts.Kept > 1 => $"Taken back, but for {Number(item.Counts.Kept)} things that stayed. They are listed below; undo it again once nothing hangs from them.",
        _ => "All of it is taken back.",
    };

    /// <summary>What undoing an import would do.</summary>
    public static string SentenceOf(PreviewUndo.Preview preview) => string.Join(' ', new[]
    {
        ComingOf(preview),
        preview.Claimed switch
        {
            0 => "",
            1 => "One that goes is of somebody who signs in here and has it, by their number at GitHub or a claim.",
            _ => $"{Number(preview.Claimed)} of those that go are of people who sign in here and have them, by their number at GitHub or a claim.",
        },
        preview.UpdatedLater switch
        {
            0 => "",
            1 => "Of what it brought, one says what a later import says; that goes with it.",
            _ => $"Of what it brought, {Number(preview.UpdatedLater)} say what a later import says; that goes with them.",
        },
        preview.Updates switch
        {
            0 => "",
            1 => "One update of what was here before is taken back, unless somebody has changed it here since.",
            _ => $"{Number(preview.Updates)} updates of what was here before are taken back, unless somebody has changed it here since.",
        },
        preview.Staying + preview.Updates > 0 ? "All that stays is listed here afterwards." : "",
    }.Where(sentence => sentence.Length > 0));

    private static string ComingOf(PreviewUndo.Preview preview)
    {
        var going = preview.Comments - preview.Staying;
        if (preview.Staying == 0)
        {
            return preview.Comments switch
            {
                0 => "It has brought no comments that are still here.",
                1 => "The one comment that it brought and is still here goes, with the thread and author that came with it.",
                _ => $"All {Number(preview.Comments)} comments that it brought and are still here go, with the threads and authors that it brought.",
            };
        }

        var named = string.Join(' ', preview.Named.Select(row => $"{Sentenced(row.What)}: {row.Why}"));
        var what = going == 0 ? $"{(preview.Comments == 1 ? "The one comment" : $"All {Number(preview.Comments)} comments")} that it brought would stay."
            : $"{Number(going)} of {Number(preview.Comments)} comments {(going == 1 ? "goes" : "go")}.";
        return $"{what} What somebody has built on stays, with its thread and author, and with what it answers. "
            + $"{named}{(preview.Staying > preview.Named.Count ? " …" : "")}";
    }

    /// <summary>What an outcome is called.</summary>
    public static string LabelOf(ReportOutcome outcome) => outcome switch
    {
        ReportOutcome.Imported => "Imported",
        ReportOutcome.Repaired => "Repaired",
        ReportOutcome.Updated => "Updated",
        ReportOutcome.AlreadyThere => "Already there",
        _ => "Skipped",
    };

    /// <summary>What kinds of rows are called.</summary>
    public static string LabelOf(ReportKind kind) => kind switch
    {
        ReportKind.Comment => "Comments",
        ReportKind.Thread => "Threads",
        ReportKind.Person => "People",
        _ => "Others",
    };

    /// <summary>How many rows of a kind there are, by outcome.</summary>
    public static OutcomeCounts CountsOf(ImportCounts counts, ReportKind kind) => kind switch
    {
        ReportKind.Comment => counts.Comments,
        ReportKind.Thread => counts.Threads,
        ReportKind.Person => counts.People,
        _ => counts.Others,
    };

    /// <summary>How many rows have an outcome.</summary>
    public static long CountOf(OutcomeCounts counts, ReportOutcome outcome) => outcome switch
    {
        ReportOutcome.Imported => counts.Imported,
        ReportOutcome.Repaired => counts.Repaired,
        ReportOutcome.Updated => counts.Updated,
        ReportOutcome.AlreadyThere => counts.AlreadyThere,
        _ => counts.Skipped,
    };

    /// <summary>Why somebody may be the author of imported comments, and what that is worth.</summary>
    public static string SentenceOf(ClaimGround ground) => ground switch
    {
        ClaimGround.GitHubLogin => "Their login name at GitHub is the one that the comments came under. Names change hands: look whether it is the same person.",
        ClaimGround.GitHubLoginHash => "The hash that the comments came under is that of their login name at GitHub. Names change hands: look whether it is the same person.",
        _ => "They have proved that the mail address that the comments came under is theirs. Where the comments were written, nobody may have checked it.",
    };

    private static long Changes(ImportCounts counts) => counts.Comments.Changes + counts.Threads.Changes + counts.People.Changes + counts.Others.Changes;

    private static string Sentenced(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    /// <summary>A number as people read it.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The value of an enumeration that an address names as the API does; null if it names none.</summary>
    public static T? Named<T>(string? word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (ApiWord.Of(value) == word)
            {
                return value;
            }
        }

        return null;
    }
}
