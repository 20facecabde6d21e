using Embed.Server.Admin.Shell;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Queue;

/// <summary>A question of the queue in a dialog of its own. Whoever closes it without an answer has said no.</summary>
/// <typeparam name="T">What the answer says.</typeparam>
public abstract class QueueDialog<T> : ComponentBase
    where T : class
{
    private TaskCompletionSource<T?>? _answer;
    private bool _opens;

    /// <summary>The dialog's element.</summary>
    protected ElementReference Element { get; set; }

    [Inject]
    private Browser Browser { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_opens)
        {
            _opens = false;
            await Browser.ShowModalAsync(Element);
        }
    }

    /// <summary>Opens it; the answer, or null.</summary>
    protected Task<T?> OpenAsync()
    {
        Close();
        _answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _opens = true;
        StateHasChanged();
        return _answer.Task;
    }

    /// <summary>Takes the answer, and closes.</summary>
    protected async Task AnswerAsync(T? answer)
    {
        // The answer first: closing says no.
        _answer?.TrySetResult(answer);
        await Browser.CloseAsync(Element);
    }

    /// <summary>The dialog has been closed.</summary>
    protected void Close() => _answer?.TrySetResult(null);
}
