using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Has an import's file read once more, otherwise than before: with addresses rewritten, as another format, or after the site's
/// origins were changed. For one of which nothing is written yet.
/// </summary>
internal sealed class PlanAgain(ImportAccess access, ImportChoices choices, ReadSource formats, WriteQueue writes, ImportRunner runner)
{
    /// <param name="actor">Who.</param>
    /// <param name="importId">The import.</param>
    /// <param name="format">The format's name, or <see cref="ReadSource.Auto"/>.</param>
    /// <param name="options">What is chosen now. It stops again when it is planned.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>The import's id; refused: not-allowed, import-not-found, import-unready, format-unknown, rewrite-invalid, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(
        Commenter actor, long importId, string format, ImportOptions options, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        if (format != ReadSource.Auto && formats.Find(format) is null)
        {
            return Refusal.FormatUnknown;
        }

        if (!options.IsValid)
        {
            return Refusal.RewriteInvalid;
        }

        var begun = await writes.RunAsync(write => BeginAsync(write, importId, format, options), cancellationToken);
        runner.Wake();
        return begun;
    }

    private async Task<Outcome<long>> BeginAsync(WriteScope write, long importId, string format, ImportOptions options)
    {
        if (await write.Database.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == importId) is not { } import)
        {
            return Refusal.ImportNotFound;
        }

        if (!choices.CanPlanAgain(import))
        {
            return Refusal.ImportUnready;
        }

        var chosen = (options with { IsDryRun = true, Via = ImportOptions.Of(import).Via }).Write();
        await write.Database.Imports.Where(i => i.Id == importId).ExecuteUpdateAsync(set => set
            .SetProperty(i => i.State, ImportState.Reading).SetProperty(i => i.Format, format).SetProperty(i => i.Options, chosen)
            .SetProperty(i => i.Counts, Import.NoCounts).SetProperty(i => i.Message, "").SetProperty(i => i.EndedAt, (DateTimeOffset?)null));
        return importId;
    }
}
