using System.Text.RegularExpressions;

namespace Embed.Server.PreModeration;

/// <summary>
/// A pattern that a site's owner wrote: a .NET regular expression without what needs backtracking, so that time grows with the text
/// alone, and with a limit to it all the same. Made once for each rule.
/// </summary>
internal sealed class RulePattern
{
    // A usual pattern takes a millisecond for the longest comment.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    // Without backtracking .NET refuses by itself what would take more than 10,000 nodes, such as (a{100}){100}: a few megabytes.
    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline;

    private readonly Regex _regex;

    private RulePattern(Regex regex) => _regex = regex;

    /// <summary>The pattern; null if it is none that can be matched safely, with the reason.</summary>
    public static RulePattern? Of(string pattern, out string? fault)
    {
        fault = null;
        try
        {
            return new RulePattern(new Regex(pattern, Options, Patience));
        }
        catch (RegexParseException broken)
        {
            fault = $"It is no regular expression: {broken.Message}";
        }
        catch (NotSupportedException)
        {
            fault = "It uses what cannot be matched in bounded time: look-around, back-references, atomic groups, or repetitions of many thousand.";
        }

        return null;
    }

    /// <summary>Whether it matches anywhere in a text that <see cref="RuleText.NormaliseLines"/> made; null if it took too long.</summary>
    public bool? Matches(string normalised)
    {
        try
        {
            return _regex.IsMatch(normalised);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
