using Embed.Server.Moderation;

namespace Embed.Server.Transfer.Claims;

/// <summary>Registers what administrators do about claims to imported comments.</summary>
internal static class ClaimsRegistration
{
    public static IServiceCollection AddImportClaims(this IServiceCollection services)
    {
        services.AddSingleton<ListClaims>();
        services.AddSingleton<DecideClaim>();
        services.AddSingleton<IUndoPart>(provider => provider.GetRequiredService<DecideClaim>());
        return services;
    }
}
