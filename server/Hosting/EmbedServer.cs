using Embed.Server.Admin;
using Embed.Server.Admin.Backups;
using Embed.Server.Admin.Queue;
using Embed.Server.Admin.Rules;
using Embed.Server.Admin.Shell;
using Embed.Server.Admin.Threads;
using Embed.Server.Circuits;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Me;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Embed.Server.Transfer.Backups;
using Embed.Server.Transfer.Claims;
using Embed.Server.Transfer.Export;
using Embed.Server.Transfer.Importing;
using Embed.Widget;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>The whole server as two lists: what it is made of, and what a request passes.</summary>
public static class EmbedServer
{
    // A comment of 10,000 characters is at most 60,000 bytes of JSON when each is escaped; the rest of a request is small.
    private const int MaxRequestBytes = 128 * 1024;

    /// <summary>Registers every part, in dependency order.</summary>
    public static void AddEmbed(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Outside Development nothing else looks for static files below the build output.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddLogCaps();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.AddServerHeader = false;
        });
        var services = builder.Services;
        services.AddOptions<EmbedOptions>().BindConfiguration(EmbedOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbedOptions>, EmbedOptionsCheck>();
        services.AddSingleton(TimeProvider.System);
        services.AddEmbedDatabase();
        services.AddSingleton<AddressPace>();
        services.AddSingleton<FailurePace>();
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<SiteDirectory>();
        services.AddSingleton<ConfiguredSites>();
        services.AddSignIn();
        services.AddReading();
        services.AddWriting();
        services.AddBackups();
        services.AddImports();
        services.AddCircuits();
        services.AddMe();
        services.AddPeopleAdmin();
        services.AddAdmin();
        services.AddSingleton<LoaderScript>();
        services.AddSingleton(provider => provider.GetRequiredService<LoaderScript>().Addresses);
        services.AddSingleton(provider => provider.GetRequiredService<LoaderScript>().Included);
        services.AddCors();
        services.AddTransient<ICorsPolicyProvider, SiteCors>();
        services.AddTrustedProxies();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = BadRequests.Describe);
        services.AddExceptionHandler<BadRequests>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => WireFormat.Configure(json.SerializerOptions));
        services.AddOpenApi("v1", ApiDocument.Configure);
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        services.AddHostedService<StartUp>();
    }

    /// <summary>The pipeline, in order.</summary>
    public static void UseEmbed(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseForwardedHeaders();
        app.UsePublicAddress();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseWhen(AdminShell.HasLargeFile, files => files.UseResponseCompression());
        app.UseStaticFiles();
        app.UseRouting();
        app.UseCors();
        // Before authentication, which asks providers itself when they send somebody back.
        app.UseWhen(ProviderDeadline.Applies, signIn => signIn.UseMiddleware<ProviderDeadline>());
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseWebSockets();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/_blazor"), live => live.UseMiddleware<LiveGate>());
        app.MapEmbed();
    }

    private static void AddReading(this IServiceCollection services)
    {
        services.AddSingleton<ThreadVersions>();
        services.AddSingleton<ThreadPlaces>();
        services.AddSingleton<ThreadFeed>();
        services.AddSingleton<ThreadAnnouncements>();
        services.AddSingleton<QueueFeed>();
        services.AddSingleton<ThreadChanges>();
        services.AddSingleton<ReadThread>();
        services.AddSingleton<ThreadFragments>();
        services.AddSingleton<IncludedThread>();
        services.AddSingleton<CountComments>();
        services.AddSingleton<ReadLatest>();
        services.AddSingleton<SiteBodies>();
        services.AddSingleton<ThreadListing>();
        services.AddSingleton<EventStreams>();
    }

    private static void AddWriting(this IServiceCollection services)
    {
        services.AddSingleton<CommenterPace>();
        services.AddRules();
        services.AddSingleton<Admission>();
        services.AddSingleton<HttpAdmission>();
        services.AddSingleton<ThreadPages>();
        services.AddSingleton<PostComment>();
        services.AddSingleton<PlainPost>();
        services.AddSingleton<EditComment>();
        services.AddSingleton<DeleteComment>();
        services.AddSingleton<VoteOnComment>();
        services.AddSingleton<FlagComment>();
        services.AddQueue();
        services.AddPeople();
        services.AddSingleton<ThreadActs>();
        services.AddSingleton<MergeThreads>();
        services.AddSingleton<MoveThread>();
        services.AddSingleton<SplitBranch>();
        services.AddSingleton<UndoneRows>();
        services.AddSingleton<UndoAct>();
        services.AddSingleton<ReadLog>();
        services.AddThreadModeration();
        services.AddImportClaims();
        services.AddExports();
    }

    private static void AddAdmin(this IServiceCollection services)
    {
        services.AddAdminShell();
        services.AddTransient<QueueDesk>();
        services.AddSingleton<ListSites>();
        services.AddSingleton<SaveSite>();
        services.AddSingleton<Admin.Sites.PreviewModeration>();
        services.AddSingleton<ChangeSingleSignOn>();
        services.AddSingleton<IUndoPart>(provider => provider.GetRequiredService<ChangeSingleSignOn>());
        services.AddSingleton<TrySiteToken>();
        services.AddThreadPages();
        services.AddSingleton<AdministerBackups>();
        services.AddSingleton<ReadStatistics>();
    }

    private static void AddCircuits(this IServiceCollection services)
    {
        services.AddTransient<IThreadSession, ThreadSession>();
        services.AddSingleton<ModerateInThread>();
        services.AddServerSideBlazor(blazor =>
        {
            blazor.RootComponents.RegisterForJavaScript<CommentsElement>("embed-comments");
            // The page's element adds one; any script can try to add more.
            blazor.RootComponents.MaxJSRootComponents = 1;
            // Long enough for a phone that changes networks; drafts survive on the device anyway.
            blazor.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
            blazor.DisconnectedCircuitMaxRetained = 200;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxRequestBytes);
    }
}
