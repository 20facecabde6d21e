namespace Embed.Server.Admin.Shell;

/// <summary>What was just done.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="Undo">Takes it back and says what came of that; null where it cannot be taken back.</param>
internal sealed record Toast(string Text, Func<Task<string>>? Undo = null);

/// <summary>
/// Tells what was done, with a way to take it back: the button, or the key U, which goes on with what was done before. What is told
/// stays until something else is, or until it is dismissed: nobody has to be quick. What cannot be taken back takes nothing else away
/// with it: the button names what it is for where that is not the text beside it.
/// </summary>
internal sealed class Toasts
{
    private const int MaxUndoable = 50;

    private readonly List<Toast> _undoable = [];

    /// <summary>Called when there is something else to show.</summary>
    public event Func<Task>? Changed;

    /// <summary>What is told now; null for nothing.</summary>
    public string? Text { get; private set; }

    /// <summary>Steps with every text, so that the same one is read out again.</summary>
    public long Number { get; private set; }

    /// <summary>What U takes back; null for nothing.</summary>
    public Toast? Last => _undoable.LastOrDefault();

    /// <summary>Whether <see cref="Last"/> is what is told now.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Tells what was done.</summary>
    /// <param name="text">A sentence.</param>
    /// <param name="undo">Takes it back and says in a sentence what came of that; null where it cannot be taken back.</param>
    public Task ShowAsync(string text, Func<Task<string>>? undo = null)
    {
        if (undo is not null)
        {
            _undoable.Add(new Toast(text, undo));
            _undoable.RemoveRange(0, Math.Max(0, _undoable.Count - MaxUndoable));
        }

        return TellAsync(text, isLast: undo is not null);
    }

    /// <summary>Takes back what was done last.</summary>
    public async Task UndoAsync()
    {
        if (Last is { Undo: { } undo } last)
        {
            // First off the list: a second U while the first is under way is for what was done before.
            _undoable.Remove(last);
            await TellAsync(await undo());
        }
    }

    /// <summary>Shows nothing any more; what was done stays done.</summary>
    public Task DismissAsync()
    {
        _undoable.Clear();
        return TellAsync(null);
    }

    private Task TellAsync(string? text, bool isLast = false)
    {
        (Text, IsLast) = (text, isLast);
        Number++;
        return Changed?.Invoke() ?? Task.CompletedTask;
    }
}
