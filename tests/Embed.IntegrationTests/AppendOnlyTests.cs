using System.Text.RegularExpressions;

namespace Embed.IntegrationTests;

/// <summary>The log of moderation is only ever added to: who may write it is one class, and it deletes nothing.</summary>
public sealed partial class AppendOnlyTests
{
    [Fact]
    public void Nothing_but_the_book_writes_the_log_and_nothing_deletes_from_it()
    {
        var sources = Repository.Files("server", ".cs", ".razor")
            .Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal)).Select(file => (File: file, Faults: FaultsOf(Repository.Read(file)))).ToList();

        Assert.True(sources.Count > 100);
        Assert.Equal(["server/Data/LogBook.cs"], sources.Where(source => source.Faults.Count > 0).Select(source => source.File));
        Assert.DoesNotContain(sources, source => source.Faults.Exists(fault => fault.Contains("Delete", StringComparison.OrdinalIgnoreCase) || fault.Contains("Remove", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("database.ModerationLog.Add(entry);")]
    [InlineData("database.ModerationLog\n    .Where(e => e.Id == id && f(g(e)))\n    .ExecuteDeleteAsync();")]
    [InlineData("await database.ModerationLog.Where(e => e.Id == 1).ExecuteUpdateAsync(set => set);")]
    [InlineData("database.ModerationLog.RemoveRange(old);")]
    [InlineData("UPDATE \"ModerationLog\" SET \"Act\" = ''")]
    [InlineData("DELETE FROM ModerationLog")]
    [InlineData("(entry.UndoneAt, entry.UndoneById) = (now, id);")]
    [InlineData("entry.Changes = \"[]\";")]
    [InlineData("new ModerationLogEntry { Act = word }")]
    public void A_write_in_any_spelling_is_seen(string source) => Assert.NotEmpty(FaultsOf(source));

    [Theory]
    [InlineData("database.ModerationLog.AsNoTracking().Where(e => e.UndoneAt == null).ToListAsync();")]
    [InlineData("log.Where(e => e.BatchId == id); database.Bans.ExecuteDeleteAsync();")]
    public void Reading_is_not_taken_for_it(string source) => Assert.Empty(FaultsOf(source));

    private static List<string> FaultsOf(string source) => [.. Write().Matches(source).Select(match => match.Value)];

    [GeneratedRegex(
        """
        \bModerationLog\b[^;]*?\.(Add|AddRange|AddAsync|Update|UpdateRange|Remove|RemoveRange|Attach|ExecuteUpdate(Async)?|ExecuteDelete(Async)?)\(
        |(UPDATE|DELETE\ FROM|INSERT\ INTO)\s+"?ModerationLog"?
        |\.(UndoneAt|UndoneById|Changes|BatchId|ActorId)\s*(,[^=;()]*\))?\s*=[^=>]
        |new\s+ModerationLogEntry\b
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2_000)]
    private static partial Regex Write();
}
