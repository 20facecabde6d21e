using System.Threading.RateLimiting;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>How many writing requests one network address may send a minute. Each commenter has limits of their own besides.</summary>
internal static class WriteLimits
{
    public const string Policy = "writes";

    public static IServiceCollection AddWriteLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<EmbedOptions>>((limiter, options) =>
        {
            var perMinute = options.Value.Limits.WritesPerAddress;
            limiter.AddPolicy(Policy, http => perMinute == 0
                ? RateLimitPartition.GetNoLimiter("")
                : RateLimitPartition.GetFixedWindowLimiter(
                    LiveGate.NetworkOf(http.Connection.RemoteIpAddress).ToString(),
                    _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : TimeSpan.FromMinutes(1);
                await Refusal.TooMany(wait).ToProblem(rejected.HttpContext).ExecuteAsync(rejected.HttpContext);
            };
        });
        return services;
    }
}
