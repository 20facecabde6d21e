using System.Text;
using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Transfer.Importing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Embed.Server.Admin.Imports;

/// <summary>Imports' files on their way in, and reports on their way out: both may be too large for a circuit, and are streamed.</summary>
internal static class ImportEndpoints
{
    /// <summary>Longest description of an import, in bytes: its rewritings are the most of it.</summary>
    private const int MaxRequestBytes = 1024 * 1024;

    private const int BufferBytes = 128 * 1024;

    /// <summary>Most that is read, in bytes: the file, and what a form has around it.</summary>
    private const long MaxBodyBytes = StartImport.MaxFileBytes + MaxRequestBytes + (64 * 1024);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>What a form has before its file.</summary>
    /// <param name="Site">The site's key.</param>
    /// <param name="Format">The format's name, or that it is recognised.</param>
    /// <param name="KeepsPrivate">Whether e-mail and network addresses are kept.</param>
    /// <param name="Rewrites">How addresses are rewritten.</param>
    internal sealed record UploadRequest(string Site, string Format, bool KeepsPrivate, IReadOnlyList<AddressRewrite?> Rewrites);

    /// <summary>The import that has begun.</summary>
    /// <param name="Id">Its id.</param>
    internal sealed record Uploaded(long Id);

    /// <summary>Adds the addresses to those below <c>/admin</c>.</summary>
    public static void MapImports(this RouteGroupBuilder admin)
    {
        admin.MapPost("/imports/upload", UploadAsync).RequireAntiforgeryHeader(http => Refusal.FormExpired.ToProblem(http))
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        admin.MapGet("/imports/{id:long}/report", GetReportAsync);
    }

    /// <summary>A request, for a script to send on.</summary>
    public static string Write(UploadRequest request) => JsonSerializer.Serialize(request, Json);

    /// <summary>Takes a form with two parts: <c>import</c>, which is JSON, then <c>file</c>, which is never held in memory.</summary>
    private static async Task<IResult> UploadAsync(HttpContext http, StartImport handler, CancellationToken cancellationToken)
    {
        if (CurrentCommenter.PersonOf(http) is not { } asking)
        {
            return Refusal.NotAllowed.ToProblem(http);
        }

        if (http.Request.ContentLength > MaxBodyBytes)
        {
            return Refusal.ImportTooLarge.ToProblem(http);
        }

        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary)
        {
            return Refusal.RequestInvalid.ToProblem(http);
        }

        try
        {
            var form = new MultipartReader(boundary.Value!, http.Request.Body, BufferBytes);
            var begun = await ReadRequestAsync(form, cancellationToken) is { } request && await FileAsync(form, cancellationToken) is { } file
                ? await handler.HandleAsync(asking, ActedVia.Admin, RequestOf(request, file, http.Request.ContentLength), file.Section.Body, cancellationToken)
                : Refusal.RequestInvalid;
            return begun.Refusal is { } refusal ? refusal.ToProblem(http) : TypedResults.Created($"/admin/imports/{begun.Value}", new Uploaded(begun.Value));
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException || (fault is IOException and not BadHttpRequestException))
        {
            // No form, or one that ends early; whoever went away is told nothing.
            return Refusal.RequestInvalid.ToProblem(http);
        }
    }

    private static async Task<UploadRequest?> ReadRequestAsync(MultipartReader form, CancellationToken cancellationToken)
    {
        if (await form.ReadNextSectionAsync(cancellationToken) is not { } section || section.GetContentDispositionHeader()?.Name != "import")
        {
            return null;
        }

        var (text, buffer) = (new MemoryStream(), new byte[4096]);
        for (int read; (read = await section.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (text.Length + read > MaxRequestBytes)
            {
                return null;
            }

            text.Write(buffer, 0, read);
        }

        // The reader looks at properties, not into lists.
        var request = JsonSerializer.Deserialize<UploadRequest>(text.GetBuffer().AsSpan(0, (int)text.Length), Json);
        return request?.Rewrites.Contains(null) == false ? request : null;
    }

    private static async Task<FileMultipartSection?> FileAsync(MultipartReader form, CancellationToken cancellationToken) =>
        (await form.ReadNextSectionAsync(cancellationToken))?.AsFileSection() is { Name: "file" } file ? file : null;

    private static StartImport.Request RequestOf(UploadRequest request, FileMultipartSection file, long? length) => new(
        request.Site, request.Format, file.FileName,
        new ImportOptions { IsDryRun = true, KeepsPrivate = request.KeepsPrivate, Rewrites = [.. request.Rewrites.OfType<AddressRewrite>()] }, length);

    private static async Task<IResult> GetReportAsync(
        long id, HttpContext http, ReadImportReport handler, CancellationToken cancellationToken)
    {
        if (CurrentCommenter.PersonOf(http) is not { } asking)
        {
            return Refusal.NotAllowed.ToProblem(http);
        }

        // Refused before anything is sent; then there is no way to say so.
        if ((await handler.RowsAsync(asking, id, 0, null, null, cancellationToken)).Refusal is { } refusal)
        {
            return refusal.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        var format = http.Request.Query["format"] == "csv" ? ReportFormat.Csv : ReportFormat.Ndjson;
        return TypedResults.Stream(
            async body =>
            {
                // The mark tells spreadsheets that it is UTF-8.
                await using var output = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: format == ReportFormat.Csv), leaveOpen: true);
                await handler.WriteAsync(asking, id, format, output, cancellationToken);
            },
            format == ReportFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
            FormattableString.Invariant($"import-{id}.{(format == ReportFormat.Csv ? "csv" : "ndjson")}"));
    }
}
