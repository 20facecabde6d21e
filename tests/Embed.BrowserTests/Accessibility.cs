using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>What axe finds, and what the keyboard reaches.</summary>
internal static class Accessibility
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Nothing serious on the whole page, or in the part given.</summary>
    public static async Task AssertAsync(IPage page, ILocator? part = null) =>
        AssertNone((await FindAsync(page, part)).Where(found => found.Impact is "serious" or "critical"));

    /// <summary>Nothing at all on the whole page, best practices included.</summary>
    public static async Task AssertNothingFoundAsync(IPage page) => AssertNone(await FindAsync(page));

    // In the page itself, once for each document, and asked for violations alone: Deque's own package for Playwright opens another
    // profile for each scan, and carries to and fro what was found to be in order, which takes longer than the scan.
    private static async Task<Violation[]> FindAsync(IPage page, ILocator? part = null)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await page.EvaluateAsync(Axe);
        }

        // What fades in is seen as it stays: contrast is measured.
        const string Scan = """
            async part => {
              await Promise.all(document.getAnimations().filter(moving => moving.playState === 'running' && moving.effect.getComputedTiming().endTime < Infinity)
                .map(moving => moving.finished.catch(() => {})));
              const found = await axe.run(part ?? document, { resultTypes: ['violations'] });
              return found.violations.flatMap(({ id, impact, help, nodes }) =>
                nodes.map(node => ({ id, impact, html: node.html, help: node.any[0]?.message ?? help })));
            }
            """;
        return part is null ? await page.EvaluateAsync<Violation[]>(Scan) : await part.EvaluateAsync<Violation[]>(Scan);
    }

    private static void AssertNone(IEnumerable<Violation> found)
    {
        var all = string.Join(Environment.NewLine, found.Select(violation => $"{violation.Id}: {violation.Help}: {violation.Html}"));
        Assert.True(all.Length == 0, all);
    }

    /// <summary>Tab comes to it, and shows that it did.</summary>
    public static async Task TabToAsync(IPage page, ILocator target)
    {
        for (var i = 0; i < 60; i++)
        {
            if (await target.EvaluateAsync<bool>("item => item.getRootNode().activeElement === item"))
            {
                Assert.NotEqual("none", await target.EvaluateAsync<string>("item => getComputedStyle(item).outlineStyle"));
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab did not reach {target}.");
    }

    // Set by Playwright.
    private sealed class Violation
    {
        public string Id { get; set; } = "";

        public string? Impact { get; set; }

        public string Html { get; set; } = "";

        public string Help { get; set; } = "";
    }
}
