namespace Embed.IntegrationTests;

/// <summary>What a start leaves in the database that was killed while it migrated.</summary>
public sealed class StaleMigrationTests
{
    [Fact]
    public async Task A_start_does_not_wait_for_one_that_was_killed()
    {
        using var workshop = new BackupWorkshop();
        await workshop.FillAsync();
        BackupWorkshop.Run(
            workshop.Database,
            """
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2030-01-02 12:00:00');
            """);

        await using var application = workshop.Serve();
        await BackupWorkshop.CommentAsync(application, "After");

        Assert.Equal(4, BackupWorkshop.Texts(workshop.Database).Count);
    }
}
