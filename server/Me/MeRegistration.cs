namespace Embed.Server.Me;

/// <summary>Registers what belongs to the person.</summary>
internal static class MeRegistration
{
    public static IServiceCollection AddMe(this IServiceCollection services)
    {
        services.AddSingleton<AccountNames>();
        services.AddSingleton<TouchedThreads>();
        services.AddSingleton<ShowAccount>();
        services.AddSingleton<ListOwnComments>();
        services.AddSingleton<ExportOwnData>();
        services.AddSingleton<RevokeSession>();
        services.AddSingleton<SignOutEverywhere>();
        services.AddSingleton<ChooseName>();
        services.AddSingleton<ChoosePicture>();
        services.AddSingleton<JoinCommenters>();
        services.AddSingleton<LinkAccount>();
        services.AddSingleton<UnlinkAccount>();
        services.AddSingleton<DeleteAccount>();
        services.AddSingleton<KeepAccount>();
        services.AddSingleton<ErasePerson>();
        services.AddHostedService<DeleteDueAccounts>();
        return services;
    }
}
