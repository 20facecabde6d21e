using System.Globalization;
using System.Text;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Looks for something in all that a server keeps: every table and column there is, whatever the model says of them.</summary>
internal static class DatabaseTraces
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The columns that have a text somewhere in them, as <c>Table.Column</c>.</summary>
    public static Task<IReadOnlyList<string>> OfTextAsync(EmbedApplication application, string text) =>
        OfBytesAsync(application, Encoding.UTF8.GetBytes(text));

    /// <summary>The columns that have these bytes somewhere in them.</summary>
    public static async Task<IReadOnlyList<string>> OfBytesAsync(EmbedApplication application, byte[] bytes)
    {
        var found = new List<string>();
        foreach (var (table, column) in await ColumnsAsync(application))
        {
            // As bytes, so that texts, blobs and JSON are searched alike.
            if (await CountAsync(application, $"SELECT COUNT(*) FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS BLOB), x'{Convert.ToHexString(bytes)}') > 0") > 0)
            {
                found.Add($"{table}.{column}");
            }
        }

        return found;
    }

    /// <summary>The columns that refer to a commenter and name this one.</summary>
    public static async Task<IReadOnlyList<string>> OfCommenterAsync(EmbedApplication application, long id)
    {
        await using var database = await application.OpenDatabaseAsync();
        var references = database.Model.GetEntityTypes()
            .SelectMany(type => type.GetForeignKeys().Where(key => key.PrincipalEntityType.ClrType == typeof(Commenter))
                .Select(key => (Table: type.GetTableName()!, Column: key.Properties[0].GetColumnName())))
            .Append(("ModerationLog", nameof(ModerationLogEntry.UndoneById)))
            .Append(("Commenters", nameof(Commenter.Id)))
            .ToList();
        Assert.True(references.Count >= 8, string.Join(", ", references));
        var found = new List<string>();
        foreach (var (table, column) in references)
        {
            if (await CountAsync(application, string.Create(CultureInfo.InvariantCulture, $"SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\" = {id}")) > 0)
            {
                found.Add($"{table}.{column}");
            }
        }

        return found;
    }

    /// <summary>Whether the bytes are in the database's files, free pages and log included.</summary>
    public static bool IsInFiles(EmbedApplication application, byte[] bytes) =>
        Directory.GetFiles(application.DataFolder, "embed.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)).Any(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray().AsSpan().IndexOf(bytes) >= 0;
        });

    private static async Task<IReadOnlyList<(string Table, string Column)>> ColumnsAsync(EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        var columns = await database.Database.SqlQuery<string>(
            $"""
            SELECT t.name || char(10) || c.name AS "Value" FROM sqlite_master AS t, pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
            """).ToListAsync(Cancellation);
        Assert.True(columns.Count > 80, "The schema was not read.");
        return columns.ConvertAll(column => (column.Split('\n')[0], column.Split('\n')[1]));
    }

    private static async Task<long> CountAsync(EmbedApplication application, string statement)
    {
        await using var database = await application.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);
        await using var command = database.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names from the schema and values of this test's own.
        command.CommandText = statement;
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
