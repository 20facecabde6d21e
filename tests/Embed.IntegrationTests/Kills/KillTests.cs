using System.Diagnostics;
using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Transfer.Importing;

namespace Embed.IntegrationTests.Kills;

/// <summary>
/// Killed (SIGKILL) at any moment of whatever it does, the product has every comment that it has answered for. Two servers at a
/// time; each start is the restart after the kill before.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Lanes = 2;
    private const int KillsOfLane = 50;

    // A folder begins with migrating, which is over after some kills at the most; so there are several folders.
    private const int KillsOfFolder = 13;
    private const int MigratingOfFolder = 4;

    private const int LeastOfEach = 12;
    private const int LookMilliseconds = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly (string Name, Func<KilledFolder, Choices, Task<string?>> Kill) Migrating = ("migrating", KillMigratingAsync);

    /// <summary>What a server is killed in the middle of, once it has migrated: in turn. A new one goes here; it says nothing where it was too late.</summary>
    private static readonly (string Name, Func<KilledFolder, Choices, Task<string?>> Kill)[] Situations =
    [
        ("writing", KillWritingAsync),
        ("importing", KillImportingAsync),
        ("writing", KillWritingAsync),
        ("backing up", KillBackingUpAsync),
    ];

    [Fact]
    public async Task A_hundred_kills_lose_no_acknowledged_comment()
    {
        var clock = Stopwatch.StartNew();

        var kills = await Task.WhenAll(Enumerable.Range(1, Lanes).Select(lane => Task.Run(() => RunLaneAsync((uint)lane))));

        output.WriteLine($"{clock.Elapsed.TotalSeconds:0} s");
        foreach (var (moment, times) in kills.SelectMany(lane => lane.Kills).CountBy(kill => kill).OrderBy(kill => kill.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{times} × {moment}");
        }

        Assert.Equal(Lanes * KillsOfLane, kills.Sum(lane => lane.Kills.Count));
        // The controls: each was really in the middle of it, and there was something to lose.
        Assert.All(
            Situations.Select(situation => situation.Name).Append(Migrating.Name),
            name => Assert.True(kills.SelectMany(lane => lane.Kills).Count(kill => kill.StartsWith(name, StringComparison.Ordinal)) >= LeastOfEach, name));
        Assert.True(kills.Sum(lane => lane.Acknowledged) > 500);
    }

    [Fact]
    public async Task Killed_while_it_restores_there_is_all_of_the_old_or_all_of_the_new()
    {
        using var workshop = new BackupWorkshop();
        await workshop.FillAsync();
        var backup = (await workshop.BackUpAsync()).Path;
        BackupWorkshop.Run(workshop.Database, "UPDATE Comments SET Body = 'Changed since'");
        Func<bool>[] moments =
        [
            () => File.Exists(workshop.Database + ".restoring"),
            () => File.Exists(workshop.Database + ".restoring-wal"),
            () => Directory.GetFiles(workshop.Folder, "embed.db.restored-*").Length > 0,
            () => Directory.GetFiles(workshop.Folder, "embed.db.before-*").Length > 0,
        ];

        foreach (var moment in moments)
        {
            await using var restoring = KilledServer.Start(workshop.Database, "restore", backup);
            await UntilAsync(() => moment() || restoring.HasEnded);
            await restoring.KillAsync();
            PendingRestore.Finish(workshop.Database);

            var texts = BackupWorkshop.Texts(workshop.Database);
            var isOld = texts.All(text => text == "Changed since");
            Assert.True(isOld || texts.SequenceEqual(["Comment 1", "Comment 2", "Comment 3"]), string.Join(' ', texts));
            output.WriteLine(isOld ? "old" : "new");
        }

        await using var last = KilledServer.Start(workshop.Database, "restore", backup);
        Assert.Equal(0, await last.EndAsync(Cancellation));
        Assert.Equal(["Comment 1", "Comment 2", "Comment 3"], BackupWorkshop.Texts(workshop.Database));
    }

    [Fact]
    public async Task Killed_while_it_exports_the_file_is_the_one_before_and_the_next_leaves_no_half_of_it()
    {
        using var workshop = new BackupWorkshop();
        await workshop.FillAsync();
        BackupWorkshop.Run(
            workshop.Database,
            """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200)
            INSERT INTO Pictures (Hash, Bytes, CreatedAt) SELECT printf('%043d', n), randomblob(200000), 0 FROM numbers
            """);
        var file = Path.Combine(workshop.Folder, "all.json");
        await File.WriteAllTextAsync(file, "before", Cancellation);
        long[] moments = [0, 1, 30_000_000];

        foreach (var bytes in moments)
        {
            var before = Halves().Select(half => half.Name).ToHashSet(StringComparer.Ordinal);
            await using var exporting = KilledServer.Start(workshop.Database, "export", file);
            await UntilAsync(() => exporting.HasEnded || Halves().Any(half => half.Exists && half.Length >= bytes && !before.Contains(half.Name)));
            await exporting.KillAsync();
            Assert.Equal("before", await File.ReadAllTextAsync(file, Cancellation));
            Assert.Single(Halves());
        }

        await using var last = KilledServer.Start(workshop.Database, "export", file);
        Assert.True(await last.EndAsync(Cancellation) == 0, last.Said);
        Assert.Empty(Halves());
        await using var export = File.OpenRead(file);
        using var json = await JsonDocument.ParseAsync(export, cancellationToken: Cancellation);
        Assert.Equal((3, 200), (json.RootElement.GetProperty("comments").GetArrayLength(), json.RootElement.GetProperty("pictures").GetArrayLength()));

        IEnumerable<FileInfo> Halves() => new DirectoryInfo(workshop.Folder).EnumerateFiles("*.partial");
    }

    private static async Task<(List<string> Kills, int Acknowledged)> RunLaneAsync(uint seed)
    {
        var choices = new Choices(seed);
        List<string> kills = [];
        var (acknowledged, attempts) = (0, 0);
        while (kills.Count < KillsOfLane)
        {
            using var folder = new KilledFolder();
            await folder.MakeAsync();
            for (var i = 0; i < KillsOfFolder && kills.Count < KillsOfLane; attempts++)
            {
                Assert.True(attempts < 2 * KillsOfLane, $"Most kills come too late: {string.Join(", ", kills)}.");
                // Migrating is over once it has been finished.
                var canMigrate = folder.Migrations().Applied < MigrationCount.Value;
                var situation = canMigrate && i < MigratingOfFolder ? Migrating : Situations[i % Situations.Length];
                var moment = await situation.Kill(folder, choices);
                try
                {
                    folder.Check();
                }
                catch (Xunit.Sdk.XunitException fault)
                {
                    throw new InvalidOperationException($"Lane {seed}, after {string.Join(", ", kills)}: {situation.Name}, {moment}.", fault);
                }

                // Whoever was too late for it tries again.
                if (moment is not null)
                {
                    i++;
                    kills.Add($"{situation.Name}, {moment}");
                }
            }

            await FinishImportAsync(folder);
            acknowledged += folder.Acknowledged;
        }

        return (kills, acknowledged);
    }

    private static async Task<string?> KillMigratingAsync(KilledFolder folder, Choices choices)
    {
        var (applied, _) = folder.Migrations();
        await using var server = KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "0");
        var wanted = applied + choices.Next(MigrationCount.Value - applied);
        await UntilAsync(() => server.HasEnded || (folder.Migrations() is var now && now.Applied >= wanted && (now.IsUnderWay || now.Applied > wanted)), LookMilliseconds);
        await server.ComputeAsync(choices.Next(60), Cancellation);
        return await server.KillAsync() ? $"after {folder.Migrations().Applied} migrations" : null;
    }

    private static async Task<string?> KillWritingAsync(KilledFolder folder, Choices choices)
    {
        await using var server = KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "0");
        // Every other time by the very answer: what was answered too early would be on its way to the disk.
        var (enough, isAtOnce) = (folder.Acknowledged + 1 + choices.Next(60), choices.Next(2) == 0);
        var posting = folder.PostUntilKilledAsync(await server.PortAsync, connections: 1 + choices.Next(4), acknowledged =>
        {
            if (isAtOnce && acknowledged >= enough)
            {
                server.Kill();
            }
        });
        await UntilAsync(() => server.HasEnded || posting.IsCompleted || (!isAtOnce && folder.Acknowledged >= enough));
        await server.ComputeAsync(choices.Next(20), Cancellation);
        var isKilled = await server.KillAsync();
        await posting;
        return isKilled ? isAtOnce ? "with the answer to a post" : "while it is posted to" : null;
    }

    private static async Task<string?> KillBackingUpAsync(KilledFolder folder, Choices choices)
    {
        folder.ForgetBackups();
        // The server's own, while it is posted to; or the command's, whose process is the one that is killed.
        var isServer = choices.Next(2) == 0;
        await using var process = isServer
            ? KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "1")
            : KilledServer.Start(folder.Database, "backup");
        var posting = isServer ? folder.PostUntilKilledAsync(await process.PortAsync, connections: 2) : Task.CompletedTask;
        // In the order in which they come: whoever looks too late for one sees the next.
        (string Moment, string Pattern)[] traces =
            [("it copies", "*.partial"), ("it proves", "*.proof"), ("it proves what is brought up to date", "*.proof-wal"), ("it is named", "*.json"), ("it is finished", "embed-*.db")];
        var wanted = choices.Next(traces.Length);
        await UntilAsync(() => process.HasEnded || Reached(folder.Backups, traces[wanted..].Select(trace => trace.Pattern)));
        await process.ComputeAsync(choices.Next(40), Cancellation);
        var isKilled = await process.KillAsync();
        await posting;
        return isKilled ? $"by {(isServer ? "the server" : "the command")}, when {traces[wanted].Moment}" : null;
    }

    private static async Task<string?> KillImportingAsync(KilledFolder folder, Choices choices)
    {
        // The command's, or the server's own, which goes on with what commands before it have left.
        var isServer = folder.HasOpenImport() && choices.Next(2) == 0;
        var source = folder.SourceFile();
        await using var importing = isServer
            ? KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "0")
            : KilledServer.Start(folder.Database, "import", "auto", source, "--site", "old");
        // It is read before it is written, in batches: the kill is to come in all of them, and within each.
        var isRead = !isServer && choices.Next(4) == 0;
        var (begun, wanted) = (folder.Imports(), Math.Min(folder.Imported() + (choices.Next(KilledFolder.Batches) * WriteImport.BatchSize), KilledFolder.InSource - WriteImport.BatchSize));
        await UntilAsync(
            () => importing.HasEnded || (isRead ? folder.Imports() > begun : folder.Imported() >= wanted && folder.HasOpenImport()) || (isServer && !folder.HasOpenImport()),
            LookMilliseconds);
        await importing.ComputeAsync(choices.Next(150), Cancellation);
        return await importing.KillAsync() ? $"by {(isServer ? "the server" : "the command")}{(isRead ? ", which reads" : "")}, with {folder.Imported()} there" : null;
    }

    /// <summary>Whatever was cut off, the same file once more brings all that is missing and nothing twice.</summary>
    private static async Task FinishImportAsync(KilledFolder folder)
    {
        await using var last = KilledServer.Start(folder.Database, "import", "auto", folder.SourceFile(), "--site", "old");
        Assert.Equal(0, await last.EndAsync(Cancellation));
        Assert.Equal(KilledFolder.InSource, folder.Imported());
        folder.Check();
    }

    private static bool Reached(string folder, IEnumerable<string> patterns) =>
        Directory.Exists(folder) && patterns.Any(pattern => Directory.EnumerateFiles(folder, pattern).Any());

    // Who looks into the database takes the processor from whoever writes to it.
    private static async Task UntilAsync(Func<bool> met, int pauseMilliseconds = 1)
    {
        while (!met())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(pauseMilliseconds), Cancellation);
        }
    }
}
