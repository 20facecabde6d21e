namespace Embed.Server.Transfer.Export;

/// <summary>Registers what exports, and what takes an export over.</summary>
internal static class ExportRegistration
{
    public static IServiceCollection AddExports(this IServiceCollection services) => services.AddSingleton<TakeExport>().AddSingleton<TakeOver>();
}
