using Embed.Benchmarks;

// dotnet run -c Release --project tests/Embed.Benchmarks -- <command> [arguments]; the README says what each measures.
var commands = new SortedDictionary<string, Func<string[], Task>>(StringComparer.Ordinal)
{
    ["circuits"] = CircuitLoad.RunAsync,
    ["load"] = FragmentLoad.RunAsync,
    ["page"] = PageCost.RunAsync,
    ["serve"] = ServerProcess.ServeAsync,
};
if (args.Length > 0 && commands.TryGetValue(args[0], out var run))
{
    await run(args[1..]);
    return 0;
}

Console.WriteLine($"Say what to measure: {string.Join(", ", commands.Keys)}.");
return 1;
