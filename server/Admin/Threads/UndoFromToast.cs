using Embed.Server.Admin.Shell;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Widget;

namespace Embed.Server.Admin.Threads;

/// <summary>What a toast's button takes back, and what it says came of that.</summary>
internal sealed class UndoFromToast(AdminSession session, UndoAct undo)
{
    private const string Done = "Undone.";

    /// <summary>Undoes entries of a site's log.</summary>
    public async Task<string> EntriesAsync(string siteKey, IReadOnlyList<long> entries)
    {
        var actor = await session.AdmitAsync(siteKey, CancellationToken.None);
        if (actor.Refusal is not null)
        {
            return Sentence(actor.Refusal);
        }

        var undone = await undo.HandleAsync(actor.Value!.Commenter, ActedVia.Admin, entries, CancellationToken.None);
        return undone.Refusal is not null ? Sentence(undone.Refusal)
            : undone.Value!.FirstOrDefault(item => item.Result != UndoResult.Undone) is { } left ? Sentence(left.Result)
            : Done;
    }

    /// <summary>Undoes a merge, a move or a split.</summary>
    public async Task<string> ThreadActAsync(string siteKey, long entry) =>
        await EntriesAsync(siteKey, [entry]) is var text && text == Done ? $"{Done} What was written since is kept." : text;

    private static string Sentence(Refusal refusal) => WidgetText.For("en").Sentence(refusal.ForWidget());

    private static string Sentence(UndoResult result) => result switch
    {
        UndoResult.UndoneAlready => "It has been undone already.",
        UndoResult.AddressTaken =>
            "Another thread has begun at the address of the deleted one. Move that one away or delete it; then undo this in the log.",
        UndoResult.ChangedSince => "It has been changed again since. The log shows by what; undo that first.",
        _ => "It cannot be undone.",
    };
}
