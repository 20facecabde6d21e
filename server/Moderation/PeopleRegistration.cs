namespace Embed.Server.Moderation;

/// <summary>Registers the acts on people: bans, roles, invitations and notes.</summary>
internal static class PeopleRegistration
{
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<BanCommenter>();
        services.AddSingleton<GiveRole>();
        services.AddSingleton<Invite>();
        services.AddSingleton<AcceptInvitation>();
        services.AddSingleton<NotePerson>();
        return services;
    }
}
