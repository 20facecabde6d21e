using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Export;

/// <summary>
/// Takes an export. It has private data in it, so it is for administrators of the server, and in the log. It does not have the entry
/// of itself: what is exported is the database as it was before.
/// </summary>
internal sealed class TakeExport(
    IDbContextFactory<EmbedDbContext> databases, WriteQueue queue, SiteDirectory sites, Standings standings, GitHubProviders gitHubs,
    TimeProvider clock)
{
    /// <summary>What is exported.</summary>
    /// <param name="Site">The site's key; null for the whole server, as JSON.</param>
    /// <param name="IsWxr">Whether it is for other systems (<see cref="WriteWxr"/>); of one site.</param>
    /// <param name="WithEmail">Whether known mail addresses are in what is for other systems. JSON has all there is.</param>
    public sealed record Request(string? Site, bool IsWxr = false, bool WithEmail = false);

    /// <summary>Looks whether somebody may, says so in the log, and holds the database as it was just before.</summary>
    /// <returns>The export, to be written; refused: not-allowed, site-not-found.</returns>
    public async Task<Outcome<OpenExport>> HandleAsync(Commenter by, ActedVia via, Request request, CancellationToken cancellationToken)
    {
        // Who runs the program may read the file of the database, too.
        if (!(by.Kind == CommenterKind.Server && via == ActedVia.Command) && !await standings.IsAdministratorAsync(by, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        var site = request.Site is { } key ? await sites.FindAsync(key, cancellationToken) : null;
        if (site is null && (request.Site is not null || request.IsWxr))
        {
            return Refusal.SiteNotFound;
        }

        var snapshot = await ExportSnapshot.OpenAsync(databases, cancellationToken);
        try
        {
            var details = new { Format = request.IsWxr ? "wxr" : "json", WithEmail = request.IsWxr ? request.WithEmail : (bool?)null };
            var logged = await queue.RunAsync<bool>(
                async write =>
                {
                    await LogBook.AddAsync(write.Database, new NewAct(by.Id, via, site?.Id, ActWord.Exported) { Details = details }, [], clock.GetUtcNow());
                    return true;
                },
                cancellationToken);
            if (logged.Refusal is { } busy)
            {
                await snapshot.DisposeAsync();
                return busy;
            }

            return new OpenExport(snapshot, site, request, gitHubs);
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }
}

/// <summary>An export that has been allowed.</summary>
internal sealed class OpenExport(ExportSnapshot snapshot, Site? site, TakeExport.Request request, GitHubProviders gitHubs) : IAsyncDisposable
{
    /// <summary>What the file is called.</summary>
    public string FileName => request.IsWxr ? $"{site!.Key}.xml" : site is null ? "embed-export.json" : $"embed-export-{site.Key}.json";

    /// <summary>Its media type.</summary>
    public string MediaType => request.IsWxr ? "application/xml; charset=utf-8" : "application/json; charset=utf-8";

    /// <summary>Writes it while it is read.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken) => request.IsWxr
        ? WriteWxr.WriteAsync(snapshot, site!, request.WithEmail, output, cancellationToken)
        : WriteJson.WriteAsync(snapshot, site, gitHubs, output, cancellationToken);

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();
}
