using Embed.Server.Admin.People;
using Embed.Server.Admin.SelfCheck;
using Embed.Server.Admin.Setup;
using Embed.Server.Admin.Sites;
using Embed.Server.Admin.Team;

namespace Embed.Server.Admin;

/// <summary>Registers the first run, the self-check, and what the pages about people read.</summary>
internal static class PeopleAdmin
{
    public static IServiceCollection AddPeopleAdmin(this IServiceCollection services)
    {
        services.AddSingleton<SetupCode>();
        services.AddSingleton<BecomeAdministrator>();
        services.AddSingleton<MakeSite>();
        services.AddSingleton<PageClient>();
        services.AddSingleton<CheckPage>();
        services.AddSingleton<ListPeople>();
        services.AddSingleton<ShowPerson>();
        services.AddSingleton<ListTeam>();
        return services;
    }
}
