using Microsoft.Extensions.Options;

namespace Embed.Server.Http;

/// <summary>The origin under which a request reached us: configured, else what the request says.</summary>
internal sealed class ServerAddress(IOptions<EmbedOptions> options)
{
    private readonly string? _configured = options.Value.PublicAddress?.TrimEnd('/');

    /// <summary>Scheme, host and port, without a trailing slash.</summary>
    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host}";
}
