using System.Diagnostics;

namespace Embed.IntegrationTests;

/// <summary>Names of files on the line are seen from where they were typed, also where `dotnet run` has started the program elsewhere.</summary>
public sealed class TypedPathTests : IDisposable
{
    private readonly DirectoryInfo _typed = Directory.CreateTempSubdirectory("embed-test-");
    private readonly DirectoryInfo _started = Directory.CreateTempSubdirectory("embed-test-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Started_in_the_project_s_folder_it_looks_where_the_line_was_typed()
    {
        await File.WriteAllTextAsync(Path.Combine(_started.FullName, "Embed.Server.csproj"), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_typed.FullName, "here.xml"), "<disqus/>", Cancellation);

        Assert.Contains("There is no site yet", await RunAsync("import", "auto", "here.xml", "--site", "demo"), StringComparison.Ordinal);
        Assert.Contains($"There is no file {_typed.FullName}/there.xml.", await RunAsync("import", "auto", "there.xml", "--site", "demo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Started_anywhere_else_it_looks_there()
    {
        await File.WriteAllTextAsync(Path.Combine(_started.FullName, "here.xml"), "<disqus/>", Cancellation);

        Assert.Contains("There is no site yet", await RunAsync("import", "auto", "here.xml", "--site", "demo"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _typed.Delete(recursive: true);
        _started.Delete(recursive: true);
    }

    private async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Embed.Server.dll"), .. command, "--contentRoot", AppContext.BaseDirectory,
            "--Embed:Database", Path.Combine(_started.FullName, "embed.db"),
        ])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = _started.FullName,
        };
        start.Environment["PWD"] = _typed.FullName;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return said;
    }
}
