namespace Embed.Server.Admin.SelfCheck;

/// <summary>A page as it came.</summary>
/// <param name="Address">Where it came from in the end.</param>
/// <param name="Passed">The addresses before that, which led on; none where the first answered.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Its headers by name, each with all its values.</param>
/// <param name="Html">Its source.</param>
internal sealed record FetchedPage(
    Uri Address, IReadOnlyList<Uri> Passed, int Status, IReadOnlyDictionary<string, IReadOnlyList<string>> Headers, string Html)
{
    /// <summary>The values of a header; none where it is not sent.</summary>
    public IReadOnlyList<string> Header(string name) => Headers.GetValueOrDefault(name) ?? [];

    /// <summary>The page's origin, as browsers state it.</summary>
    public string Origin => Embed.Server.Sites.SiteOrigins.Normalise(Address.GetLeftPart(UriPartial.Authority))!;
}
