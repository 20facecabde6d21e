using Embed.Server.Model;
using Microsoft.Extensions.Options;

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
        services.AddSingleton<LocateComment>();
        services.AddSingleton<IUndoPart>(provider => Guard(provider, ActWord.RoleGiven, isRedoGuarded: false));
        services.AddSingleton<IUndoPart>(provider => Guard(provider, ActWord.InvitationAccepted, isRedoGuarded: false));
        services.AddSingleton<IUndoPart>(provider => Guard(provider, ActWord.RoleTaken, isRedoGuarded: true));
        return services;
    }

    private static LastAdministrator.Guard Guard(IServiceProvider provider, string word, bool isRedoGuarded) =>
        new(word, isRedoGuarded, provider.GetRequiredService<IOptions<EmbedOptions>>());
}
