using Microsoft.Playwright;

namespace Embed.Benchmarks;

/// <summary>
/// What a reader waits for on a slow link and phone: 1.6 Mbit/s down, 150 ms a request, CPU 4 times slower, empty cache. The
/// page's own first line and the first comment are timed when they are painted, in the same visit; the three forms a page can
/// have its comments in take turns.
/// </summary>
internal static class PageCost
{
    private const int Rounds = 9;

    // Seen in a frame's callback, it is painted at the end of that frame; the timer fires after it.
    private const string Watch =
        """
        window.blocked = window.shifted = 0;
        const painted = name => setTimeout(() => { window['at_' + name] ??= performance.now(); });
        const look = () => {
          if (document.getElementById('own')) painted('own');
          if (document.querySelector('embed-comments')?.shadowRoot?.querySelector('.comment')) painted('comment');
          if (!window.at_comment) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        const observe = (type, each) => new PerformanceObserver(list => list.getEntries().forEach(each)).observe({ type, buffered: true });
        observe('longtask', task => window.blocked += Math.max(0, task.duration - 50));
        observe('layout-shift', shift => { if (shift.startTime >= window.at_comment) window.shifted += shift.value; });
        addEventListener('embed-ready', () => window.at_ready = performance.now());
        """;

    public static async Task RunAsync(string[] arguments)
    {
        await using var bench = await BenchServer.StartAsync(comments: 100);
        if (arguments is ["pictures"])
        {
            await BenchPictures.AddAsync(bench, people: 40);
        }

        using (var http = new HttpClient())
        {
            http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
            Console.WriteLine($"fragment: {(await http.GetByteArrayAsync(bench.Fragment)).Length} bytes (brotli)");
        }

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
        var visits = Enum.GetValues<Form>().ToDictionary(form => form, _ => new List<Visit>());
        // The first visit of a browser pays for its start, whatever the page.
        await VisitAsync(browser, bench);
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var (form, ofForm) in visits)
            {
                bench.Form = form;
                ofForm.Add(await VisitAsync(browser, bench));
                Console.WriteLine($"{form}: {ofForm[^1]}");
            }
        }

        var plainOwn = Median(visits[Form.TwoRequests], visit => visit.Own);
        foreach (var (form, ofForm) in visits)
        {
            var comment = Median(ofForm, visit => visit.Comment);
            Console.WriteLine(
                $"median {form}: own text {Median(ofForm, visit => visit.Own):F0} ms, first comment {comment:F0} ms, ratio {Median(ofForm, visit => visit.Comment / visit.Own):F2} "
                + $"(from {ofForm.Min(visit => visit.Comment / visit.Own):F2} to {ofForm.Max(visit => visit.Comment / visit.Own):F2}; to the own text of the page with the plain snippet {comment / plainOwn:F2}), "
                + $"blocking {Median(ofForm, visit => visit.Blocked):F0} ms, layout shift {ofForm.Max(visit => visit.Shifted):F4} at most");
        }
    }

    private sealed record Visit(double Own, double Comment, double Blocked, double Shifted, int Requests, double Kilobytes)
    {
        public override string ToString() =>
            $"own text {Own:F0} ms, first comment {Comment:F0} ms, ratio {Comment / Own:F2}, blocking {Blocked:F0} ms, layout shift {Shifted:F4}; to the comment server: {Requests} requests, {Kilobytes:F1} KB";
    }

    private static double Median(List<Visit> visits, Func<Visit, double> value) => visits.Select(value).Order().ElementAt(visits.Count / 2);

    private static async Task<Visit> VisitAsync(IBrowser browser, BenchServer bench)
    {
        // A new context has an empty cache.
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var session = await SlowAsync(context, page);
        var requests = 0;
        var bytes = 0.0;
        var ours = new HashSet<string>();
        session.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
        {
            if (sent!.Value.GetProperty("request").GetProperty("url").GetString()!.StartsWith(bench.Server, StringComparison.Ordinal))
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
        await page.AddInitScriptAsync(Watch);
        await page.GotoAsync(bench.Page);
        // Blocking and shifts are counted until a while after everything is there.
        await page.WaitForFunctionAsync("window.at_comment && performance.now() > window.at_ready + 1000");
        return new Visit(
            await page.EvaluateAsync<double>("window.at_own"), await page.EvaluateAsync<double>("window.at_comment"),
            await page.EvaluateAsync<double>("window.blocked"), await page.EvaluateAsync<double>("window.shifted"),
            requests, bytes / 1024);
    }

    private static async Task<ICDPSession> SlowAsync(IBrowserContext context, IPage page)
    {
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
        return session;
    }
}
