using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>In what a thread's HTML is sent.</summary>
/// <param name="Identity">Part of the cache's key: names the form, and everything in it that is not the thread's.</param>
/// <param name="ServerAddress">
/// Our origin, for the links. Empty where the page's script puts it there: what one request calls us must not reach other
/// readers, so it may be in a form only as part of the identity.
/// </param>
/// <param name="Write">Puts the thread's HTML into the form.</param>
internal sealed record FragmentForm(string Identity, string ServerAddress, Func<ThreadModel, string, string> Write)
{
    /// <summary>The HTML and nothing else.</summary>
    public static readonly FragmentForm Bare = new("", "", (_, html) => html);
}
