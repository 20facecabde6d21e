using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Sites;

namespace Embed.Server.Hosting;

/// <summary>The whole server as two lists: what it is made of, and what a request passes.</summary>
public static class EmbedServer
{
    /// <summary>Registers every part, in dependency order.</summary>
    public static void AddEmbed(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<EmbedOptions>().BindConfiguration(EmbedOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbedDatabase();
        builder.Services.AddSingleton<SiteDirectory>();
        builder.Services.AddSignIn();
        // Production does not look for pages.css and blazor.server.js below the build output unless told to.
        builder.WebHost.UseStaticWebAssets();
    }

    /// <summary>The pipeline, in order.</summary>
    public static void UseEmbed(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseStaticFiles();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapSignIn();
    }
}
