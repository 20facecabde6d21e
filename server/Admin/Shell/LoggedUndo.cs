using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin.Shell;

/// <summary>What a toast's Undo does for an act that is in the moderation log.</summary>
internal sealed class LoggedUndo(AdminSession session, UndoAct undo)
{
    /// <summary>Takes entries back when it is called, as whoever is signed in then.</summary>
    /// <param name="entries">The entries of the log.</param>
    /// <param name="afterwards">What the page does then, such as reading anew.</param>
    /// <returns>For <see cref="Toasts.ShowAsync"/>.</returns>
    public Func<Task<string>> Of(IReadOnlyCollection<long> entries, Func<Task>? afterwards = null) => async () =>
    {
        var text = await UndoAsync(entries);
        await (afterwards?.Invoke() ?? Task.CompletedTask);
        return text;
    };

    /// <summary>What came of taking an entry back, as a sentence.</summary>
    public static string Text(UndoResult result) => result switch
    {
        UndoResult.Undone => "Undone.",
        UndoResult.UndoneAlready => "Somebody had undone it already.",
        UndoResult.ChangedSince => "It was changed again since, so it stays. Undo the later change first; the log shows it.",
        UndoResult.NotUndoable => "This cannot be undone.",
        _ => "You may not undo this.",
    };

    private async Task<string> UndoAsync(IReadOnlyCollection<long> entries)
    {
        var asking = await session.CommenterAsync(CancellationToken.None);
        if (asking.Value is not { } who)
        {
            return Sentence(asking.Refusal!);
        }

        var undone = await undo.HandleAsync(who, ActedVia.Admin, entries, CancellationToken.None);
        return undone.Value is not { } items ? Sentence(undone.Refusal!)
            : items.FirstOrDefault(item => item.Result != UndoResult.Undone) is { } other ? Text(other.Result)
            : Text(UndoResult.Undone);
    }

    private static string Sentence(Refusal refusal) => Widget.WidgetText.For("en").Sentence(refusal.ForWidget());
}
