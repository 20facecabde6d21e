using System.Globalization;
using Embed.Benchmarks;

// dotnet run -c Release --project tests/Embed.Benchmarks -- <command> [arguments]; the README says what each measures.
var commands = new SortedDictionary<string, Func<string[], Task>>(StringComparer.Ordinal)
{
    ["bdn"] = Micro.RunAsync,
    ["big"] = BigLoad.RunAsync,
    ["circuits"] = CircuitLoad.RunAsync,
    ["data"] = BigDatabase.RunAsync,
    ["export"] = ExportLoad.RunAsync,
    ["import"] = ImportLoad.RunAsync,
    ["import-deep"] = ImportDepth.RunAsync,
    ["import-plan"] = ImportPlanning.RunAsync,
    ["import-read"] = ImportReading.RunAsync,
    ["load"] = FragmentLoad.RunAsync,
    ["page"] = PageCost.RunAsync,
    ["post"] = arguments => PostStorm.RunAsync(
        TimeSpan.FromSeconds(arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 60)),
    ["queue"] = QueueLoad.RunAsync,
    ["search"] = SearchLoad.RunAsync,
    ["serve"] = ServerProcess.ServeAsync,
    ["streams"] = _ => StreamLoad.RunAsync(streams: 5_000),
    [StreamLoad.ServerCommand] = _ => StreamLoad.ServeAsync(),
};
if (args.Length > 0 && commands.TryGetValue(args[0], out var run))
{
    await run(args[1..]);
    return 0;
}

Console.WriteLine($"Say what to measure: {string.Join(", ", commands.Keys)}.");
return 1;
