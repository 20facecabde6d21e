namespace Embed.Server.Admin.SelfCheck;

/// <summary>Whether a page's Content-Security-Policy lets the widget do its work.</summary>
internal static class PolicyFindings
{
    private const string Topic = "Content-Security-Policy";

    public static IEnumerable<Finding> Of(IReadOnlyList<ContentPolicy> policies, PageElement? tag, Uri page, Uri server)
    {
        if (policies.Count == 0)
        {
            yield return new Finding(Topic, Fit.Good, "The page has none.");
            yield break;
        }

        var own = server.GetLeftPart(UriPartial.Authority);
        var socket = new UriBuilder(server) { Scheme = server.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;
        List<Finding?> found =
        [
            Scripts(policies, tag, page, server, own),
            Missing(policies, "connect-src", page, [new Uri(server, "/api/v1/")], own, Fit.Fault, "comments are not loaded"),
            Missing(policies, "connect-src", page, [new Uri(socket, "/_blazor")], socket.GetLeftPart(UriPartial.Authority), Fit.Fault, "comments can be read, but nobody can take part"),
            Missing(policies, "img-src", page, [new Uri(server, "/pictures/")], own, Fit.Notice, "letters stand for people’s pictures"),
            FormAction(policies, page, server, own),
            Types(policies),
            Sandbox(policies),
        ];
        foreach (var finding in found.OfType<Finding>())
        {
            yield return finding;
        }

        if (found.TrueForAll(finding => finding is null))
        {
            yield return new Finding(Topic, Fit.Good, "The policy lets the comments work. Of style-src and frame-src nothing is asked.");
        }
    }

    private static Finding? Missing(
        IReadOnlyList<ContentPolicy> policies, string directive, Uri page, Uri[] addresses, string source, Fit fit, string outcome) =>
        policies.All(policy => addresses.All(address => policy.Allows(directive, address, page))) ? null
            : new Finding(Topic, fit, $"{directive} does not name {source}: {outcome}.", $"Add {source} to {directive}.", $"{directive} … {source}");

    /// <summary>
    /// The tag must run, and what it loads then: further scripts of ours by import, which a nonce or strict-dynamic on the tag
    /// covers, and Blazor by an element, which only strict-dynamic or the server's name does.
    /// </summary>
    private static Finding? Scripts(IReadOnlyList<ContentPolicy> policies, PageElement? tag, Uri page, Uri server, string own)
    {
        Uri[] later = [new Uri(server, "/embed-live.js"), new Uri(server, "/_framework/blazor.server.js")];
        var loader = (tag is null ? null : TagFindings.AddressOf(tag)) ?? new Uri(server, "/embed.js");
        var (runs, goesOn) = (true, true);
        foreach (var policy in policies)
        {
            if (policy.Sources("script-src-elem", "script-src", "default-src") is not { } sources)
            {
                continue;
            }

            var isDynamic = sources.Contains("'strict-dynamic'", StringComparer.OrdinalIgnoreCase);
            bool Named(Uri address) => sources.Any(source => ContentPolicy.Matches(source, address, page));
            runs &= HasNonceOrHash(sources, tag) || (!isDynamic && Named(loader));
            goesOn &= isDynamic || later.All(Named);
        }

        return !runs
            ? new Finding(Topic, Fit.Fault, "script-src does not let the tag run.", $"Add {own} to script-src; where it has 'strict-dynamic', give the tag the nonce of the page instead.", $"script-src … {own}")
            : goesOn ? null
            : new Finding(Topic, Fit.Fault, "script-src lets the tag run, but not all that it loads: comments can be read, but nobody can take part.", $"Add {own} to script-src.", $"script-src … {own}");
    }

    private static bool HasNonceOrHash(IReadOnlyCollection<string> sources, PageElement? tag) =>
        (tag?["nonce"] is { Length: > 0 } nonce && sources.Contains($"'nonce-{nonce}'", StringComparer.Ordinal))
        || (tag?["integrity"] is { Length: > 0 } integrity
            && integrity.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(hash => sources.Contains($"'{hash}'", StringComparer.Ordinal)));

    private static Finding? FormAction(IReadOnlyList<ContentPolicy> policies, Uri page, Uri server, string own) =>
        // Unlike the others it does not fall back on default-src.
        policies.All(policy => policy.Sources("form-action") is not { } sources || sources.Any(source => ContentPolicy.Matches(source, new Uri(server, "/signin"), page))) ? null
            : new Finding(
                Topic, Fit.Notice, $"form-action does not name {own}: where the sign-in window loses the page, as in apps’ own browsers, people must leave the page to sign in.",
                $"Add {own} to form-action.", $"form-action … {own}");

    private static Finding? Types(IReadOnlyList<ContentPolicy> policies) =>
        policies.Any(policy => policy.Sources("trusted-types") is { } names && !names.Contains("embed-comments") && !names.Contains("*"))
            ? new Finding(Topic, Fit.Fault, "trusted-types does not name embed-comments: the comments are not shown.", "Add embed-comments to trusted-types.", "trusted-types … embed-comments")
        : policies.Any(policy => policy.Sources("require-trusted-types-for") is not null)
            ? new Finding(Topic, Fit.Fault, "The page demands trusted types: comments can be read, but nobody can take part.", "Leave require-trusted-types-for out of pages that show comments.")
        : null;

    private static Finding? Sandbox(IReadOnlyList<ContentPolicy> policies)
    {
        string[] needed = ["allow-scripts", "allow-same-origin", "allow-forms", "allow-popups"];
        var missing = policies.Select(policy => policy.Sources("sandbox")).OfType<System.Collections.Immutable.ImmutableArray<string>>()
            .SelectMany(allowed => needed.Except(allowed, StringComparer.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal).ToList();
        return missing.Count == 0 ? null
            : new Finding(Topic, Fit.Fault, $"The page is in a sandbox without {string.Join(", ", missing)}.", "Leave sandbox out of pages that show comments, or add what is missing.", $"sandbox … {string.Join(' ', missing)}");
    }
}
