using Embed.Server.Data;

namespace Embed.Server.Hosting;

/// <summary>The whole server as two lists: what it is made of, and what a request passes.</summary>
public static class EmbedServer
{
    /// <summary>Registers every part, in dependency order.</summary>
    public static void AddEmbed(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<EmbedOptions>().BindConfiguration(EmbedOptions.Section);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbedDatabase();
    }

    /// <summary>The pipeline, in order.</summary>
    public static void UseEmbed(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
    }
}
