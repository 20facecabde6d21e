using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The samples, run as customers run them, against the real server.</summary>
public sealed class SampleTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Text = "Two days are worth it.";
    private static readonly string Samples = Path.Combine(Root(), "samples");
    private static readonly HttpClient Http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Static_build_has_the_comments_in_its_source_and_the_snippet_where_the_server_is_down()
    {
        var page = blog.Host.Origin + "/rye.html";
        await blog.PostAsync(page, Text);

        var built = await BuildAsync();
        await CheckPageAsync(page, built);
        var builtAlone = await WithoutServerAsync(BuildAsync);

        Assert.DoesNotContain(Text, builtAlone, StringComparison.Ordinal);
        Assert.Contains("most of the work is waiting", builtAlone, StringComparison.Ordinal);
        blog.Host.Handle("/rye.html", http => http.Response.WriteAsync(builtAlone, http.RequestAborted));
        await using var reader = await browser.OpenAsync();
        await Expect((await reader.ReadAsync(page)).Comment(Text)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Server_rendered_page_has_the_comments_in_its_source_and_stands_without_the_server()
    {
        using var sample = Start(
            "dotnet", Path.Combine(AppContext.BaseDirectory, "../../Embed.AspNetCoreBlog", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Embed.AspNetCoreBlog.dll"),
            "--urls=http://127.0.0.1:0", $"--Comments:Server={blog.Server.Origin}", $"--Comments:Site={Blog.Site}");
        try
        {
            var origin = await ListeningAsync(sample);
            await blog.ChangeSiteAsync(Blog.Site, site => site.Origins.Add(origin));
            await WithoutServerAsync(async () =>
            {
                var alone = await Http.GetStringAsync(new Uri(origin + "/rye"), Cancellation);
                Assert.Contains("<embed-comments>", alone, StringComparison.Ordinal);
                return alone;
            });
            await blog.PostAsync(origin + "/rye", Text);

            await CheckPageAsync(origin + "/rye", await Http.GetStringAsync(new Uri(origin + "/rye"), Cancellation));
            var later = await WithoutServerAsync(() => Http.GetStringAsync(new Uri(origin + "/rye"), Cancellation));

            Assert.Contains(Text, later, StringComparison.Ordinal);
        }
        finally
        {
            sample.Kill();
        }
    }

    private async Task CheckPageAsync(string page, string source)
    {
        Assert.Contains(Text, source, StringComparison.Ordinal);
        if (page.StartsWith(blog.Host.Origin, StringComparison.Ordinal))
        {
            blog.Host.Handle(new Uri(page).AbsolutePath, http => http.Response.WriteAsync(source, http.RequestAborted));
        }

        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Act(Text, "Reply")).ToBeVisibleAsync();

        Assert.Equal(["/embed.js"], requests);
    }

    private async Task<string> WithoutServerAsync(Func<Task<string>> act)
    {
        await blog.Server.StopAsync();
        try
        {
            return await act();
        }
        finally
        {
            blog.Server.Start();
        }
    }

    private async Task<string> BuildAsync()
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-").FullName;
        try
        {
            using var build = Start("sh", Path.Combine(Samples, "static-site/build.sh"), folder);
            await build.WaitForExitAsync(Cancellation);
            Assert.Equal(0, build.ExitCode);
            return await File.ReadAllTextAsync(Path.Combine(folder, "rye.html"), Cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        Environment =
        {
            ["COMMENTS"] = blog.Server.Origin, ["SITE"] = Blog.Site, ["ADDRESS"] = blog.Host.Origin,
            // Killed, it would leave the sockets of its debugger in the system's temporary folder.
            ["DOTNET_EnableDiagnostics"] = "0",
        },
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;

    private static async Task<string> ListeningAsync(Process sample)
    {
        const string Said = "Now listening on: ";
        var origin = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        sample.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf(Said, StringComparison.Ordinal) is >= 0 and var at)
            {
                origin.TrySetResult(line.Data[(at + Said.Length)..].Trim());
            }
        };
        sample.BeginOutputReadLine();
        return await origin.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Embed.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run below the folder of Embed.sln.");
    }
}
