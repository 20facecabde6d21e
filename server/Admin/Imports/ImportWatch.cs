using System.Threading.Channels;
using Embed.Server.Transfer.Importing;

namespace Embed.Server.Admin.Imports;

/// <summary>Has a page look again while imports go on, until it is disposed.</summary>
internal sealed class ImportWatch : IDisposable
{
    // Progress is told many times a second; people read less often.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    // One word for all that has happened since the last look.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ImportRunner _runner;

    public ImportWatch(ImportRunner runner)
    {
        _runner = runner;
        _runner.Changed += Note;
    }

    /// <summary>Looks after each change, in the turn of the component that calls it.</summary>
    /// <param name="look">Looks, and draws.</param>
    /// <param name="fail">The component's <c>DispatchExceptionAsync</c>.</param>
    /// <param name="gone">Ends it.</param>
    public async Task FollowAsync(Func<Task> look, Func<Exception, Task> fail, CancellationToken gone)
    {
        try
        {
            await foreach (var _ in _changes.Reader.ReadAllAsync(gone))
            {
                await look();
                await Task.Delay(Pause, gone);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page is left; nobody looks.
        }
        catch (Exception fault)
        {
            await fail(fault);
        }
    }

    public void Dispose() => _runner.Changed -= Note;

    private void Note() => _changes.Writer.TryWrite(true);
}
