using Embed.Benchmarks;

// dotnet run -c Release --project tests/Embed.Benchmarks -- page | load
await using var bench = await BenchServer.StartAsync(comments: 100);
switch (args.FirstOrDefault())
{
    case "page":
        await PageCost.RunAsync(bench);
        break;
    case "load":
        await FragmentLoad.RunAsync(bench);
        break;
    default:
        Console.WriteLine("Say what to measure: page (what a reader waits for) or load (fragments a second; needs wrk).");
        return 1;
}

return 0;
