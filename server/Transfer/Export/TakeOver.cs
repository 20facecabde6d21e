using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Formats;
using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Export;

/// <summary>What was taken over.</summary>
/// <param name="Sites">How many sites there are now.</param>
/// <param name="Comments">Comments, whatever has become of them.</param>
/// <param name="People">People.</param>
/// <param name="Cleaned">Texts whose HTML this server would not have made, and which were put into what it makes.</param>
internal sealed record TakenOver(long Sites, long Comments, long People, long Cleaned);

/// <summary>
/// Takes an export (JSON) over onto a server that has nothing yet: with all ids, counts and versions, so that what it then exports is
/// the same file. It is one transaction: whatever stops it, the server is as empty as before.
/// </summary>
internal sealed class TakeOver(WriteQueue queue, SiteDirectory sites, GitHubProviders gitHubs)
{
    private const int RowsBetweenTells = 10_000;

    /// <summary>Reads, checks and writes all of a file.</summary>
    /// <param name="source">The file; not trusted.</param>
    /// <param name="tell">Told now and then which part is being read and how many of its rows have been.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What there is now; refused: server-busy.</returns>
    /// <exception cref="ImportFileException">The server is not empty, or the file cannot be taken over: says where and why. Nothing is changed.</exception>
    public Task<Outcome<TakenOver>> HandleAsync(ImportSource source, Action<string, long> tell, CancellationToken cancellationToken) =>
        queue.RunAsync<TakenOver>(
            async write =>
            {
                var model = ExportModel.Of(write.Database.Model);
                await CheckEmptyAsync(write.Statements, model);
                // Rows name others that come later in the file. What is wrong then is found before the commit would say so, and said better.
                await write.Statements.ExecuteAsync("PRAGMA defer_foreign_keys = ON");
                var rows = new TakenRows(model);
                await ReadAsync(source, write.Statements, model, rows, tell, cancellationToken);
                await TakenChecks.CheckAsync(write.Statements, model);
                write.AfterCommit(typeof(TakeOver), sites.Forget);
                return new TakenOver(
                    await CountAsync(write.Statements, "Sites"), await CountAsync(write.Statements, "Comments"),
                    await CountAsync(write.Statements, "Commenters"), rows.Cleaned);
            },
            cancellationToken);

    private static async Task CheckEmptyAsync(Statements statements, ExportModel model)
    {
        foreach (var table in model.Tables)
        {
            if (await statements.NumberAsync($"SELECT EXISTS (SELECT 1 FROM \"{table.Table}\")") != 0)
            {
                throw new ImportFileException(
                    $"This server has {table.Name} already, and an export is taken over by an empty one: give it a database of its own, in which nobody "
                    + "has signed in yet (Embed:Database), and no sites in its settings. To add the comments to a site that is here, name it with --site.");
            }
        }
    }

    private async Task ReadAsync(
        ImportSource source, Statements statements, ExportModel model, TakenRows rows, Action<string, long> tell, CancellationToken cancellationToken)
    {
        using var stream = source.Open();
        var head = new TakenHead(model, gitHubs);
        var at = -1;
        foreach (var row in ExportReader.Read(stream, cancellationToken))
        {
            if (at < 0 && head.Take(row))
            {
                continue;
            }

            var table = at >= 0 && row.Number > 0 ? model.Tables[at] : Next(head, model, row, ref at);
            if (row.Value is not { } value)
            {
                tell(table.Name, 0);
                continue;
            }

            await InsertAsync(statements, table, rows.Read(table, row.Number, value), row.Number);
            if (row.Number % RowsBetweenTells == 0)
            {
                tell(table.Name, row.Number);
            }
        }

        if (at < model.Tables.Count - 1)
        {
            throw new ImportFileException($"The file has no {model.Tables[at + 1].Name}: it is not whole. Make the export anew.");
        }

        await head.CheckAccountsAsync(statements);
        await head.WriteAsync(statements);
    }

    private static ExportTable Next(TakenHead head, ExportModel model, ExportRow row, ref int at)
    {
        head.CheckComplete();
        var isNext = at + 1 < model.Tables.Count && row.Part == model.Tables[at + 1].Name && row.Value is null;
        return isNext ? model.Tables[++at] : throw new ImportFileException(
            at + 1 < model.Tables.Count
                ? $"The file has {TakenRows.Quote(row.Part)} where the list {model.Tables[at + 1].Name} belongs: it is no export, or was changed."
                : $"The file has {TakenRows.Quote(row.Part)} behind its last list: it is no export, or was changed.");
    }

    private static async Task InsertAsync(Statements statements, ExportTable table, object?[] values, long number)
    {
        try
        {
            await statements.ExecuteAsync(table.Insert, values);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            // Such as “UNIQUE constraint failed: Comments.Id”.
            var columns = fault.Message.Contains("failed: ", StringComparison.Ordinal) ? fault.Message[(fault.Message.IndexOf("failed: ", StringComparison.Ordinal) + 8)..].TrimEnd('\'', '.') : table.Table;
            throw new ImportFileException($"Row {number} of {table.Name} has what another row has: {columns} must differ.", fault);
        }
    }

    private static Task<long> CountAsync(Statements statements, string table) => statements.NumberAsync($"SELECT COUNT(*) FROM \"{table}\"");
}
