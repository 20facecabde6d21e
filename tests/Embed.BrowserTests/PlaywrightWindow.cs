using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>A window that Playwright drives.</summary>
internal sealed class PlaywrightWindow(IPage page) : IWindow
{
    public Task OpenAsync(string address) => page.GotoAsync(address);

    public Task ReloadAsync() => page.ReloadAsync();

    public Task PressAsync(string button) => Button(button).ClickAsync();

    public async Task<IWindow> PressForWindowAsync(string button) =>
        new PlaywrightWindow(await page.RunAndWaitForPopupAsync(() => PressAsync(button)));

    public Task TypeAsync(string label, string text) => page.GetByLabel(From(label)).FillAsync(text);

    public Task SeeAsync(string text) => Expect(page.GetByText(text).First).ToBeVisibleAsync();

    public Task SeeButtonAsync(string button) => Expect(Button(button)).ToBeVisibleAsync();

    public Task CloseAsync() => page.CloseAsync();

    public async Task SeeClosedAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Close += (_, _) => closed.TrySetResult();
        if (!page.IsClosed)
        {
            await closed.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        }
    }

    public Task<string?> RunAsync(string script, string? argument = null) => page.EvaluateAsync<string?>(script, argument);

    private ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { NameRegex = From(name) }).First;

    private static Regex From(string name) => new("^" + Regex.Escape(name), RegexOptions.None, TimeSpan.FromSeconds(1));
}
