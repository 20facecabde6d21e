using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer;

/// <summary>What commands of the server's program need that a server which runs has already.</summary>
internal static class ServerCommand
{
    /// <summary>Whoever runs the server's own commands, in the log.</summary>
    public static async Task<Outcome<Commenter>> ActorAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return await services.GetRequiredService<WriteQueue>().RunAsync<Commenter>(
            async write =>
            {
                var known = await write.Database.Commenters.AsNoTracking().FirstOrDefaultAsync(c => c.Kind == CommenterKind.Server);
                var made = new Commenter { Kind = CommenterKind.Server, Name = "Command line", CreatedAt = now };
                return known ?? new Commenter { Id = await write.Statements.InsertAsync(made), Kind = made.Kind, Name = made.Name, CreatedAt = now };
            },
            cancellationToken);
    }

    /// <summary>Runs something that writes; the queue is stopped again where it was not running.</summary>
    public static async Task<T> WithQueueAsync<T>(IServiceProvider services, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        var queue = services.GetRequiredService<WriteQueue>();
        if (queue.ExecuteTask is not null)
        {
            return await run();
        }

        await queue.StartAsync(cancellationToken);
        try
        {
            return await run();
        }
        finally
        {
            await queue.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>A refusal's sentence.</summary>
    public static string Sentence(Refusal refusal) => Widget.WidgetText.For("en").Sentence(refusal.ForWidget());
}
