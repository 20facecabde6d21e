using System.Text.Json.Nodes;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Data;

/// <summary>What a context is about to save, row by row, and how to take it back.</summary>
internal static class RowChanges
{
    /// <summary>Saves what the context tracks, and says which rows that changed.</summary>
    public static async Task<List<RowChange>> SaveAsync(EmbedDbContext database)
    {
        var pending = database.ChangeTracker.Entries()
            .Where(entry => entry.Entity is not ModerationLogEntry && entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(entry => new Pending(entry)).ToList();
        await database.SaveChangesAsync();
        return [.. pending.Select(row => row.Saved()).OfType<RowChange>()];
    }

    /// <summary>
    /// The changes as this version of the server knows them; null if one has a table or column that it does not, or if what there
    /// was before is not in the log, so that it could not be put back.
    /// </summary>
    public static IReadOnlyList<KnownChange>? Known(EmbedDbContext database, IReadOnlyList<RowChange> changes)
    {
        var known = changes.Select(change => KnownChange.Of(database.Model, change)).OfType<KnownChange>().ToList();
        return known.Count == changes.Count && known.TrueForAll(change => change.IsComplete) ? known : null;
    }

    /// <summary>Whether a row is as the change left it, so that taking it back loses nothing done since.</summary>
    public static async Task<bool> IsInForceAsync(WriteScope write, KnownChange change)
    {
        var left = change.After ?? change.Before!;
        // A secret that has come since is for the row as it is now, and for no other; and would be lost with it.
        var secrets = change.Type.GetProperties()
            .Where(column => column.IsNullable && (change.Before is null ? LeftOut.IsSecret(column) : LeftOut.IsSecretForTheRow(column)))
            .Select(column => new Cell(column, null)).ToList();
        var row = await write.Statements.RowAsync(
            $"SELECT {Names([.. left, .. secrets])} FROM {change.Table} WHERE {Condition(change.Key)}", Values(change.Key));
        return change.After is null
            ? row is null
            : row is not null && change.After.Select((cell, i) => StoredValue.Same(row[i], cell.Value)).All(same => same)
                && row.Skip(left.Count).All(secret => secret is null);
    }

    /// <summary>Takes one change back.</summary>
    public static Task ReverseAsync(WriteScope write, KnownChange change)
    {
        if (change.Before is null)
        {
            return write.Statements.ExecuteAsync($"DELETE FROM {change.Table} WHERE {Condition(change.Key)}", Values(change.Key));
        }

        if (change.After is null)
        {
            IReadOnlyList<Cell> row = [.. change.Before, .. change.Counters];
            return write.Statements.ExecuteAsync(
                $"INSERT INTO {change.Table} ({Names(row)}) VALUES ({string.Join(", ", row.Select((_, i) => $"@{i}"))})", Values(row));
        }

        var set = string.Join(", ", change.Before.Select((cell, i) => $"{cell.Name} = @{change.Key.Count + i}"));
        return write.Statements.ExecuteAsync(
            $"UPDATE {change.Table} SET {set} WHERE {Condition(change.Key)}", [.. Values(change.Key), .. Values(change.Before)]);
    }

    private static string Names(IEnumerable<Cell> cells) => string.Join(", ", cells.Select(cell => cell.Name));

    private static string Condition(IEnumerable<Cell> key) => string.Join(" AND ", key.Select((cell, i) => $"{cell.Name} = @{i}"));

    private static object?[] Values(IEnumerable<Cell> cells) => [.. cells.Select(cell => cell.Value)];

    /// <summary>A row that is about to be saved: what it was must be noted before, what it is after.</summary>
    private sealed class Pending
    {
        private readonly EntityEntry _entry;
        private readonly EntityState _state;
        private readonly List<IProperty> _changed;
        private readonly List<string> _changedSecrets;
        private readonly JsonObject? _before;
        private readonly JsonObject? _key;

        public Pending(EntityEntry entry)
        {
            (_entry, _state) = (entry, entry.State);
            _changed = [.. entry.Properties
                .Where(property => _state == EntityState.Modified
                    ? property.IsModified && LeftOut.Keeps(property.Metadata)
                    : LeftOut.Keeps(property.Metadata) || (LeftOut.IsSecret(property.Metadata) && property.CurrentValue is null))
                .Select(property => property.Metadata)];
            _changedSecrets = [.. entry.Properties
                .Where(property => _state == EntityState.Modified && property.IsModified && LeftOut.IsSecret(property.Metadata))
                .Select(property => property.Metadata.GetColumnName())];
            if (_state != EntityState.Added)
            {
                _before = Row(entry.OriginalValues, _changed);
                _key = Row(entry.OriginalValues, KeyOf(entry));
            }
        }

        /// <summary>The change; null if nothing that the log keeps has changed.</summary>
        public RowChange? Saved()
        {
            var table = _entry.Metadata.GetTableName()!;
            if (_state == EntityState.Deleted)
            {
                return new RowChange(table, _key!, _before, null);
            }

            var after = Row(_entry.CurrentValues, _changed);
            if (_state == EntityState.Added)
            {
                return new RowChange(table, Row(_entry.CurrentValues, KeyOf(_entry)), null, after);
            }

            // A column that was set to what it was has not changed.
            foreach (var name in after.Select(pair => pair.Key).Where(name => JsonNode.DeepEquals(after[name], _before![name])).ToList())
            {
                after.Remove(name);
                _before!.Remove(name);
            }

            // That it was another is noted: what was for the one is not to be used with the other.
            foreach (var secret in _changedSecrets)
            {
                (_before![secret], after[secret]) = (null, null);
            }

            return after.Count == 0 ? null : new RowChange(table, _key!, _before, after);
        }

        private static IReadOnlyList<IProperty> KeyOf(EntityEntry entry) => entry.Metadata.FindPrimaryKey()!.Properties;

        private static JsonObject Row(PropertyValues values, IEnumerable<IProperty> properties)
        {
            var row = new JsonObject();
            foreach (var property in properties)
            {
                row[property.GetColumnName()] = StoredValue.Write(property, values[property]);
            }

            return row;
        }
    }
}
