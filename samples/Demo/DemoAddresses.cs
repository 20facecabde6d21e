namespace Embed.Demo;

/// <summary>Where the four parts listen; each can be set (<c>--server</c>, <c>--blog</c>, <c>--github</c>, <c>--mailbox</c>).</summary>
/// <param name="Server">The comment server. Default http://localhost:5080.</param>
/// <param name="Blog">The sample blog. Default http://127.0.0.1:5081: to browsers another site than localhost.</param>
/// <param name="GitHub">The stand-in. Default http://localhost:5082.</param>
/// <param name="Mailbox">The stand-in mailbox. Default http://localhost:5083.</param>
internal sealed record DemoAddresses(Uri Server, Uri Blog, Uri GitHub, Uri Mailbox)
{
    public static DemoAddresses From(IConfiguration configuration) => new(
        Read(configuration, "server", "http://localhost:5080"),
        Read(configuration, "blog", "http://127.0.0.1:5081"),
        Read(configuration, "github", "http://localhost:5082"),
        Read(configuration, "mailbox", "http://localhost:5083"));

    private static Uri Read(IConfiguration configuration, string key, string fallback)
    {
        var value = configuration[key] ?? fallback;
        return Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback
            ? address
            : throw new ArgumentException($"--{key} is '{value}'. Give an http address on this machine, such as {fallback}.", nameof(key));
    }
}
