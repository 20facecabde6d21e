using System.Globalization;
using Embed.Server.Data;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

public sealed class SchemaTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IDbContextFactory<EmbedDbContext> Databases =>
        application.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>();

    [Fact]
    public async Task Every_change_of_the_model_has_its_migration()
    {
        await using var database = await Databases.CreateDbContextAsync(Cancellation);

        Assert.False(
            database.Database.HasPendingModelChanges(),
            "The model changed: dotnet ef migrations add <Name> --project server --output-dir Data/Migrations/Sqlite");
    }

    [Fact]
    public async Task Migrations_make_every_table_in_an_empty_file()
    {
        var file = Path.Combine(application.DataFolder, "empty.db");
        var connection = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString;
        var options = new DbContextOptionsBuilder<EmbedDbContext>().UseSqlite(connection).AddInterceptors(new SqlitePragmas()).Options;
        await using var database = new EmbedDbContext(options);

        await database.Database.MigrateAsync(Cancellation);

        var tables = database.Model.GetEntityTypes().Select(type => type.GetTableName()!).ToList();
        Assert.NotEmpty(tables);
        foreach (var table in tables)
        {
            Assert.Equal(0L, await ScalarAsync(database, $"SELECT COUNT(*) FROM \"{table}\""));
        }
    }

    [Fact]
    public async Task The_migration_that_made_people_of_accounts_cannot_be_undone_and_loses_nobody()
    {
        await using var database = await Databases.CreateDbContextAsync(Cancellation);

        var fault = await Assert.ThrowsAsync<NotSupportedException>(
            () => database.GetService<IMigrator>().MigrateAsync("20261126015954_Branches", Cancellation));

        Assert.Contains("cannot be undone", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await ScalarAsync(database, """SELECT COUNT(*) FROM "Accounts" WHERE "Provider" IS NULL"""));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("foreign_keys", "1")]
    [InlineData("secure_delete", "1")] // ON; 2 would be FAST, which leaves free pages as they are
    [InlineData("synchronous", "2")] // FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
    public async Task Pragma_is_in_force_on_every_connection(string pragma, string expected)
    {
        await using var first = await Databases.CreateDbContextAsync(Cancellation);
        await using var second = await Databases.CreateDbContextAsync(Cancellation);

        foreach (var database in new[] { first, second })
        {
            // The first stays open, so the second cannot be the same connection from the pool.
            await database.Database.OpenConnectionAsync(Cancellation);
            Assert.Equal(expected, Convert.ToString(await ScalarAsync(database, $"PRAGMA {pragma}"), CultureInfo.InvariantCulture));
        }
    }

    private static async Task<object?> ScalarAsync(EmbedDbContext database, string statement)
    {
        await database.Database.OpenConnectionAsync(Cancellation);
        await using var command = database.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of this test's own and of the model's tables.
        command.CommandText = statement;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
