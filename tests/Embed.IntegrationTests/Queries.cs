using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Embed.IntegrationTests;

/// <summary>What an application asks its database.</summary>
internal static class Queries
{
    /// <summary>Copies of the queries sent meanwhile, in order.</summary>
    public static async Task<IReadOnlyCollection<DbCommand>> AskedAsync(EmbedApplication application, Func<Task> ask)
    {
        var asked = new ConcurrentQueue<DbCommand>();
        // Other tests of the process ask databases of their own.
        var commands = new Observer<KeyValuePair<string, object?>>(sent =>
        {
            if (sent.Value is CommandExecutedEventData { Command: { } command }
                && command.Connection!.DataSource.StartsWith(application.DataFolder, StringComparison.Ordinal)
                && command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            {
                asked.Enqueue(Copy(command));
            }
        });
        IDisposable? subscription = null;
        using (DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener =>
        {
            if (listener.Name == DbLoggerCategory.Name)
            {
                subscription = listener.Subscribe(commands);
            }
        })))
        {
            await ask();
        }

        subscription?.Dispose();
        return asked;
    }

    private static SqliteCommand Copy(DbCommand command)
    {
        var copy = new SqliteCommand();
#pragma warning disable CA2100 // A query of the product's own, as it sent it.
        copy.CommandText = command.CommandText;
#pragma warning restore CA2100
        foreach (DbParameter parameter in command.Parameters)
        {
            copy.Parameters.AddWithValue(parameter.ParameterName, parameter.Value ?? DBNull.Value);
        }

        return copy;
    }

    private sealed class Observer<T>(Action<T> next) : IObserver<T>
    {
        public void OnNext(T value) => next(value);

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
