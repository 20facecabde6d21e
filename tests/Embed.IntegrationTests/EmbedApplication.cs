using System.Collections.Concurrent;
using Embed.Server;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Hosting;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Embed.Tests;

/// <summary>
/// The real server inside the test process, on a real database file in a folder of its own. Only the clock is replaced; what
/// browsers download, and the empty database, are made once for all servers of a process.
/// The browser tests run the same class on Kestrel.
/// </summary>
public sealed class EmbedApplication : WebApplicationFactory<Program>
{
    /// <summary>Key of the site that is always there.</summary>
    public const string Site = "test";

    /// <summary>The origin that may embed <see cref="Site"/>.</summary>
    public const string Origin = "https://blog.example";

    /// <summary>Key of another site that is always there, for what must not cross from one to the other.</summary>
    public const string OtherSite = "other";

    /// <summary>The origin that may embed <see cref="OtherSite"/>.</summary>
    public const string OtherOrigin = "https://other.example";

    /// <summary>The account that administers the server.</summary>
    public const string Administrator = "GitHub:administrator";

    private readonly string? _givenFolder;

    /// <summary>A server with its own folder, deleted in the end, and a <see cref="FakeTimeProvider"/>.</summary>
    public EmbedApplication() => DataFolder = Directory.CreateTempSubdirectory("embed-test-").FullName;

    /// <summary>A server on somebody else's folder and clock, which outlive it.</summary>
    private EmbedApplication(string dataFolder, TimeProvider clock)
    {
        DataFolder = _givenFolder = dataFolder;
        LiveClock = clock;
    }

    // What browsers download is made at start, compressed as far as it goes: most of a start. It depends on this one setting.
    private static readonly ConcurrentDictionary<int, Lazy<LoaderScript>> Scripts = [];

    /// <summary>Where the database file and the keys lie.</summary>
    public string DataFolder { get; }

    /// <summary>The server's clock unless it was given another; starts at noon, 2 January 2030 (UTC), and moves by hand.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Settings that differ from the defaults, by full key; read once, when the server starts.</summary>
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
    {
        ["Embed:Sites:0:Key"] = Site,
        ["Embed:Sites:0:Name"] = "Test blog",
        ["Embed:Sites:0:Origins:0"] = Origin,
        ["Embed:Sites:1:Key"] = OtherSite,
        ["Embed:Sites:1:Origins:0"] = OtherOrigin,
        ["Embed:Administrators:0"] = Administrator,
        // Tests about backups ask for them.
        ["Embed:Backup:IntervalHours"] = "0",
        // Tests write faster than people; those about the limits set them.
        ["Embed:Limits:PostsPerCommenter"] = "0",
        ["Embed:Limits:VotesPerCommenter"] = "0",
        ["Embed:Limits:WritesPerAddress"] = "0",
        ["Embed:Limits:FailuresPerAddress"] = "0",
    };

    /// <summary>Whether a folder without a database gets an empty one (<see cref="EmptyDatabase"/>); otherwise the server makes it.</summary>
    internal bool BringsDatabase { get; init; } = true;

    /// <summary>What stands before the server, if a test holds requests up.</summary>
    private IStartupFilter? Front { get; init; }

    /// <summary>What a test puts in the place of services elsewhere.</summary>
    internal Action<IServiceCollection> Replace { get; set; } = _ => { };

    /// <summary>What the server asks its database.</summary>
    internal QueryLog Queries { get; } = new();

    private TimeProvider? LiveClock { get; }

    private DateTimeOffset Now => (LiveClock ?? Clock).GetUtcNow();

    private string DatabasePath => Path.Combine(DataFolder, "embed.db");

    /// <summary>A server whose data outlive it, so that it can be started again on them.</summary>
    public static EmbedApplication On(string dataFolder, TimeProvider clock, IStartupFilter? front = null) => new(dataFolder, clock) { Front = front };

    /// <summary>The address of a page of <see cref="Site"/> that nobody has commented on.</summary>
    public static string NewPage(string origin = Origin) => $"{origin}/{Guid.NewGuid():N}";

    /// <summary>
    /// Signs somebody in at a site without the provider: an account of their own, and a session made as the server makes it.
    /// </summary>
    /// <returns>The commenter and the session's token.</returns>
    internal async Task<(Commenter Commenter, string Token)> MakeSessionAsync(
        string name = "Ada", Role role = Role.Commenter, string site = Site, string? origin = null)
    {
        var subject = role == Role.Administrator ? Administrator.Split(':')[1] : Guid.NewGuid().ToString("N");
        await using var database = await OpenDatabaseAsync();
        var commenter = await database.Commenters.Include(c => c.Accounts).SingleOrDefaultAsync(c => c.Accounts.Any(a => a.Subject == subject));
        if (commenter is null)
        {
            commenter = new Commenter { Name = name, CreatedAt = Now };
            commenter.Accounts.Add(new CommenterAccount { Provider = "GitHub", Subject = subject, Name = name, LinkedAt = Now, UsedAt = Now });
            database.Commenters.Add(commenter);
            await database.SaveChangesAsync();
        }

        if (role is Role.Trusted or Role.Owner)
        {
            var siteId = await database.Sites.Where(row => row.Key == site).Select(row => row.Id).SingleAsync();
            var granted = role == Role.Owner ? SiteRole.Owner : SiteRole.Trusted;
            database.RoleGrants.Add(new RoleGrant { CommenterId = commenter.Id, SiteId = siteId, Role = granted, GivenAt = Now });
            await database.SaveChangesAsync();
        }

        if (role == Role.Moderator)
        {
            await ChangeSiteAsync(row => row.Moderators.Add(commenter.Accounts[0].Key), site);
        }

        return (commenter, await SessionOfAsync(commenter.Id, site, origin));
    }

    /// <summary>Signs a commenter in at a site, as the server does it; the session's token.</summary>
    internal async Task<string> SessionOfAsync(long commenterId, string site = Site, string? origin = null)
    {
        await using var database = await OpenDatabaseAsync();
        var row = await database.Sites.SingleAsync(row => row.Key == site);
        var (token, _) = await Services.GetRequiredService<CommenterSessions>()
            .CreateAsync(commenterId, new NewSession(row.Id, origin ?? row.Origins[0], "Firefox, Linux"), CancellationToken.None);
        return token;
    }

    /// <summary>Puts a commenter under a shadow ban at <see cref="Site"/>, or ends it.</summary>
    internal async Task ShadowAsync(long commenterId, bool isOn = true)
    {
        await using var database = await OpenDatabaseAsync();
        var site = await database.Sites.SingleAsync(row => row.Key == Site);
        await database.Bans.Where(ban => ban.CommenterId == commenterId).ExecuteDeleteAsync();
        if (isOn)
        {
            database.Bans.Add(new Ban { CommenterId = commenterId, SiteId = site.Id, IsShadow = true, CreatedAt = Now });
        }

        await database.SaveChangesAsync();
    }

    /// <summary>
    /// Puts <see cref="Clock"/> forward by days at which nothing happens: what runs every few minutes is not run for each of them.
    /// Timers have as long to go as before.
    /// </summary>
    public void Skip(TimeSpan by) => Clock.AdjustTime(Clock.GetUtcNow() + by);

    /// <summary>Changes a site's settings as the admin page does.</summary>
    internal async Task ChangeSiteAsync(Action<Site> change, string site = Site)
    {
        await using var database = await OpenDatabaseAsync();
        var row = await database.Sites.SingleAsync(s => s.Key == site);
        change(row);
        row.Revision++;
        await database.SaveChangesAsync();
        Services.GetRequiredService<SiteDirectory>().Forget();
    }

    /// <summary>The server's database.</summary>
    internal Task<EmbedDbContext> OpenDatabaseAsync() =>
        Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        ReleaseFiles();
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (BringsDatabase)
        {
            EmptyDatabase.Put(DatabasePath);
        }

        // UseSetting, because these are already there while Program.cs runs; ConfigureAppConfiguration would come too late.
        builder.UseSetting("Embed:Database", DatabasePath);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services =>
        {
            services.ConfigureDbContext<EmbedDbContext>(database => database.AddInterceptors(Queries));
            if (Front is not null)
            {
                services.AddSingleton(Front);
            }

            Replace(services);
            services.Replace(ServiceDescriptor.Singleton(provider => ScriptFor(provider.GetRequiredService<IOptions<EmbedOptions>>())));
            services.RemoveAll<TimeProvider>().AddSingleton(LiveClock ?? Clock);
            // Open event streams would otherwise hold every test's end up for the default 30 s.
            services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            ReleaseFiles();
        }
    }

    private static LoaderScript ScriptFor(IOptions<EmbedOptions> options) =>
        Scripts.GetOrAdd(options.Value.CircuitIdleMinutes, _ => new Lazy<LoaderScript>(() => new LoaderScript(options))).Value;

    private void ReleaseFiles()
    {
        using (var pooled = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabasePath }.ConnectionString))
        {
            SqliteConnection.ClearPool(pooled);
        }

        if (_givenFolder is null && Directory.Exists(DataFolder))
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }
}

/// <summary>What somebody may do at a site.</summary>
internal enum Role
{
    Commenter,
    Trusted,
    Moderator,
    Owner,
    Administrator,
}
