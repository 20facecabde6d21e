using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>What axe finds, and what the keyboard reaches.</summary>
internal static class Accessibility
{
    /// <summary>Nothing serious on the whole page, or in the part given.</summary>
    public static async Task AssertAsync(IPage page, ILocator? part = null)
    {
        var result = part is null ? await page.RunAxe(new AxeRunOptions()) : await part.RunAxe(new AxeRunOptions());
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, string.Join(Environment.NewLine, serious.SelectMany(
            violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Any.FirstOrDefault()?.Message ?? violation.Help}: {node.Html}"))));
    }

    /// <summary>Nothing at all on the whole page, best practices included.</summary>
    public static async Task AssertNothingFoundAsync(IPage page)
    {
        var result = await page.RunAxe(new AxeRunOptions());
        Assert.True(result.Violations.Length == 0, string.Join(Environment.NewLine, result.Violations.SelectMany(
            violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Any.FirstOrDefault()?.Message ?? violation.Help}: {node.Html}"))));
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
}
