using System.Net;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Http;

/// <summary>
/// How often one network address may show secrets that do not hold: tokens, codes, verifiers. All share one budget, so that
/// who guesses gains nothing by changing the door.
/// </summary>
/// <remarks>
/// An endpoint that takes a secret says <see cref="FailurePaceFilter.RequireFailurePace"/> in <c>Routes</c>, and has no more to do.
/// Session tokens are the exception: they are looked up first, and only a wrong one is counted and slowed. They have 256 random
/// bits, so slowness protects nothing there, whereas one bad client must not sign out the whole office behind its address.
/// </remarks>
internal sealed class FailurePace(IOptions<EmbedOptions> options) : IDisposable
{
    private readonly Pace<IPAddress> _pace = new(options.Value.Limits.FailuresPerAddress, TimeSpan.FromMinutes(10));

    /// <summary>Whether the address may try another secret; counts nothing.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? Check(IPAddress network) => Take(network, 0);

    /// <summary>Counts a secret that did not hold.</summary>
    /// <returns>The refusal too-many where that is one more than may be, or null.</returns>
    public Refusal? Fail(IPAddress network) => Take(network, 1);

    public void Dispose() => _pace.Dispose();

    private Refusal? Take(IPAddress network, int times) => _pace.Take(network, times) is { } wait ? Refusal.TooMany(wait) : null;
}

/// <summary>Puts endpoints that take a secret under the limit.</summary>
internal static class FailurePaceFilter
{
    /// <summary>
    /// Where the address has failed too often, answers 429 before the handler runs. Afterwards counts what the handler refused
    /// with 400 or 401.
    /// </summary>
    public static TBuilder RequireFailurePace<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (invocation, next) =>
        {
            var http = invocation.HttpContext;
            var pace = http.RequestServices.GetRequiredService<FailurePace>();
            var network = AddressPace.NetworkOf(http);
            if (pace.Check(network) is { } tooMany)
            {
                return tooMany.ToProblem(http);
            }

            var result = await next(invocation);
            if (StatusOf(result) is StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized)
            {
                pace.Fail(network);
            }

            return result;
        });

    private static int? StatusOf(object? result) => result switch
    {
        INestedHttpResult nested => StatusOf(nested.Result),
        IStatusCodeHttpResult coded => coded.StatusCode,
        _ => null,
    };
}
