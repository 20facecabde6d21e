using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Moderation;
using Embed.Server.PreModeration;

namespace Embed.Server.Admin.Rules;

/// <summary>Everything that judges comments before they are published, and the pages that say how.</summary>
internal static class RulesRegistration
{
    public static void AddRules(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton(new OutsideAddresses(AkismetCheck.Service));
        services.AddSingleton(_ => new OutsideHttp(PublicHosts.CreateHandler()));
        services.AddSingleton<AkismetCheck>();
        services.AddSingleton<HttpCheck>();
        services.AddSingleton<OutsideSecrets>();
        services.AddSingleton<OutsideChecks>();
        services.AddSingleton<PreModerate>();
        services.AddSingleton<TeachOutsideChecks>();
        services.AddHostedService(provider => provider.GetRequiredService<TeachOutsideChecks>());
        services.AddSingleton<SaveRules>();
        services.AddSingleton<SimulateRules>();
        services.AddSingleton<ChangeOutsideCheck>();
    }
}
