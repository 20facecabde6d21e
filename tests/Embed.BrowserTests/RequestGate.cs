using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Embed.BrowserTests;

/// <summary>Holds requests up before the server sees them, as a slow network does.</summary>
internal sealed class RequestGate : IStartupFilter
{
    private volatile Hold? _hold;

    /// <summary>Lets nothing through whose path begins so, until the result is disposed.</summary>
    public IDisposable Close(string path) => new Opener(_hold = new Hold(path));

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(async (context, pass) =>
        {
            if (_hold is { } hold && context.Request.Path.Value!.StartsWith(hold.Path, StringComparison.Ordinal))
            {
                await hold.End.Task.WaitAsync(context.RequestAborted);
            }

            await pass(context);
        });
        next(application);
    };

    private sealed record Hold(string Path)
    {
        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Opener(Hold Hold) : IDisposable
    {
        public void Dispose() => Hold.End.TrySetResult();
    }
}
