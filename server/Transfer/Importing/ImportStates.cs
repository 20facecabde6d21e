using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>What the log says of an import.</summary>
/// <param name="Import">Which.</param>
/// <param name="Format">The format's name.</param>
/// <param name="File">What the file was called.</param>
internal sealed record ImportDetails(long Import, string Format, string File);

/// <summary>How an import goes from one state to the next, with what the log says of it.</summary>
internal sealed class ImportStates(WriteQueue writes, TimeProvider clock)
{
    public Task PlannedAsync(Import import, ImportCounts counts) => SetAsync(import.Id, row =>
        (row.State, row.Format, row.Counts, row.EndedAt) = (ImportState.Planned, import.Format, counts.Write(), clock.GetUtcNow()));

    /// <summary>It writes from now on, and the log says who had it do so.</summary>
    public Task BeginWritingAsync(Import import, ImportCounts counts, long actorId, ActedVia via) => RunAsync(async write =>
    {
        var row = await write.Database.Imports.SingleAsync(i => i.Id == import.Id);
        (row.State, row.Format, row.Counts, row.Position) = (ImportState.Writing, import.Format, counts.Write(), 0);
        await write.Database.SaveChangesAsync();
        await LogStartAsync(write, row, actorId, via);
    });

    /// <summary>Has what is planned written.</summary>
    public async Task LogStartAsync(WriteScope write, Import import, long actorId, ActedVia via) => await LogBook.AddAsync(
        write.Database,
        new NewAct(actorId, via, import.SiteId, ActWord.ImportStarted) { Details = new ImportDetails(import.Id, import.Format, import.FileName) },
        [], clock.GetUtcNow());

    /// <summary>What is to be written was found out anew.</summary>
    public Task RestageAsync(Import import, ImportCounts counts)
    {
        import.Counts = counts.Write();
        return SetAsync(import.Id, row => (row.Position, row.Counts) = (0, import.Counts));
    }

    public Task DoneAsync(Import import, ImportCounts counts) => SetAsync(import.Id, row =>
        (row.State, row.Counts, row.EndedAt) = (ImportState.Done, counts.Write(), clock.GetUtcNow()));

    public Task UndoneAsync(Import import, ImportCounts counts) => SetAsync(import.Id, row =>
        (row.State, row.Counts, row.EndedAt) = (ImportState.Undone, counts.Write(), clock.GetUtcNow()));

    public Task FailAsync(long importId, string message) => SetAsync(importId, row =>
        (row.State, row.Message, row.EndedAt) = (
            ImportState.Failed, message.Length <= Import.MaxMessageCharacters ? message : message[..Import.MaxMessageCharacters], clock.GetUtcNow()));

    private Task SetAsync(long importId, Action<Import> set) => RunAsync(async write =>
    {
        set(await write.Database.Imports.SingleAsync(i => i.Id == importId));
        await write.Database.SaveChangesAsync();
    });

    // Even when the import itself is stopped: what has become of it must be said. A queue that is full has room in a moment.
    private async Task RunAsync(Func<WriteScope, Task> work)
    {
        while ((await writes.RunAsync<bool>(
            async write =>
            {
                await work(write);
                return true;
            },
            CancellationToken.None)).Refusal is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, CancellationToken.None);
        }
    }
}
