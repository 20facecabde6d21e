using Microsoft.Playwright;

namespace Embed.Benchmarks;

/// <summary>
/// What a reader waits for on a slow link and phone: 1.6 Mbit/s down, 150 ms a request, CPU 4 times slower, empty cache. The
/// page's own first line and the first comment are timed when they are painted, in the same visit.
/// </summary>
internal static class PageCost
{
    private const int Visits = 9;

    public static async Task RunAsync(string[] arguments)
    {
        await using var bench = await BenchServer.StartAsync(comments: 100);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("EMBED_CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
                "--no-first-run",
            ],
        });
        List<Visit> visits = [];
        for (var i = 0; i < Visits; i++)
        {
            visits.Add(await VisitAsync(browser, bench.Page, bench.Server));
            Console.WriteLine(visits[^1]);
        }

        var median = visits.OrderBy(visit => visit.Ratio).ElementAt(Visits / 2);
        Console.WriteLine($"median: {median}");
    }

    private sealed record Visit(double Own, double Comment, int Requests, double Kilobytes)
    {
        public double Ratio => Comment / Own;

        public override string ToString() =>
            $"own text {Own:F0} ms, first comment {Comment:F0} ms, ratio {Ratio:F2}; to the comment server: {Requests} requests, {Kilobytes:F1} KB";
    }

    private static async Task<Visit> VisitAsync(IBrowser browser, string address, string server)
    {
        // A new context has an empty cache.
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false,
            ["latency"] = 150,
            ["downloadThroughput"] = 1_600_000 / 8,
            ["uploadThroughput"] = 750_000 / 8,
        });
        await session.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 4 });
        var requests = 0;
        var bytes = 0.0;
        var ours = new HashSet<string>();
        session.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
        {
            if (sent!.Value.GetProperty("request").GetProperty("url").GetString()!.StartsWith(server, StringComparison.Ordinal))
            {
                requests++;
                ours.Add(sent.Value.GetProperty("requestId").GetString()!);
            }
        };
        session.Event("Network.loadingFinished").OnEvent += (_, finished) =>
        {
            if (ours.Contains(finished!.Value.GetProperty("requestId").GetString()!))
            {
                bytes += finished.Value.GetProperty("encodedDataLength").GetDouble();
            }
        };
        // Seen in a frame's callback, it is painted at the end of that frame; the timer fires after it.
        await page.AddInitScriptAsync(
            """
            const painted = name => setTimeout(() => { window['at_' + name] ??= performance.now(); });
            const look = () => {
              if (document.getElementById('own')) painted('own');
              if (document.querySelector('embed-comments')?.shadowRoot?.querySelector('.comment')) painted('comment');
              if (!window.at_comment) requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
            """);
        await page.GotoAsync(address);
        await page.WaitForFunctionAsync("window.at_comment");
        return new Visit(
            await page.EvaluateAsync<double>("window.at_own"), await page.EvaluateAsync<double>("window.at_comment"),
            requests, bytes / 1024);
    }
}
