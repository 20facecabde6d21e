using System.Globalization;
using OpenQA.Selenium;
using OpenQA.Selenium.Interactions;

namespace Embed.BrowserTests;

/// <summary>A window that Selenium drives. What is looked for is looked for again until it is there.</summary>
internal sealed class WebKitWindow(WebDriver driver, string handle) : IWindow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Where the middle of the first button shown with this text is, or of the field with this label; null if none can be hit.
    private const string Finder = """
        const [kind, name] = arguments;
        const threads = [...document.querySelectorAll('embed-comments')].map(element => element.shadowRoot);
        for (const root of [document, ...threads]) {
          const named = [...root?.querySelectorAll(kind) ?? []].find(element => element.checkVisibility() && element.innerText.trim().startsWith(name));
          const element = named?.control ?? named;
          if (!element) continue;
          element.scrollIntoView({ block: 'center', behavior: 'instant' });
          const { left, top, width, height } = element.getBoundingClientRect();
          const [x, y] = [left + width / 2, top + height / 2];
          if (element.contains(root.elementFromPoint(x, y))) return [Math.round(x), Math.round(y)];
        }
        return null;
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task OpenAsync(string address)
    {
        Enter();
        await driver.Navigate().GoToUrlAsync(address);
    }

    public async Task ReloadAsync()
    {
        Enter();
        await driver.Navigate().RefreshAsync();
    }

    public Task PressAsync(string button) => UntilAsync($"press “{button}”", () => Click("button", button));

    public async Task<IWindow> PressForWindowAsync(string button)
    {
        var before = driver.WindowHandles;
        await PressAsync(button);
        string? opened = null;
        await UntilAsync($"see the window that “{button}” opens", () => (opened = driver.WindowHandles.Except(before).FirstOrDefault()) is not null);
        return new WebKitWindow(driver, opened!);
    }

    public Task TypeAsync(string label, string text) =>
        UntilAsync($"type into “{label}”", () =>
        {
            if (!Click("label", label))
            {
                return false;
            }

            new Actions(driver).SendKeys(text).Perform();
            return true;
        });

    public Task SeeAsync(string text) => UntilAsync($"see “{text}”", () => Text().Contains(text, StringComparison.Ordinal));

    public Task SeeButtonAsync(string button) => UntilAsync($"see the button “{button}”", () => Find("button", button) is not null);

    public Task CloseAsync()
    {
        Enter();
        driver.Close();
        return Task.CompletedTask;
    }

    public Task SeeClosedAsync() => UntilAsync("see the window close", () => !driver.WindowHandles.Contains(handle));

    public Task<string?> RunAsync(string script, string? argument = null)
    {
        Enter();
        return Task.FromResult((string?)driver.ExecuteAsyncScript($"const [argument, done] = arguments; ({script})(argument).then(done)", argument!));
    }

    private void Enter() => driver.SwitchTo().Window(handle);

    /// <summary>Clicks the middle of a shown element, as a mouse does; false if there is none yet.</summary>
    // By place: WebKitWebDriver cannot hand out elements that Blazor made, because they are of its frame's realm.
    private bool Click(string kind, string name)
    {
        if (Find(kind, name) is not { } place)
        {
            return false;
        }

        new Actions(driver).MoveToLocation(place.X, place.Y).Click().Perform();
        return true;
    }

    private (int X, int Y)? Find(string kind, string name)
    {
        Enter();
        return driver.ExecuteScript(Finder, kind, name) is IReadOnlyList<object> place
            ? (Convert.ToInt32(place[0], CultureInfo.InvariantCulture), Convert.ToInt32(place[1], CultureInfo.InvariantCulture))
            : null;
    }

    private string Text()
    {
        Enter();
        return (string)driver.ExecuteScript(
            """
            return [document.body, ...[...document.querySelectorAll('embed-comments')].map(element => element.shadowRoot?.querySelector('section.thread'))]
              .map(part => part?.innerText).join('\n');
            """)!;
    }

    private async Task UntilAsync(string what, Func<bool> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        Exception? obstacle = null;
        while (!Try())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"In WebKit one could not {what}. The page says: {Text()}", obstacle);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);
        }

        bool Try()
        {
            try
            {
                return done();
            }
            // The page is being drawn: what was found is gone again, or not yet in reach.
            catch (WebDriverException exception)
                when (exception is StaleElementReferenceException or NotFoundException or InvalidElementStateException or JavaScriptException)
            {
                obstacle = exception;
                return false;
            }
        }
    }
}
