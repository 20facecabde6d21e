using Embed.Server.Http;
using Embed.Server.Transfer.Formats;
using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer.Importing;

/// <summary>Registers what imports, and the formats there are.</summary>
internal static class ImportRegistration
{
    public static IServiceCollection AddImports(this IServiceCollection services) => ImportFormats.All
        .Aggregate(services, (all, format) => all.AddSingleton(format))
        .AddSingleton<ImportAccess>()
        .AddSingleton<ImportFolders>()
        .AddSingleton<ImportChoices>()
        .AddSingleton<ImportUpkeep>()
        .AddSingleton<ImportStates>()
        .AddSingleton<ReadSource>()
        .AddSingleton<PlanImport>()
        .AddSingleton<StageImport>()
        .AddSingleton<WriteImport>()
        .AddSingleton<TakeImportBack>()
        .AddSingleton<ImportRunner>()
        .AddHostedService(provider => provider.GetRequiredService<ImportRunner>())
        .AddSingleton<StartImport>()
        .AddSingleton(GitHubImport)
        .AddSingleton<PlanAgain>()
        .AddSingleton<PreviewUndo>()
        .AddSingleton<RunPlanned>()
        .AddSingleton<CancelImport>()
        .AddSingleton<ThrowImportAway>()
        .AddSingleton<UndoImport>()
        .AddSingleton<Moderation.IUndoElsewhere>(provider => provider.GetRequiredService<UndoImport>())
        .AddSingleton<ListImports>()
        .AddSingleton<ReadImportReport>();

    private static StartGitHubImport GitHubImport(IServiceProvider provider)
    {
        var own = provider.GetRequiredService<IOptions<EmbedOptions>>().Value.GitHubApi is { } api ? new Uri(api) : null;
        return new StartGitHubImport(
            provider.GetRequiredService<ImportAccess>(), provider.GetRequiredService<StartImport>(), PublicHosts.CreateHandler(own),
            provider.GetRequiredService<TimeProvider>(), own);
    }
}
