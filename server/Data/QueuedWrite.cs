using Embed.Server.Model;

namespace Embed.Server.Data;

/// <summary>A write on its way through the <see cref="WriteQueue"/>.</summary>
internal abstract class QueuedWrite
{
    /// <summary>Does it inside the group's transaction; its result is kept until the group ends.</summary>
    public abstract Task RunAsync(WriteScope scope);

    /// <summary>The group is on disk: answers with the result.</summary>
    public abstract void Complete();

    /// <summary>Nothing is on disk: answers with the fault, or without one with the refusal server-busy.</summary>
    public abstract void Fail(Exception? fault);
}

/// <inheritdoc/>
internal sealed class QueuedWrite<T>(Func<WriteScope, Task<Outcome<T>>> write, CancellationToken cancellationToken) : QueuedWrite
{
    // Whoever waits goes on elsewhere: the queue has the next group to write.
    private readonly TaskCompletionSource<Outcome<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome<T> _outcome;

    /// <summary>Ends when the write has been answered.</summary>
    public Task<Outcome<T>> Answer => _answer.Task;

    public override async Task RunAsync(WriteScope scope)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _answer.TrySetCanceled(cancellationToken);
            return;
        }

        await scope.BeginWriteAsync();
        try
        {
            _outcome = await write(scope);
        }
        catch (Exception fault)
        {
            await scope.UndoWriteAsync();
            _answer.TrySetException(fault);
            return;
        }

        if (_outcome.Refusal is null)
        {
            await scope.KeepWriteAsync();
        }
        else
        {
            await scope.UndoWriteAsync();
        }
    }

    public override void Complete() => _answer.TrySetResult(_outcome);

    public override void Fail(Exception? fault)
    {
        if (fault is null)
        {
            _answer.TrySetResult(Refusal.ServerBusy);
        }
        else
        {
            _answer.TrySetException(fault);
        }
    }
}
