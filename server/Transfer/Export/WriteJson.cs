using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Export;

/// <summary>
/// An export as JSON; docs/exporting.md describes it. The same rows are the same bytes: sorted by key, a line each, and nothing of when
/// or where it was made.
/// </summary>
internal static class WriteJson
{
    private const int MaxUnsentBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        // A file, never part of a page: every script as it is, and HTML to be read.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it while it is read.</summary>
    /// <param name="snapshot">The database.</param>
    /// <param name="site">The site; null for the whole server.</param>
    /// <param name="gitHubs">The GitHubs that accounts may be of.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task WriteAsync(ExportSnapshot snapshot, Site? site, GitHubProviders gitHubs, Stream output, CancellationToken cancellationToken)
    {
        var model = ExportModel.Of(snapshot.Model);
        var buffer = new ArrayBufferWriter<byte>(2 * MaxUnsentBytes);
        await WriteHeadAsync(snapshot, model, site, gitHubs, buffer, cancellationToken);
        await using var json = new Utf8JsonWriter(buffer, Options);
        foreach (var table in model.Tables)
        {
            buffer.Write(",\n\""u8);
            buffer.Write(System.Text.Encoding.UTF8.GetBytes(table.Name));
            buffer.Write("\":["u8);
            await using var command = snapshot.Command(table.Select(isOfSite: site is not null), site?.Id);
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            for (var isFirst = true; await rows.ReadAsync(cancellationToken); isFirst = false)
            {
                buffer.Write(isFirst ? "\n"u8 : ",\n"u8);
                WriteRow(json, table, rows);
                if (buffer.WrittenCount > MaxUnsentBytes)
                {
                    await SendAsync(buffer, output, cancellationToken);
                }
            }

            buffer.Write("]"u8);
        }

        buffer.Write("}\n"u8);
        await SendAsync(buffer, output, cancellationToken);
    }

    private static void WriteRow(Utf8JsonWriter json, ExportTable table, Microsoft.Data.Sqlite.SqliteDataReader row)
    {
        json.Reset();
        json.WriteStartObject();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            table.Columns[i].Write(json, row, i);
        }

        json.WriteEndObject();
        json.Flush();
    }

    // Without its closing bracket: the tables follow.
    private static async Task WriteHeadAsync(
        ExportSnapshot snapshot, ExportModel model, Site? site, GitHubProviders gitHubs, ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        var head = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(head, Options);
        json.WriteStartObject();
        json.WriteString("format", ExportModel.Format);
        json.WriteNumber("version", ExportModel.Version);
        json.WriteString("site", site?.Key);
        json.WriteStartObject("gitHub");
        foreach (var (provider, host) in await GitHubsAsync(snapshot, model, site, gitHubs, cancellationToken))
        {
            json.WriteString(provider, host);
        }

        json.WriteEndObject();
        json.WriteStartObject("lastIds");
        foreach (var table in model.Tables.Where(table => table.IsNumbered))
        {
            await using var command = snapshot.Command($"SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = '{table.Table}'", null);
            json.WriteNumber(table.Name, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        buffer.Write(head.WrittenSpan[..^1]);
    }

    // Those of the accounts that are in it: where nobody has one, it does not matter which is meant. What the settings do not say is not
    // guessed: with another GitHub's numbers people would be somebody else.
    private static async Task<List<(string Provider, string Host)>> GitHubsAsync(
        ExportSnapshot snapshot, ExportModel model, Site? site, GitHubProviders gitHubs, CancellationToken cancellationToken)
    {
        var accounts = model[typeof(CommenterAccount)];
        var ofSite = site is null ? "" : $" AND {accounts.OfSite}";
        List<(string, string)> found = [];
        foreach (var provider in gitHubs.Names.Order(StringComparer.Ordinal))
        {
            await using var command = snapshot.Command($"SELECT EXISTS (SELECT 1 FROM \"{accounts.Table}\" WHERE \"Provider\" = @provider{ofSite})", site?.Id);
            command.Parameters.AddWithValue("@provider", provider);
            if ((long)(await command.ExecuteScalarAsync(cancellationToken))! != 0)
            {
                found.Add((provider, gitHubs.HostOf(provider)!));
            }
        }

        return found;
    }

    private static async Task SendAsync(ArrayBufferWriter<byte> buffer, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
        buffer.ResetWrittenCount();
    }
}
