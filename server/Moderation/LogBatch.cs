using Embed.Server.Data;

namespace Embed.Server.Moderation;

/// <summary>The entries of one act on a selection: all name the first, so that the log shows and undoes them together.</summary>
/// <param name="isSelection">Whether it is one; a single act has an entry of its own.</param>
internal sealed class LogBatch(bool isSelection = false)
{
    private readonly List<long> _entries = [];

    /// <summary>The entries so far, by their ids.</summary>
    public IReadOnlyList<long> Entries => _entries;

    /// <summary>Saves what the context tracks as one act. Nothing changed: nothing is logged.</summary>
    public async Task SaveAsync(EmbedDbContext database, NewAct act, DateTimeOffset now)
    {
        if (await LogBook.SaveAsync(database, act with { BatchId = _entries.Count > 0 && isSelection ? _entries[0] : null }, now) is not { } entry)
        {
            return;
        }

        _entries.Add(entry.Id);
        if (isSelection && _entries.Count == 1)
        {
            await LogBook.MarkFirstAsync(database, entry.Id);
        }
    }
}
