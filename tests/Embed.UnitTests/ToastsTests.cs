using Bunit;
using Embed.Server.Admin.Shell;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.UnitTests;

/// <summary>What was done is told, and taken back from the last on.</summary>
public sealed class ToastsTests : BunitContext
{
    private readonly Toasts _toasts = new();
    private readonly List<string> _undone = [];

    public ToastsTests()
    {
        Services.AddSingleton(_toasts);
        Services.AddSingleton<ShellState>();
    }

    [Fact]
    public async Task The_region_is_there_before_anything_is_told_in_it()
    {
        var host = Render<ToastHost>();
        Assert.Empty(host.Find("[role=status]").Children);

        await _toasts.ShowAsync("Saved.");

        Assert.Equal("Saved.", host.Find("[role=status] span").TextContent);
        Assert.Empty(host.FindAll("[data-key=u]"));
        await host.Find("[aria-label=Dismiss]").ClickAsync();
        Assert.Empty(host.Find("[role=status]").Children);
    }

    [Fact]
    public async Task Undo_takes_back_the_last_first_and_says_what_it_would_take_back_next()
    {
        var host = Render<ToastHost>();
        await _toasts.ShowAsync("First.", Undo("first"));
        await _toasts.ShowAsync("Second.", Undo("second"));
        Assert.Equal("Undo U", Words(host.Find("[data-key=u]").TextContent));

        await host.Find("[data-key=u]").ClickAsync();
        Assert.Equal(["second"], _undone);
        Assert.Equal("Undone: second", host.Find("[role=status] span").TextContent);
        Assert.Equal("Undo: First. U", Words(host.Find("[data-key=u]").TextContent));
        await host.Find("[data-key=u]").ClickAsync();

        Assert.Equal(["second", "first"], _undone);
        Assert.Empty(host.FindAll("[data-key=u]"));
    }

    [Fact]
    public async Task What_cannot_be_taken_back_leaves_what_can_and_the_button_names_it()
    {
        var host = Render<ToastHost>();
        await _toasts.ShowAsync("Same.", Undo("first"));
        await _toasts.ShowAsync("Same.");

        Assert.Equal("Undo: Same. U", Words(host.Find("[data-key=u]").TextContent));
        await host.Find("[data-key=u]").ClickAsync();

        Assert.Equal(["first"], _undone);
    }

    [Fact]
    public async Task A_button_whose_key_is_off_names_no_key()
    {
        var host = Render<ToastHost>();
        await _toasts.ShowAsync("First.", Undo("first"));
        Assert.Equal("U", host.Find("[data-key=u]").GetAttribute("aria-keyshortcuts"));

        Services.GetRequiredService<ShellState>().SetKeys(false);

        host.WaitForAssertion(() => Assert.False(host.Find("[data-key=u]").HasAttribute("aria-keyshortcuts")));
    }

    private Func<Task<string>> Undo(string what) => () =>
    {
        _undone.Add(what);
        return Task.FromResult($"Undone: {what}");
    };

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
