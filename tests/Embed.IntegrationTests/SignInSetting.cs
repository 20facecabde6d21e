using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>What tests of signing in begin with: a server of their own, a stand-in GitHub, and a popup that is not open yet.</summary>
public abstract class SignInSetting : IAsyncLifetime
{
    private protected SignInProvider Provider { get; private set; } = null!;

    private protected EmbedApplication Application { get; } = new();

    private protected Popup Popup { get; private set; } = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Provider = await SignInProvider.StartAsync();
        foreach (var (key, value) in Provider.Settings)
        {
            Application.Settings[key] = value;
        }

        Popup = new Popup(Application);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Popup.Dispose();
        await Application.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
