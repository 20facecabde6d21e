namespace Embed.Server.Transfer.Importing;

/// <summary>Registers what imports; the formats register themselves.</summary>
internal static class ImportRegistration
{
    public static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddSingleton<ImportAccess>()
        .AddSingleton<ImportFolders>()
        .AddSingleton<ImportStates>()
        .AddSingleton<ReadSource>()
        .AddSingleton<PlanImport>()
        .AddSingleton<WriteImport>()
        .AddSingleton<TakeImportBack>()
        .AddSingleton<ImportRunner>()
        .AddHostedService(provider => provider.GetRequiredService<ImportRunner>())
        .AddSingleton<StartImport>()
        .AddSingleton<RunPlanned>()
        .AddSingleton<CancelImport>()
        .AddSingleton<UndoImport>()
        .AddSingleton<Moderation.IUndoElsewhere>(provider => provider.GetRequiredService<UndoImport>())
        .AddSingleton<ListImports>()
        .AddSingleton<ReadImportReport>();
}
