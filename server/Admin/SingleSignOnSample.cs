namespace Embed.Server.Admin;

/// <summary>Code that makes tokens, to be copied: the files of <c>samples/single-sign-on</c> with a site's values in them.</summary>
/// <param name="Language">The programming language.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Code">Its content.</param>
public sealed record SingleSignOnSample(string Language, string FileName, string Code)
{
    private static readonly (string Language, string FileName)[] Files =
    [
        ("JavaScript (Node.js)", "embed-token.mjs"), ("PHP", "embed-token.php"), ("Python", "embed_token.py"), ("C#", "EmbedToken.cs"),
    ];

    /// <summary>The code in each language. The values are of characters that mean nothing in any of them.</summary>
    /// <param name="site">The site's key.</param>
    /// <param name="issuer">What tokens must name as <c>iss</c>.</param>
    /// <param name="server">The server's own origin.</param>
    internal static IReadOnlyList<SingleSignOnSample> All(string site, string issuer, string server) =>
    [
        .. Files.Select(file => new SingleSignOnSample(file.Language, file.FileName, Read(file.FileName)
            .Replace("my-blog", site, StringComparison.Ordinal)
            .Replace("https://blog.example", issuer, StringComparison.Ordinal)
            .Replace("https://comments.example", server, StringComparison.Ordinal))),
    ];

    private static string Read(string fileName)
    {
        using var stream = typeof(SingleSignOnSample).Assembly.GetManifestResourceStream($"single-sign-on/{fileName}")
            ?? throw new InvalidOperationException($"There is no sample {fileName}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
