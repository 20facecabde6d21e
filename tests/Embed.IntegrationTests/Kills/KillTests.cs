using System.Diagnostics;
using Embed.Server.Data;

namespace Embed.IntegrationTests.Kills;

/// <summary>
/// Killed (SIGKILL) at any moment of whatever it does, the product has every comment that it has answered for. Two servers at a
/// time; each start is the restart after the kill before.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Lanes = 2;
    private const int KillsOfLane = 50;
    private const int KillsOfFolder = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// What a server is killed in the middle of. A new one goes here, and its turn comes by itself.
    /// </summary>
    private static readonly (string Name, Func<KilledFolder, Choices, Task<string>> Kill)[] Situations =
    [
        ("migrating", KillMigratingAsync),
        ("writing", KillWritingAsync),
        ("backing up", KillBackingUpAsync),
        ("importing", KillImportingAsync),
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
        Assert.All(Situations, situation => Assert.True(kills.SelectMany(lane => lane.Kills).Count(kill => kill.StartsWith(situation.Name, StringComparison.Ordinal)) >= 15));
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

    private static async Task<(List<string> Kills, int Acknowledged)> RunLaneAsync(uint seed)
    {
        var choices = new Choices(seed);
        List<string> kills = [];
        var acknowledged = 0;
        while (kills.Count < KillsOfLane)
        {
            using var folder = new KilledFolder();
            await folder.MakeAsync();
            for (var i = 0; i < KillsOfFolder && kills.Count < KillsOfLane; i++)
            {
                // Migrating is over once it has been finished; a folder begins with it.
                var canMigrate = folder.Migrations().Applied < MigrationCount.Value;
                var situation = canMigrate && i < 4 ? Situations[0] : Situations[1 + choices.Next(Situations.Length - 1)];
                var moment = await situation.Kill(folder, choices);
                try
                {
                    folder.Check();
                }
                catch (Xunit.Sdk.XunitException fault)
                {
                    throw new InvalidOperationException($"Lane {seed}, after {string.Join(", ", kills)}: {situation.Name}, {moment}.", fault);
                }

                kills.Add($"{situation.Name}, {moment}");
            }

            await FinishImportAsync(folder);
            acknowledged += folder.Acknowledged;
        }

        return (kills, acknowledged);
    }

    private static async Task<string> KillMigratingAsync(KilledFolder folder, Choices choices)
    {
        var (applied, _) = folder.Migrations();
        await using var server = KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "0");
        var wanted = applied + choices.Next(MigrationCount.Value - applied);
        await UntilAsync(() => server.HasEnded || (folder.Migrations() is var now && now.Applied >= wanted && (now.IsUnderWay || now.Applied > wanted)));
        await server.KillAsync();
        return $"after {folder.Migrations().Applied} migrations";
    }

    private static async Task<string> KillWritingAsync(KilledFolder folder, Choices choices)
    {
        await using var server = KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "0");
        var posting = folder.PostUntilKilledAsync(await server.PortAsync, connections: 1 + choices.Next(4));
        var enough = folder.Acknowledged + 1 + choices.Next(60);
        await UntilAsync(() => server.HasEnded || folder.Acknowledged >= enough);
        await server.KillAsync();
        await posting;
        return "while it is posted to";
    }

    private static async Task<string> KillBackingUpAsync(KilledFolder folder, Choices choices)
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
        await process.KillAsync();
        await posting;
        return $"by {(isServer ? "the server" : "the command")}, when {traces[wanted].Moment}";
    }

    private static async Task<string> KillImportingAsync(KilledFolder folder, Choices choices)
    {
        // The command's, or the server's own, which goes on with what commands before it have left.
        var isServer = folder.HasOpenImport() && choices.Next(2) == 0;
        await using var importing = isServer
            ? KilledServer.Start(folder.Database, "--Embed:Backup:IntervalHours", "0")
            : KilledServer.Start(folder.Database, "import", "auto", folder.SourceFile(), "--site", "old");
        var wanted = Math.Min(folder.Imported() + choices.Next(KilledFolder.InSource / 2), KilledFolder.InSource);
        await UntilAsync(() => importing.HasEnded || folder.Imported() >= wanted || (isServer && !folder.HasOpenImport()));
        await importing.KillAsync();
        return $"by {(isServer ? "the server" : "the command")}";
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

    private static async Task UntilAsync(Func<bool> met)
    {
        while (!met())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), Cancellation);
        }
    }
}
