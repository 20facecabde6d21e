using System.Text.Json.Nodes;
using Embed.Server.Admin;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A site with accounts of its own: its owner at our page's handlers, and its server that signs tokens.</summary>
internal sealed class SiteSignOn
{
    private readonly EmbedApplication _application;

    private SiteSignOn(EmbedApplication application, Actor owner) => (_application, Owner) = (application, owner);

    /// <summary>Who changes it.</summary>
    public Actor Owner { get; }

    /// <summary>The secret made last.</summary>
    public string Secret { get; private set; } = "";

    /// <summary>What the page acts with.</summary>
    public ChangeSingleSignOn Handler => _application.Services.GetRequiredService<ChangeSingleSignOn>();

    /// <summary>The code that the page shows, to be copied.</summary>
    public static IReadOnlyList<SingleSignOnSample> Samples =>
        SingleSignOnSample.All(EmbedApplication.Site, EmbedApplication.Origin, "http://localhost");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Turns single sign-on on, with a secret.</summary>
    public static async Task<SiteSignOn> TurnOnAsync(EmbedApplication application, string keysAddress = "")
    {
        var site = new SiteSignOn(application, await ActorAsync(application, Role.Administrator));
        var saved = await site.Handler.SaveAsync(site.Owner, new SingleSignOnForm(EmbedApplication.Origin, keysAddress), Cancellation);
        Assert.Empty(saved.Faults);
        await site.MakeSecretAsync();
        return site;
    }

    /// <summary>Somebody new with a role at the site, at the pages below <c>/admin</c>.</summary>
    public static async Task<Actor> ActorAsync(EmbedApplication application, Role role)
    {
        var (commenter, _) = await application.MakeSessionAsync("Ada", role);
        var site = await application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation);
        return await application.Services.GetRequiredService<Admission>().IdentifyAsync(site!, commenter, ActedVia.Admin, isModerator: false, Cancellation);
    }

    /// <summary>The settings as they are.</summary>
    public async Task<SingleSignOnState> ReadAsync() => SingleSignOnState.Of(
        Owner.Site, await Handler.FindAsync(Owner.Site.Id, Cancellation), _application.Clock.GetUtcNow());

    /// <summary>Makes a new secret.</summary>
    public async Task MakeSecretAsync() => Secret = (await Handler.MakeSecretAsync(Owner, (await ReadAsync()).SecretStamp, Cancellation)).Secret!;

    /// <summary>What the page says of a token.</summary>
    public Task<TrySiteToken.Result> TryAsync(string token) =>
        _application.Services.GetRequiredService<TrySiteToken>().HandleAsync(Owner, token, Cancellation);

    /// <summary>The claims of a token for somebody.</summary>
    public JsonObject Claims(string subject = "ada", string name = "Ada") =>
        SiteTokens.Claims(_application.Clock.GetUtcNow(), EmbedApplication.Origin, EmbedApplication.Site, subject, name);

    /// <summary>A token for somebody, signed with the secret.</summary>
    public string Token(string subject = "ada", string name = "Ada") => SiteTokens.Sign(Claims(subject, name), Secret);
}
