namespace Embed.Server.Moderation;

/// <summary>Registers what moderators do with whole threads, and how they search comments.</summary>
internal static class ThreadModeration
{
    public static IServiceCollection AddThreadModeration(this IServiceCollection services)
    {
        services.AddSingleton<ChangeThread>();
        services.AddSingleton<DeleteThread>();
        services.AddSingleton<IUndoPart>(provider => provider.GetRequiredService<DeleteThread>());
        services.AddSingleton<SearchComments>();
        services.AddSingleton<CloseOldThreads>();
        services.AddHostedService(provider => provider.GetRequiredService<CloseOldThreads>());
        return services;
    }
}
