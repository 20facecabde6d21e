using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Embed.Server.Data;

/// <summary>What a write of the <see cref="WriteQueue"/> works with: the open connection, and what to tell after the commit.</summary>
internal sealed class WriteScope : IAsyncDisposable
{
    // The one connection that writes has the inner pages of all indexes and all that an import's batch changes in its memory (16 MB, not
    // SQLite's 2), and copies the log into the file less often (at 128 MB, not 4): it is some ten batches long.
    private const string Pragmas = "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 32000;";

    private readonly Dictionary<object, Action> _announcements = [];
    private readonly List<(object Key, Action Announce)> _ofThisWrite = [];

    private WriteScope(EmbedDbContext database)
    {
        Database = database;
        Statements = new Statements(database);
    }

    /// <summary>Knows no entity when a write begins; nobody else has it meanwhile.</summary>
    public EmbedDbContext Database { get; }

    /// <summary>Prepared statements on the same connection, for what every post does.</summary>
    public Statements Statements { get; }

    public static async Task<WriteScope> OpenAsync(IDbContextFactory<EmbedDbContext> databases, int lockWaitSeconds)
    {
        var database = await databases.CreateDbContextAsync();
        // The savepoint around each write does for all that it saves.
        database.Database.AutoSavepointsEnabled = false;
        ((SqliteConnection)database.Database.GetDbConnection()).DefaultTimeout = lockWaitSeconds;
        await database.Database.OpenConnectionAsync();
        var scope = new WriteScope(database);
        await scope.Statements.ExecuteAsync(Pragmas);
        return scope;
    }

    /// <summary>Calls <paramref name="announce"/> once the write is on disk, before it is answered; must not take long.</summary>
    /// <param name="key">Of several in one group with the same key only the last is called.</param>
    /// <param name="announce">What to do.</param>
    public void AfterCommit(object key, Action announce) => _ofThisWrite.Add((key, announce));

    public Task<IDbContextTransaction> BeginAsync() => Database.Database.BeginTransactionAsync();

    /// <summary>Does a part of the write that may fail by itself. Failed, or against a constraint, nothing of it is done or told.</summary>
    /// <param name="part">The part; answers whether it is to be kept.</param>
    /// <returns>Whether it was.</returns>
    public async Task<bool> TryPartAsync(Func<Task<bool>> part)
    {
        var told = _ofThisWrite.Count;
        await Statements.ExecuteAsync("SAVEPOINT one_part");
        var isKept = false;
        try
        {
            isKept = await part();
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            // What is there since stands in its way; that is for the caller to say.
        }

        if (!isKept)
        {
            _ofThisWrite.RemoveRange(told, _ofThisWrite.Count - told);
            await Statements.ExecuteAsync("ROLLBACK TO one_part");
        }

        Database.ChangeTracker.Clear();
        await Statements.ExecuteAsync("RELEASE one_part");
        return isKept;
    }

    public Task BeginWriteAsync() => Statements.ExecuteAsync("SAVEPOINT one_write");

    public async Task KeepWriteAsync()
    {
        foreach (var (key, announce) in _ofThisWrite)
        {
            _announcements[key] = announce;
        }

        await EndWriteAsync("RELEASE one_write");
    }

    public async Task UndoWriteAsync()
    {
        await Statements.ExecuteAsync("ROLLBACK TO one_write");
        await EndWriteAsync("RELEASE one_write");
    }

    /// <summary>Tells what the group changed, each once, whatever becomes of it.</summary>
    /// <exception cref="AggregateException">What failed; the others were told.</exception>
    public void Announce()
    {
        List<Exception> faults = [];
        foreach (var announce in _announcements.Values)
        {
            try
            {
                announce();
            }
            catch (Exception fault)
            {
                faults.Add(fault);
            }
        }

        _announcements.Clear();
        if (faults.Count > 0)
        {
            throw new AggregateException(faults);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Statements.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task EndWriteAsync(string statement)
    {
        _ofThisWrite.Clear();
        Database.ChangeTracker.Clear();
        return Statements.ExecuteAsync(statement);
    }
}
