using System.Text.Json;

namespace Embed.Tests;

/// <summary>
/// Files other projects test themselves with. They lie beside the repository (<c>../shared/fixtures</c>) or where the
/// environment variable <c>EMBED_FIXTURES</c> says; without them the test that asks is skipped.
/// </summary>
internal static class Fixtures
{
    private const string Override = "EMBED_FIXTURES";

    /// <summary>The Markdown of every example of the CommonMark specification.</summary>
    public static IReadOnlyList<string> CommonMarkExamples()
    {
        // An example stands between two lines of 32 backticks, its source before the line that is a single full stop.
        var fence = new string('`', 32);
        var examples = new List<string>();
        var lines = File.ReadAllLines(PathOf("commonmark/spec.txt"));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] != $"{fence} example")
            {
                continue;
            }

            var end = Array.IndexOf(lines, ".", i + 1);
            examples.Add(string.Join('\n', lines[(i + 1)..end]).Replace('→', '\t'));
            i = Array.IndexOf(lines, fence, end);
        }

        return examples;
    }

    /// <summary>Strings that break naive software.</summary>
    public static IReadOnlyList<string> NaughtyStrings() =>
        JsonSerializer.Deserialize<List<string>>(File.ReadAllText(PathOf("naughty-strings/blns.json")))!;

    /// <summary>The full path of a fixture. Skips the running test where there is none.</summary>
    public static string PathOf(string name)
    {
        var folder = Environment.GetEnvironmentVariable(Override) is { Length: > 0 } given ? given : BesideRepository();
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            Assert.Skip($"There is no {path}; set {Override} to the folder of the fixtures.");
        }

        return path;
    }

    private static string BesideRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Embed.sln")))
        {
            folder = folder.Parent;
        }

        return Path.GetFullPath(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "../shared/fixtures"));
    }
}
