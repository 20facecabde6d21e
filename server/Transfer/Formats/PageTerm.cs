using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>Finds the page that a text names: an address, a path, or something that only the page's snippet knows.</summary>
internal static partial class PageTerm
{
    // Giscus and Utterances call a site's home so.
    private const string Home = "index";

    /// <summary>A thread of the page.</summary>
    /// <param name="id">What comments call the thread.</param>
    /// <param name="place">Where it stands in the source.</param>
    /// <param name="term">
    /// The text. Without spaces and with characters of a path only it is a path, with or without the first slash.
    /// </param>
    /// <param name="link">A link to the page that stands elsewhere; used where the text leaves something open.</param>
    public static SourceThread Thread(string id, string place, string? term, string? link = null)
    {
        var thread = new SourceThread(id, place);
        term = term?.Trim() ?? "";
        if (AbsoluteOf(term) is not null)
        {
            return thread with { Address = term };
        }

        var page = AbsoluteOf(link?.Trim());
        if (PathPattern().IsMatch(term))
        {
            // Giscus and Utterances cut the first slash and the file's extension off. The link still has them.
            return thread with { Address = page is not null && Shortened(page.AbsolutePath) == term ? page.AbsolutePath : term == Home ? "/" : "/" + term.TrimStart('/') };
        }

        // A page that was being written on this or that machine has the same path where it was published.
        return page is not null ? thread with { Address = page.IsLoopback ? page.AbsolutePath : link!.Trim(), Title = term.Length == 0 ? null : term }
            : thread with { ExplicitId = term.Length == 0 ? null : term };
    }

    private static Uri? AbsoluteOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

    private static string Shortened(string path) => path.Length < 2 ? Home : ExtensionPattern().Replace(path[1..], "");

    [GeneratedRegex("""^[A-Za-z0-9._~!$&'()*+,;=:@%/-]{1,2000}$""", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PathPattern();

    [GeneratedRegex("""\.[A-Za-z0-9_]{1,20}$""", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ExtensionPattern();
}
