using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>A site with accounts of its own: its administrator on our page, and its server that signs tokens.</summary>
internal sealed class SiteSignOn : IDisposable
{
    private const string Path = $"/admin/sites/{EmbedApplication.Site}/single-sign-on";

    private readonly EmbedApplication _application;

    private SiteSignOn(EmbedApplication application, OwnOrigin admin) => (_application, Admin) = (application, admin);

    /// <summary>The administrator's browser.</summary>
    public OwnOrigin Admin { get; }

    /// <summary>The secret made last.</summary>
    public string Secret { get; private set; } = "";

    /// <summary>Turns single sign-on on, with a secret.</summary>
    public static async Task<SiteSignOn> TurnOnAsync(EmbedApplication application, string keysAddress = "")
    {
        var site = new SiteSignOn(application, await OwnOrigin.OpenAsync(application, Role.Administrator));
        using var saved = await site.SendAsync("save", ("keysAddress", keysAddress));
        await site.MakeSecretAsync();
        return site;
    }

    /// <summary>The page as it is now.</summary>
    public Task<IElement> ReadAsync() => Admin.ReadAsync(Path);

    /// <summary>One of the page's forms, sent.</summary>
    public async Task<HttpResponseMessage> SendAsync(string act, params (string Name, string? Value)[] filled) =>
        await Admin.SendAsync(FormOf(await ReadAsync(), act), filled);

    /// <summary>The form of an act.</summary>
    public static IElement FormOf(IElement page, string act) =>
        page.QuerySelector($"form:has(input[name=act][value={act}])") ?? throw new InvalidOperationException($"No form {act}.");

    /// <summary>Makes a new secret.</summary>
    public async Task MakeSecretAsync()
    {
        using var made = await SendAsync("secret");
        Secret = ThreadReader.Parse(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).QuerySelector("#secret")!.TextContent;
    }

    /// <summary>What the page says of a token.</summary>
    public async Task<string> TryAsync(string token)
    {
        using var tried = await SendAsync("try", ("token", token));
        return ThreadReader.Parse(await tried.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).QuerySelector("#tried")!.TextContent;
    }

    /// <summary>The claims of a token for somebody.</summary>
    public JsonObject Claims(string subject = "ada", string name = "Ada") =>
        SiteTokens.Claims(_application.Clock.GetUtcNow(), EmbedApplication.Origin, EmbedApplication.Site, subject, name);

    /// <summary>A token for somebody, signed with the secret.</summary>
    public string Token(string subject = "ada", string name = "Ada") => SiteTokens.Sign(Claims(subject, name), Secret);

    public void Dispose() => Admin.Dispose();
}
