using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>Pictures for people to look at, below <c>artifacts/screenshots</c>.</summary>
internal static class Screenshots
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "screenshots")).FullName;

    /// <summary>Takes the page as it is seen, scrolled down as far as the window is high.</summary>
    public static Task TakeAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = PathOf(name), Animations = ScreenshotAnimations.Disabled });

    /// <summary>Where the picture of this name lies.</summary>
    public static string PathOf(string name) => Path.Combine(Folder, name + ".png");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Embed.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
