using Embed.Server.Data;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A write that has its turn and takes until it is disposed: everything after it waits, in order.</summary>
internal sealed class HeldQueue : IAsyncDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _write;

    private HeldQueue(WriteQueue queue, TaskCompletionSource begun) =>
        _write = queue.RunAsync<bool>(
            async _ =>
            {
                begun.SetResult();
                await _end.Task;
                return true;
            },
            CancellationToken.None);

    public static async Task<HeldQueue> HoldAsync(EmbedApplication application)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new HeldQueue(application.Services.GetRequiredService<WriteQueue>(), begun);
        await begun.Task;
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        _end.SetResult();
        await _write;
    }
}
