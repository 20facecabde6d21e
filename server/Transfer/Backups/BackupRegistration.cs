namespace Embed.Server.Transfer.Backups;

/// <summary>Registers backups.</summary>
internal static class BackupRegistration
{
    public static IServiceCollection AddBackups(this IServiceCollection services) => services
        .AddSingleton<BackupFolder>()
        .AddSingleton<MakeBackup>()
        .AddSingleton<RestoreBackup>()
        .AddSingleton<BackupSchedule>()
        .AddHostedService(provider => provider.GetRequiredService<BackupSchedule>());
}
