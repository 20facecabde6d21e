using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Server.Transfer.Export;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests.Export;

/// <summary>
/// What acts alone leave untried in a random server: rows of the tables that have few, and in every column that nothing else follows
/// from, any value there can be: each word, both ends of each number, moments from year 1 to year 9999, texts of any character, null.
/// </summary>
internal static class RandomValues
{
    private const int Rows = 8;
    private const int Sites = 2;

    // What other rows, the sanitiser or a rule of the product decide.
    private static readonly string[] Decided =
    [
        "sites.key", "singleSignOn.keysAddress", "outsideChecks.address", "outsideChecks.kind", "accounts.provider", "accounts.subject", "people.kind",
        "threads.key", "threads.pageAddress", "threads.noteHtml", "threads.deletedAt", "comments.path", "comments.depth", "comments.number", "comments.bodyHtml",
        "comments.state", "votes.value", "importedItems.targetId", "importUpdates.targetId", "log.act",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "“Quoted” & <b>'plain'</b> \\ / \"", "Line\r\nline\nline\r\u2028line\u2029", "\0\u0001\u0008\u001b\u007f\u0085", "مرحبا بالعالم", "שלום\u202e\u202c",
        "日本語", "e\u0301 and \u00e9", "👩‍👩‍👧 𝔘 \U0010FFFD", "\uFEFF\uFFFD\uFFFE", "]]>", "null", "0", "{{}} %s ${x}",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Does it.</summary>
    public static async Task ScatterAsync(EmbedApplication application, uint seed)
    {
        await using var database = await application.OpenDatabaseAsync();
        await AddRowsAsync(database, application.Clock.GetUtcNow(), await application.SiteIdAsync());
        await DeleteThreadAsync(database);
        var random = new Choices(seed);
        var model = ExportModel.Of(database.Model);
        await database.Database.OpenConnectionAsync(Cancellation);
        foreach (var table in model.Tables)
        {
            var columns = table.Columns.Where(column => IsFree(model, table, column)).ToList();
            var keys = await KeysAsync(database, table);
            for (var i = 0; i < keys.Count && columns.Count > 0; i++)
            {
                var values = columns.Select((column, n) => column.Property.IsNullable && (i + n) % 3 == 1 ? null : ValueOf(column, random, i)).ToList();
                await RunAsync(
                    database,
                    $"UPDATE \"{table.Table}\" SET {string.Join(", ", columns.Select((column, n) => $"{column.SqlName} = @{n}"))} WHERE {string.Join(" AND ", table.Key.Select((key, n) => $"{key.SqlName} = @{columns.Count + n}"))}",
                    [.. values, .. keys[i]]);
            }
        }
    }

    // Of each kind that rules take for one, with and without what may be missing.
    private static async Task AddRowsAsync(EmbedDbContext database, DateTimeOffset now, long site)
    {
        var person = await database.Commenters.Where(c => c.Kind == CommenterKind.Person).Select(c => c.Id).FirstAsync(Cancellation);
        var comments = await database.Comments.Where(c => c.SiteId == site).OrderBy(c => c.Id).Select(c => c.Id).Take(Rows).ToListAsync(Cancellation);
        var import = await database.Imports.FirstAsync(Cancellation);
        var picture = await database.Pictures.Select(p => p.Hash).FirstAsync(Cancellation);
        foreach (var kind in (CommenterKind[])[CommenterKind.Former, CommenterKind.Server])
        {
            if (!await database.Commenters.AnyAsync(c => c.Kind == kind, Cancellation))
            {
                database.Add(new Commenter { Kind = kind, Name = "", CreatedAt = now });
            }
        }

        database.Add(new ModerationLogEntry { ActorId = person, Act = ActWord.Exported, Via = ActedVia.Admin, Details = "{}", At = now });
        for (var i = 0; i < Sites; i++)
        {
            var more = new Site { Key = $"more-{i}", Name = "x", Origins = [$"https://more-{i}.example"], CreatedAt = now };
            database.Add(more);
            await database.SaveChangesAsync(Cancellation);
            database.Add(new SingleSignOn { SiteId = more.Id, Issuer = "x", KeysAddress = i == 0 ? "https://more.example/keys" : null });
            database.Add(new OutsideCheck { SiteId = more.Id, Kind = (OutsideCheckKind)(i % 2), Address = i == 0 ? "" : "https://check.example/?a=1" });
        }

        for (var i = 0; i < Rows; i++)
        {
            var (isOdd, thread) = (i % 2 == 1, i % 4);
            var one = new Commenter { Kind = CommenterKind.Imported, Name = $"Imported {i}", CreatedAt = now };
            one.Accounts.Add(new CommenterAccount { Provider = "Site", Subject = $"{i} “{Texts[4 + i]}”", Name = "x", PictureHash = isOdd ? picture : null, LinkedAt = now, UsedAt = now });
            database.Add(one);
            database.Add(new Import { SiteId = site, Format = "x", FileName = "x", StartedById = person, Options = "{}", Counts = new ImportCounts(new(1), new(1), new(1), new()) { Turns = 1 }.Write(), CreatedAt = now });
            await database.SaveChangesAsync(Cancellation);
            database.Add(new ImportedPerson { CommenterId = one.Id, SiteId = site, ImportId = import.Id, ClaimedById = isOdd ? person : null });
            await database.SaveChangesAsync(Cancellation);
            database.Add(new ImportClaim { PersonId = one.Id, CommenterId = person, DecidedById = isOdd ? person : null, MadeAt = now });
            database.Add(new ImportedItem
            {
                SiteId = site,
                Source = "x",
                Kind = (ImportedKind)(i % 3),
                SourceKey = $"{i}{Texts[i]}",
                TargetId = one.Id,
                ImportId = import.Id,
                PersonId = isOdd ? one.Id : null,
                ContentHash = i,
            });
            database.Add(new ImportUpdate { ImportId = import.Id, TargetId = one.Id, AuthorId = isOdd ? one.Id : null, Changes = "[]" });
            database.Add(new Ban { CommenterId = one.Id, SiteId = isOdd ? site : null, MadeById = thread < 2 ? person : null, CreatedAt = now });
            database.Add(new RoleGrant { CommenterId = one.Id, SiteId = isOdd ? site : null, GivenById = thread < 2 ? person : null, GivenAt = now });
            database.Add(new PersonNote { SiteId = site, CommenterId = one.Id, AuthorId = isOdd ? person : null, Text = "x", At = now });
            database.Add(new Vote { CommentId = comments[i], CommenterId = one.Id, Value = isOdd ? 1 : -1 });
            database.Add(new Flag { CommentId = comments[i], CommenterId = one.Id, Note = "x", At = now });
            await database.SaveChangesAsync(Cancellation);
        }
    }

    // With comments of every state.
    private static async Task DeleteThreadAsync(EmbedDbContext database)
    {
        await database.Database.ExecuteSqlAsync(
            $"UPDATE Comments SET State = (State & 8) | ((SELECT COUNT(*) FROM Comments AS c WHERE c.ThreadId = Comments.ThreadId AND c.Id < Comments.Id) % 6)", Cancellation);
        var largest = await database.Threads.Where(t => t.DeletedAt == null && t.AliasOfId == null)
            .OrderByDescending(t => database.Comments.Count(c => c.ThreadId == t.Id)).Skip(1).Select(t => t.Id).FirstAsync(Cancellation);
        await database.Database.ExecuteSqlAsync($"UPDATE Threads SET DeletedAt = CreatedAt, \"Key\" = 'deleted ' || Id WHERE Id = {largest}", Cancellation);
        await database.Database.ExecuteSqlAsync($"UPDATE Comments SET State = State | 8 WHERE ThreadId = {largest}", Cancellation);
    }

    private static bool IsFree(ExportModel model, ExportTable table, ExportColumn column) =>
        column.Kind is not (ExportKind.Json or ExportKind.Bytes or ExportKind.Guid)
        && !table.Key.Contains(column) && !Decided.Contains($"{table.Name}.{column.Name}")
        && !model.References.Any(reference => reference.From == table && reference.Column == column);

    // As a file would say it, and as it is then kept: what cannot be read could not come over.
    private static object? ValueOf(ExportColumn column, Choices random, int row)
    {
        JsonNode? written = column.Kind switch
        {
            ExportKind.Integer => random.Next(3) switch { 0 => column.Least, 1 => column.Most, _ => Math.Min(column.Most, random.Next(1_000)) },
            ExportKind.Truth => row % 2 == 0,
            ExportKind.Time => ExportColumn.TextOf(random.Next(5) switch { 0 => DateTimeOffset.MinValue, 1 => DateTimeOffset.MaxValue, _ => DateTimeOffset.UnixEpoch.AddMilliseconds(random.Next(int.MaxValue) - 1e9) }),
            ExportKind.Word => column.Words.ElementAt(row % column.Words.Count),
            _ => TextOf(column, random),
        };
        using var json = JsonDocument.Parse(new JsonObject { [column.Name] = written }.ToJsonString());
        var (value, fault) = column.Read(json.RootElement);
        Assert.True(fault is null, $"{column.Name} {fault}: {written}");
        return value;
    }

    private static string TextOf(ExportColumn column, Choices random)
    {
        var text = random.Next(8) == 0 ? new string('ｗ', (int)Math.Min(column.Most, 3_000)) : Texts[random.Next(Texts.Length)];
        text = text.Length < column.Least ? "x" : text;
        return text.Length > column.Most ? new string('x', (int)column.Most) : text;
    }

    private static async Task<List<object?[]>> KeysAsync(EmbedDbContext database, ExportTable table)
    {
        await using var command = database.Database.GetDbConnection().CreateCommand();
        var names = string.Join(", ", table.Key.Select(key => key.SqlName));
#pragma warning disable CA2100 // Names of the model.
        command.CommandText = $"SELECT {names} FROM \"{table.Table}\" ORDER BY {names}";
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        List<object?[]> keys = [];
        while (await rows.ReadAsync(Cancellation))
        {
            keys.Add([.. Enumerable.Range(0, table.Key.Count).Select(rows.GetValue)]);
        }

        return keys;
    }

    private static async Task RunAsync(EmbedDbContext database, string sql, object?[] values)
    {
        await using var command = database.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of the model.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (i.ToString("'@'0", CultureInfo.InvariantCulture), values[i] ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
    }
}
