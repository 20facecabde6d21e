using System.Globalization;
using Embed.Benchmarks;

// dotnet run -c Release --project tests/Embed.Benchmarks -- page | load | streams | post [seconds]
switch (args.FirstOrDefault())
{
    case "streams":
        await StreamLoad.RunAsync(streams: 5_000);
        return 0;
    case StreamLoad.ServerCommand:
        await StreamLoad.ServeAsync();
        return 0;
    case "post":
        await PostStorm.RunAsync(TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 60));
        return 0;
}

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
        Console.WriteLine(
            "Say what to measure: page (what a reader waits for), load (fragments a second; needs wrk), streams (5,000 readers that "
            + "follow) or post (comments a second; needs wrk).");
        return 1;
}

return 0;
