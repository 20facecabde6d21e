using Embed.Server.Commenters;
using Embed.Server.Me;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Makes two people one, as somebody does who proves that both accounts are theirs.</summary>
internal static class AccountJoining
{
    /// <summary>Joins one person into another, who stays.</summary>
    public static async Task RunAsync(EmbedApplication application, long from, long into)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await application.OpenDatabaseAsync();
        var account = await database.Accounts.AsNoTracking().FirstAsync(a => a.CommenterId == from, cancellation);
        var done = await application.Services.GetRequiredService<LinkAccount>()
            .HandleAsync(into, new ProvenAccount(account.Provider, account.Subject, account.Name), from, cancellation);
        Assert.Equal(LinkAccount.Standing.Others, done.Value);
    }
}
