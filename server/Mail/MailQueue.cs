using System.Threading.Channels;

namespace Embed.Server.Mail;

/// <summary>
/// Mail on its way out. Nobody waits for it: how long a mail server takes would tell which addresses it knows. What cannot be
/// sent is noted without its address, and whoever waits for it asks for another.
/// </summary>
internal sealed partial class MailQueue(IMailSender sender, TimeProvider clock, ILogger<MailQueue> logger) : BackgroundService
{
    private const int Capacity = 200;

    // One that hangs does not hold up the others.
    private const int AtOnce = 4;

    private readonly Channel<OutgoingMail> _queue = Channel.CreateBounded<OutgoingMail>(Capacity);

    /// <summary>Takes a mail to be sent soon; where too many wait, it is dropped and that is noted.</summary>
    public void Send(OutgoingMail mail)
    {
        if (!_queue.Writer.TryWrite(mail))
        {
            Log.Full(logger, Capacity);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Parallel.ForEachAsync(
                _queue.Reader.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                async (mail, cancellationToken) => await SendAsync(mail, cancellationToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: nothing failed.
        }
    }

    private async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        if (mail.UselessAt <= clock.GetUtcNow())
        {
            Log.Late(logger);
            return;
        }

        try
        {
            await sender.SendAsync(mail, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Its message may quote the server's answer, and that the address.
            Log.Failed(logger, fault.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A mail could not be sent ({Fault}). Check Embed:Mail and the mail server")]
        public static partial void Failed(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Error, "A mail was dropped: {Capacity} wait to be sent. Check Embed:Mail and the mail server")]
        public static partial void Full(ILogger logger, int capacity);

        [LoggerMessage(LogLevel.Warning, "A mail was dropped: it waited so long that it would be of no use. Check the mail server")]
        public static partial void Late(ILogger logger);
    }
}
