namespace Embed.BrowserTests;

/// <summary>
/// A window of a browser, whatever drives it, by what its user sees: names are those of buttons and labels, from their
/// beginning, in the page and in the threads embedded in it. Each waits until it can be done, and fails if that never comes.
/// </summary>
public interface IWindow
{
    /// <summary>Opens an address.</summary>
    Task OpenAsync(string address);

    /// <summary>Loads the page again.</summary>
    Task ReloadAsync();

    /// <summary>Presses a button.</summary>
    Task PressAsync(string button);

    /// <summary>Presses a button that opens another window.</summary>
    Task<IWindow> PressForWindowAsync(string button);

    /// <summary>Types into the field with this label.</summary>
    Task TypeAsync(string label, string text);

    /// <summary>Waits until the page shows this text.</summary>
    Task SeeAsync(string text);

    /// <summary>Waits until it shows a button.</summary>
    Task SeeButtonAsync(string button);

    /// <summary>Closes the window, as its user may at any time.</summary>
    Task CloseAsync();

    /// <summary>Waits until it is closed, by itself or by a script.</summary>
    Task SeeClosedAsync();

    /// <summary>What an asynchronous function of JavaScript answers, a text or null, for an argument.</summary>
    Task<string?> RunAsync(string script, string? argument = null);
}

/// <summary>A browser as its maker ships it, which keeps sites apart by default.</summary>
public interface IEngine
{
    /// <summary>Opens an empty window in a fresh profile.</summary>
    Task<EngineReader> OpenAsync();

    /// <summary>The same for somebody who allows third-party cookies.</summary>
    Task<EngineReader> OpenPermissiveAsync();
}

/// <summary>A reader with a profile of their own.</summary>
/// <param name="Window">The first window.</param>
/// <param name="Profile">What ends with the reader.</param>
public sealed record EngineReader(IWindow Window, IAsyncDisposable Profile) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Profile.DisposeAsync();
}
