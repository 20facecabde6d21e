using Embed.Server;
using Embed.Server.Transfer.Backups;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Embed.IntegrationTests;

/// <summary>The control of what every other test here takes for granted.</summary>
public sealed class EmbedApplicationTests
{
    [Fact]
    public async Task Settings_and_clock_reach_the_server()
    {
        await using var application = new EmbedApplication();
        application.Settings["Embed:SessionDays"] = "7";

        var options = application.Services.GetRequiredService<IOptions<EmbedOptions>>().Value;

        Assert.Equal(7, options.SessionDays);
        Assert.Equal([EmbedApplication.Site, EmbedApplication.OtherSite], options.Sites.Select(site => site.Key));
        Assert.Equal([EmbedApplication.Origin], options.Sites[0].Origins);
        Assert.Same(application.Clock, application.Services.GetRequiredService<TimeProvider>());
    }

    [Fact]
    public async Task Data_are_its_own_and_go_with_it()
    {
        await using var other = new EmbedApplication();
        var application = new EmbedApplication();
        _ = application.Services;
        Assert.NotEqual(other.DataFolder, application.DataFolder);

        await application.DisposeAsync();

        Assert.False(Directory.Exists(application.DataFolder));
        Assert.True(Directory.Exists(other.DataFolder));
    }

    [Fact]
    public async Task The_database_it_brings_is_the_one_that_a_server_makes()
    {
        await using var brought = new EmbedApplication();
        await using var made = new EmbedApplication { BringsDatabase = false };

        Assert.Equal(SchemaOf(made), SchemaOf(brought));
    }

    private static IReadOnlyList<string> SchemaOf(EmbedApplication application)
    {
        _ = application.Services;
        using var database = PlainSqlite.Open(Path.Combine(application.DataFolder, "embed.db"));
        return
        [
            .. database.Column<string>("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name"),
            .. database.Column<string>("SELECT MigrationId FROM __EFMigrationsHistory ORDER BY MigrationId"),
            database.Scalar<string>("PRAGMA journal_mode"), database.Scalar<string>("PRAGMA page_size"), database.Scalar<string>("PRAGMA auto_vacuum"),
        ];
    }
}
