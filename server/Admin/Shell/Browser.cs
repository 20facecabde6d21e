using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Embed.Server.Admin.Shell;

/// <summary>What the browser says of itself when the circuit begins.</summary>
/// <param name="TimeZone">Its time zone (IANA).</param>
/// <param name="HasKeys">Whether single keys act on this device.</param>
internal sealed record BrowserFacts(string TimeZone, bool HasKeys);

/// <summary>The few things that only the browser can do; all of them are in <c>admin.js</c>.</summary>
internal sealed class Browser(IJSRuntime script, ShellState state) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>The user's time zone.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>A moment as a clock on the user's wall shows it.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>Loads the script, and asks who it is.</summary>
    public async Task<BrowserFacts> BeginAsync()
    {
        var facts = await CallAsync<BrowserFacts>("begin");
        // Where the server knows no time zones, times are in UTC, and say so.
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(facts.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
        return facts;
    }

    /// <summary>Names the page in the window's title and in its history.</summary>
    public Task SetTitleAsync(string title) => CallAsync("setTitle", title);

    /// <summary>Opens a dialog element over the page: focus stays in it until it closes, and goes back to where it was.</summary>
    public Task ShowModalAsync(ElementReference dialog) => CallAsync("showModal", dialog);

    /// <summary>Closes it.</summary>
    public Task CloseAsync(ElementReference dialog) => CallAsync("close", dialog);

    /// <summary>Moves focus to the first field that something is wrong with.</summary>
    public Task FocusFaultAsync() => CallAsync("focusFault");

    /// <summary>Draws a thread's HTML apart from the page, in the thread's own styles.</summary>
    /// <param name="host">The element to draw it in.</param>
    /// <param name="html">The HTML, made by the widget's components.</param>
    /// <param name="styles">Path of the thread's stylesheet.</param>
    public Task DrawThreadAsync(ElementReference host, string html, string styles) => CallAsync("drawThread", host, html, styles);

    /// <summary>Connects anew as soon as this tab is looked at again: with the cookie of who has signed in meanwhile.</summary>
    public Task ReconnectOnReturnAsync() => CallAsync("reconnectOnReturn");

    /// <summary>Remembers on this device whether single keys act.</summary>
    /// <returns>Whether it does: a browser may be told to keep nothing.</returns>
    public Task<bool> KeepKeysAsync(bool hasKeys) => CallAsync<bool>("keepKeys", hasKeys);

    /// <summary>Copies a text.</summary>
    public Task CopyAsync(string text) => CallAsync("copy", text);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await (_module?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its module with it.
        }
    }

    private async Task CallAsync(string function, params object?[] arguments) =>
        await (await ModuleAsync()).InvokeVoidAsync(function, arguments);

    private async Task<T> CallAsync<T>(string function, params object?[] arguments) =>
        await (await ModuleAsync()).InvokeAsync<T>(function, arguments);

    private async Task<IJSObjectReference> ModuleAsync() =>
        _module ??= await script.InvokeAsync<IJSObjectReference>("import", $"/admin.js?v={state.Build}");
}
