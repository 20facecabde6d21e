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
    public Task PlannedAsync(Import import, ImportCounts counts) => SetAsync(import.Id, ImportState.Reading, row =>
        (row.State, row.Format, row.Counts, row.EndedAt) = (ImportState.Planned, import.Format, counts.Write(), clock.GetUtcNow()));

    /// <summary>It writes from now on, and the log says who had it do so.</summary>
    public Task BeginWritingAsync(Import import, ImportCounts counts, long actorId, ActedVia via) => RunAsync(async write =>
    {
        // Stopped at the last moment, it stays so.
        if (await write.Database.Imports.SingleOrDefaultAsync(i => i.Id == import.Id && i.State == ImportState.Reading) is not { } row)
        {
            return;
        }

        (row.State, row.Format, row.Counts) = (ImportState.Writing, import.Format, counts.Write());
        await write.Database.SaveChangesAsync();
        await LogStartAsync(write, row, actorId, via);
    });

    /// <summary>The log says who has what is planned written.</summary>
    public Task LogStartAsync(WriteScope write, Import import, long actorId, ActedVia via) =>
        LogAsync(write, import, ActWord.ImportStarted, actorId, via, clock.GetUtcNow());

    /// <summary>The log says what somebody did with an import.</summary>
    public static Task LogAsync(WriteScope write, Import import, string word, long actorId, ActedVia via, DateTimeOffset now) => LogBook.AddAsync(
        write.Database, new NewAct(actorId, via, import.SiteId, word) { Details = new ImportDetails(import.Id, import.Format, import.FileName) }, [], now);

    /// <summary>What is to be written was found out anew.</summary>
    public Task RestagedAsync(Import import, ImportCounts counts) => SetAsync(import.Id, row => row.Counts = counts.Write());

    public Task DoneAsync(Import import, ImportCounts counts) => SetAsync(import.Id, ImportState.Writing, row =>
        (row.State, row.Counts, row.EndedAt) = (ImportState.Done, counts.Write(), clock.GetUtcNow()));

    public Task UndoneAsync(Import import, ImportCounts counts) => SetAsync(import.Id, row =>
        (row.State, row.Counts, row.EndedAt) = (ImportState.Undone, counts.Write(), clock.GetUtcNow()));

    /// <summary>It cannot go on because of its file.</summary>
    public Task FailAsync(long importId, string message) => SetAsync(importId, row => Fail(row, message));

    /// <summary>It cannot go on because of the server.</summary>
    public Task FailAsync(long importId, Exception fault) => SetAsync(
        importId, row => Fail(row, $"The server could not go on: {fault.Message} Its log says more. {WhatIsThere(row)}"));

    /// <summary>Somebody has stopped it, and the log says who.</summary>
    public Task StopAsync(long importId, long actorId, ActedVia via) => RunAsync(async write =>
        await StopAsync(write, await write.Database.Imports.SingleAsync(i => i.Id == importId), actorId, via));

    /// <inheritdoc cref="StopAsync(long, long, ActedVia)"/>
    public async Task StopAsync(WriteScope write, Import import, long actorId, ActedVia via)
    {
        Fail(import, $"It was stopped. {WhatIsThere(import)}");
        await write.Database.SaveChangesAsync();
        await LogAsync(write, import, ActWord.ImportStopped, actorId, via, clock.GetUtcNow());
    }

    private static string WhatIsThere(Import import) => import.State switch
    {
        ImportState.Undoing => "Some of it may be taken back; undo it once more.",
        ImportState.Writing when ImportChoices.IsWritten(import) => "What it had written is there, and can be taken back; or let it go on.",
        ImportState.Writing => "Nothing is written yet. Let it go on, or throw it away.",
        _ => "Its file was still being read, and nothing is written. Plan it again, or throw it away.",
    };

    private void Fail(Import import, string message) => (import.State, import.Message, import.EndedAt) = (
        ImportState.Failed, message.Length <= Import.MaxMessageCharacters ? message : message[..Import.MaxMessageCharacters], clock.GetUtcNow());

    // Stopped at the last moment, it stays so.
    private Task SetAsync(long importId, ImportState state, Action<Import> set) => RunAsync(async write =>
    {
        if (await write.Database.Imports.SingleOrDefaultAsync(i => i.Id == importId && i.State == state) is { } row)
        {
            set(row);
            await write.Database.SaveChangesAsync();
        }
    });

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
