using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>All that a server keeps and an undone act must leave as it was, a line a row.</summary>
internal static class DatabaseDump
{
    // The log itself says what was undone; sign-ins are nobody's act, and secrets of the server none either. A link that was used is used up.
    private static readonly string[] OtherTables = ["ModerationLog", "Invitations", "Sessions", "SignInCodes", "MailedCodes", "ServerSecrets", "SpentTokens"];

    // They only ever grow: who has seen the last must not take the next for the same.
    private static readonly (string Table, string Column)[] Versions =
    [
        ("Threads", nameof(CommentThread.Version)), ("Comments", nameof(Comment.Revision)), ("ImportedItems", nameof(ImportedItem.Revision)), ("Sites", nameof(Site.Revision)),
        ("Sites", nameof(Site.NamesRevision)),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Reads it, table by table.</summary>
    public static async Task<IReadOnlyList<string>> DumpAsync(this EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);
        var lines = new List<string>();
        foreach (var type in database.Model.GetEntityTypes().Where(type => !OtherTables.Contains(type.GetTableName())).OrderBy(type => type.GetTableName(), StringComparer.Ordinal))
        {
            var table = type.GetTableName()!;
            var columns = type.GetProperties().Select(column => column.GetColumnName()).Where(column => !Versions.Contains((table, column))).ToList();
            lines.AddRange(await RowsAsync(database, table, columns, type.FindPrimaryKey()!.Properties.Select(column => column.GetColumnName())));
        }

        Assert.NotEmpty(lines);
        return lines;
    }

    private static async Task<List<string>> RowsAsync(EmbedDbContext database, string table, List<string> columns, IEnumerable<string> key)
    {
        await using var command = database.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of the model.
        command.CommandText = $"SELECT {string.Join(", ", columns.Select(column => $"quote(\"{column}\")"))} FROM \"{table}\" ORDER BY {string.Join(", ", key.Select(column => $"\"{column}\""))}";
#pragma warning restore CA2100
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            lines.Add($"{table} {string.Join(' ', columns.Select((column, i) => string.Create(CultureInfo.InvariantCulture, $"{column}={reader.GetValue(i)}")))}");
        }

        return lines;
    }
}
