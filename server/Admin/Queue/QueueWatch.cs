using Embed.Server.Threads;

namespace Embed.Server.Admin.Queue;

/// <summary>Looks again after changes at some sites, for a component, until it is disposed.</summary>
/// <param name="feed">What tells of changes.</param>
/// <param name="dispatch">The component's <c>InvokeAsync</c>.</param>
/// <param name="look">Looks, and draws.</param>
/// <param name="fail">The component's <c>DispatchExceptionAsync</c>.</param>
internal sealed class QueueWatch(
    QueueFeed feed, Func<Func<Task>, Task> dispatch, Func<CancellationToken, Task> look, Func<Exception, Task> fail) : IDisposable
{
    // Looking costs little, but a busy site changes many times a second.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _leaving = new();
    private IDisposable? _following;
    private bool _isLooking;
    private bool _looksAgain;

    /// <summary>Follows these sites, and no others any more.</summary>
    public void Follow(IEnumerable<long> sites)
    {
        _following?.Dispose();
        _following = _leaving.IsCancellationRequested ? null : feed.Follow(sites, () => _ = dispatch(LookAsync));
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _following?.Dispose();
        _leaving.Dispose();
    }

    // In the component's turn, so one after the other.
    private async Task LookAsync()
    {
        _looksAgain = _isLooking;
        if (_isLooking || _leaving.IsCancellationRequested)
        {
            return;
        }

        var gone = _leaving.Token;
        _isLooking = true;
        try
        {
            do
            {
                _looksAgain = false;
                await look(gone);
                await Task.Delay(Pause, gone);
            }
            while (_looksAgain);
        }
        catch (OperationCanceledException)
        {
            // The page is left; nobody looks.
        }
        catch (Exception fault)
        {
            await fail(fault);
        }
        finally
        {
            _isLooking = false;
        }
    }
}
