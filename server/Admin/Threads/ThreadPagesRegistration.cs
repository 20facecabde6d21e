namespace Embed.Server.Admin.Threads;

/// <summary>Registers what the pages about threads and the search need.</summary>
internal static class ThreadPagesRegistration
{
    public static void AddThreadPages(this IServiceCollection services)
    {
        services.AddSingleton<ListThreads>();
        services.AddSingleton<ReadThreadSettings>();
    }
}
