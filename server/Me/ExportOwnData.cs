using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Embed.Server.Data;
using Embed.Server.Http;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>
/// Everything the server knows about somebody, as one JSON file; <c>docs/your-data.md</c> describes it. It is written while it
/// is read, part by part by key: neither memory nor the database waits for a slow download.
/// </summary>
internal sealed class ExportOwnData(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>Steps when the file's shape changes in a way that readers of it must know.</summary>
    public const string Format = "embed-export-1";

    private const int RowsAtOnce = 100;
    private const int MaxUnsentBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        // Every script as it is.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static async Task GetAsync(HttpContext http, ExportOwnData handler, CancellationToken cancellationToken)
    {
        var headers = http.Response.Headers;
        http.Response.ContentType = "application/json; charset=utf-8";
        headers.ContentDisposition = "attachment; filename=\"my-comments.json\"";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        await handler.WriteAsync(http, MePages.SessionOf(http).CommenterId, cancellationToken);
    }

    private async Task WriteAsync(HttpContext http, long commenterId, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, Options);
        var (pictures, permalinks) = ("/pictures/", $"{http.Request.ServerOrigin()}/c/");
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("exportedAt", clock.GetUtcNow().UtcDateTime);
        json.WriteString("server", http.Request.ServerOrigin());
        await WriteProfileAsync(json, commenterId, pictures, cancellationToken);
        async Task PartAsync<T>(string name, Func<EmbedDbContext, long, IQueryable<Row<T>>> rows)
        {
            json.WriteStartArray(name);
            for (long? last = 0; last is not null;)
            {
                await using var database = await databases.CreateDbContextAsync(cancellationToken);
                var read = await rows(database, last.Value).Take(RowsAtOnce).ToListAsync(cancellationToken);
                foreach (var row in read)
                {
                    JsonSerializer.Serialize(json, row.Value, JsonSerializerOptions.Web);
                    await SendAsync(http, json, cancellationToken);
                }

                last = read.Count < RowsAtOnce ? null : read[^1].Key;
            }

            json.WriteEndArray();
        }

        await PartAsync("accounts", (database, after) => OwnRows.Accounts(database, commenterId, after, pictures));
        await PartAsync("sessions", (database, after) => OwnRows.Sessions(database, commenterId, after));
        await PartAsync("comments", (database, after) => OwnRows.Comments(database, commenterId, after, permalinks));
        await PartAsync("votes", (database, after) => OwnRows.Votes(database, commenterId, after, permalinks));
        await PartAsync("moderation", (database, after) => OwnRows.Moderation(database, commenterId, after));
        await PartAsync("flags", (database, after) => OwnRows.Flags(database, commenterId, after, permalinks));
        await PartAsync("roles", (database, after) => OwnRows.Roles(database, commenterId, after));
        await PartAsync("bans", (database, after) => OwnRows.Bans(database, commenterId, after));
        await PartAsync("imported", (database, after) => OwnRows.Imported(database, commenterId, after));
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await http.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    private async Task WriteProfileAsync(Utf8JsonWriter json, long commenterId, string pictures, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        json.WritePropertyName("profile");
        JsonSerializer.Serialize(
            json, await OwnRows.Profile(database, commenterId, pictures).SingleAsync(cancellationToken), JsonSerializerOptions.Web);
    }

    // Waits for the network once that much lies ready.
    private static async Task SendAsync(HttpContext http, Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        if (json.BytesPending + http.Response.BodyWriter.UnflushedBytes > MaxUnsentBytes)
        {
            await json.FlushAsync(cancellationToken);
            await http.Response.BodyWriter.FlushAsync(cancellationToken);
        }
    }
}
