using System.Globalization;
using Embed.IntegrationTests.Kills;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.Data.Sqlite;

namespace Embed.IntegrationTests;

/// <summary>
/// Files that would not fit into memory, through the command as a process of its own that has little of it: what held them would end
/// with an OutOfMemoryException.
/// </summary>
public sealed class ImportMemoryTests : IDisposable
{
    /// <summary>An empty server alone takes about a third; 100 MB of text alone would take twice as much.</summary>
    private const long HeapBytes = 100 * 1024 * 1024;

    private const int Filler = 100_000_000;

    /// <summary>The server alone takes less than 20 MB; an object or two for each changed comment would take more than the rest.</summary>
    private const long ChangedHeapBytes = 24 * 1024 * 1024;

    private const int Changed = 70_000;

    private static readonly (string Format, string Said)[] Skipped =
    [
        ("disqus", "comment b (line 3): It is too long: its message has 100.0 million characters."),
        ("artalk", "row (row 2): It is longer than 2 MB."),
        ("isso-generic", "comment (row 2 of comments): It is longer than 2 MB."),
        ("remark42", "comment (line 3): It is too long: its line has 100.0 MB."),
        ("isso", "comment b (row 2 of comments): It is too long: its text has 100.0 MB."),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embed-test-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_string_of_100_MB_is_a_row_that_is_skipped()
    {
        var (database, file) = (Path.Combine(_folder.FullName, "embed.db"), Path.Combine(_folder.FullName, "hostile"));
        await using (var server = EmbedApplication.On(_folder.FullName, TimeProvider.System))
        {
            await ImportWorkshop.OpenAsync(server);
        }

        foreach (var (format, skipped) in Skipped)
        {
            Write(file, format);

            await using var process = KilledServer.StartWithin(HeapBytes, database, "import", "auto", file, "--site", EmbedApplication.Site);

            Assert.True(await process.EndAsync(Cancellation) == 0, $"{format}: {process.Said}");
            Assert.Contains($"skipped: {skipped}", process.Said, StringComparison.Ordinal);
        }

        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM Comments";
        Assert.Equal(2 * Skipped.Length, Convert.ToInt32(await command.ExecuteScalarAsync(Cancellation), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_later_file_in_which_every_comment_says_something_else_is_planned()
    {
        var (database, file) = (Path.Combine(_folder.FullName, "embed.db"), Path.Combine(_folder.FullName, "later.xml"));
        await using (var server = EmbedApplication.On(_folder.FullName, TimeProvider.System))
        {
            var workshop = await ImportWorkshop.OpenAsync(server);
            await workshop.ImportAsync(new ImportOptions(), new MemoryStream(HostileFiles.Of("disqus", [new HostileRow("0")])));
        }

        await MultiplyAsync(database);
        using (var text = new StreamWriter(file))
        {
            HostileFiles.Texts["disqus"](text, Enumerable.Range(0, Changed).Select(i => new HostileRow($"{i}", Text: "Later", Minute: i)));
        }

        await using var process = KilledServer.StartWithin(
            ChangedHeapBytes, database, "import", "auto", file, "--site", EmbedApplication.Site, "--dry-run");

        Assert.True(await process.EndAsync(Cancellation) == 0, process.Said);
        Assert.Contains($"{Changed:N0} updated", process.Said, StringComparison.Ordinal);
    }

    // As if so many had been imported.
    private static async Task MultiplyAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await CopyAsync("Comments", ("Id", "c.Id + n"), ("Number", "c.Number + n"), ("DraftId", "printf('%08X-0000-4000-8000-000000000000', n)"));
        await CopyAsync("ImportedItems", ("SourceKey", "CAST(n AS TEXT)"), ("TargetId", "c.TargetId + n"));

        async Task CopyAsync(string table, params (string Name, string Value)[] others)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of the schema.
            command.CommandText = $"SELECT group_concat(name) FROM pragma_table_info('{table}')";
            var columns = ((string)(await command.ExecuteScalarAsync(Cancellation))!).Split(',');
            var values = columns.Select(column => others.FirstOrDefault(other => other.Name == column).Value ?? $"c.{column}");
            command.CommandText =
                $"""
                 WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Changed - 1})
                 INSERT INTO {table} ({string.Join(", ", columns)})
                 SELECT {string.Join(", ", values)} FROM {table} AS c, numbers WHERE {(table == "Comments" ? "1" : "c.Kind = 0")}
                 """;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    private static void Write(string path, string format)
    {
        HostileRow[] rows = [new("a"), new("b", Filler: Filler), new("c")];
        if (!HostileFiles.Texts.TryGetValue(format, out var write))
        {
            File.WriteAllBytes(path, HostileFiles.Of(format, rows));
            return;
        }

        using var text = new StreamWriter(path);
        write(text, rows);
    }
}
