using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Has all of an import taken back: one way, whether it is asked for among the imports or in the log. It takes as long as the
/// import did, so it is begun here and done by the <see cref="ImportRunner"/>.
/// </summary>
internal sealed class UndoImport(ImportAccess access, WriteQueue writes, ImportRunner runner, TimeProvider clock) : IUndoElsewhere
{
    public string Word => ActWord.ImportStarted;

    /// <returns>The import's id; refused: not-allowed, import-not-found, import-unready, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Commenter actor, ActedVia via, long importId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        return await writes.RunAsync<long>(
            async write =>
            {
                if (await write.Database.Imports.FirstOrDefaultAsync(i => i.Id == importId) is not { } import)
                {
                    return Refusal.ImportNotFound;
                }

                return await BeginAsync(write, import, actor.Id, via) is null ? Refusal.ImportUnready : importId;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long?> BeginAsync(WriteScope write, ModerationLogEntry entry, Commenter actor, ActedVia via)
    {
        var details = JsonSerializer.Deserialize<ImportDetails>(entry.Details, JsonSerializerOptions.Web)!;
        return await write.Database.Imports.FirstOrDefaultAsync(i => i.Id == details.Import) is { } import
            ? await BeginAsync(write, import, actor.Id, via)
            : null;
    }

    private async Task<long?> BeginAsync(WriteScope write, Import import, long actorId, ActedVia via)
    {
        if (!ImportChoices.CanUndo(import))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        (import.State, import.Message, import.EndedAt) = (ImportState.Undoing, "", null);
        await write.Database.SaveChangesAsync();
        // One that was stopped and went on was started more than once.
        var started = (await write.Database.ModerationLog.AsNoTracking()
                .Where(e => e.SiteId == import.SiteId && e.Act == ActWord.ImportStarted && e.UndoneAt == null).ToListAsync())
            .Where(e => JsonSerializer.Deserialize<ImportDetails>(e.Details, JsonSerializerOptions.Web)!.Import == import.Id).ToList();
        var entry = await LogBook.AddAsync(
            write.Database,
            new NewAct(actorId, via, import.SiteId, ActWord.ImportUndone)
            {
                UndoesId = started.Count > 0 ? started[^1].Id : null,
                Details = new ImportDetails(import.Id, import.Format, import.FileName),
            },
            [], now);
        foreach (var start in started)
        {
            await LogBook.MarkUndoneAsync(write.Database, start.Id, (now, actorId));
        }

        write.AfterCommit(runner, runner.Wake);
        return entry.Id;
    }
}
