namespace Embed.Server.Admin.Shell;

/// <summary>What is asked before something is done that is hard to take back.</summary>
/// <param name="Title">A question, such as “Delete this thread?”.</param>
/// <param name="Text">What will happen.</param>
/// <param name="Act">What the button says that does it: the verb, never “OK”.</param>
internal sealed record Question(string Title, string Text, string Act);

/// <summary>Asks in a dialog. Whoever closes it without an answer has said no.</summary>
internal sealed class Confirmations
{
    private TaskCompletionSource<bool>? _answer;

    /// <summary>Called when there is a question.</summary>
    public event Func<Task>? Asked;

    /// <summary>The question on the screen; null for none.</summary>
    public Question? Question { get; private set; }

    /// <summary>Asks.</summary>
    /// <returns>Whether the act's button was pressed.</returns>
    public async Task<bool> AskAsync(string title, string text, string act)
    {
        Answer(false);
        var answer = _answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Question = new Question(title, text, act);
        await (Asked?.Invoke() ?? Task.CompletedTask);
        return await answer.Task;
    }

    /// <summary>Answers the question on the screen, if there is one.</summary>
    public void Answer(bool isYes)
    {
        Question = null;
        _answer?.TrySetResult(isYes);
    }
}
