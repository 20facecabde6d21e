using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>A thread embedded in a page, as somebody sees and uses it: by roles, names and labels.</summary>
/// <param name="page">The page.</param>
/// <param name="element">The element; the page's only one if not given.</param>
public sealed class EmbeddedThread(IPage page, ILocator? element = null)
{
    /// <summary>The custom element.</summary>
    public ILocator Element { get; } = element ?? page.Locator("embed-comments");

    /// <summary>The whole discussion.</summary>
    public ILocator Discussion => Element.Locator("section.thread");

    /// <summary>The discussion once it is live.</summary>
    public ILocator Live => Element.Locator("section.thread[data-live=yes]");

    /// <summary>What opens the form for a top-level comment.</summary>
    public ILocator Invitation => Button("Write a comment …");

    /// <summary>The field for a top-level comment.</summary>
    public ILocator Field => Element.GetByLabel("Your comment", new() { Exact = true });

    /// <summary>The button that sends <see cref="Field"/>.</summary>
    public ILocator Post => Button("Post");

    public ILocator SignIn => Button("Sign in");

    public ILocator SignOut => Button("Sign out");

    /// <summary>All comments, tombstones included, in the order shown.</summary>
    public ILocator Comments => Element.GetByRole(AriaRole.Article);

    /// <summary>A button of the thread by its exact name.</summary>
    public ILocator Button(string name) => Element.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>The comment that contains this text; its replies are not part of it.</summary>
    public ILocator Comment(string text) => Comments.Filter(new() { HasText = text });

    /// <summary>A button of a comment whose name begins so.</summary>
    public ILocator Act(string comment, string name) =>
        Comment(comment).GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + Regex.Escape(name), RegexOptions.None, TimeSpan.FromSeconds(1)) });

    /// <summary>Opens what else can be done with a comment, and presses one of it.</summary>
    public async Task MoreAsync(string comment, string name)
    {
        await Comment(comment).Locator("details.menu > summary").ClickAsync();
        await Act(comment, name).ClickAsync();
    }

    /// <summary>The form below a comment for a reply to it, or in its place for an edit.</summary>
    public ILocator FieldIn(string comment) => Comment(comment).GetByRole(AriaRole.Textbox);

    /// <summary>The button that sends <see cref="FieldIn"/>.</summary>
    public ILocator SubmitIn(string comment) => Comment(comment).Locator("form button.primary");

    /// <summary>A notice or refusal with this text.</summary>
    public ILocator Notice(string text) => Element.Locator(".notice:visible").Filter(new() { HasText = text });

    /// <summary>Opens the form for a top-level comment and writes.</summary>
    public async Task WriteAsync(string text)
    {
        await Invitation.ClickAsync();
        await Field.FillAsync(text);
    }
}
