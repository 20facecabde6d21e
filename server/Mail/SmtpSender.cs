using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;

namespace Embed.Server.Mail;

/// <summary>Sends by the configured SMTP server. A connection for each mail: there are few, and servers close idle ones.</summary>
internal sealed class SmtpSender(IOptions<EmbedOptions> options, TimeProvider clock) : IMailSender
{
    // For the whole of it: a server that takes longer is not well.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        var settings = options.Value.Mail;
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(Timeout);
        using var message = Write(mail, settings, clock.GetUtcNow());
        using var client = new SmtpClient();
        await client.ConnectAsync(settings.Host!, settings.Port, SecurityOf(settings)!.Value, timed.Token);
        if (settings.User is not null)
        {
            await client.AuthenticateAsync(settings.User, settings.Password ?? "", timed.Token);
        }

        await client.SendAsync(message, timed.Token);
        await client.DisconnectAsync(quit: true, timed.Token);
    }

    /// <summary>How the settings want the connection encrypted; null if they say no such way.</summary>
    public static SecureSocketOptions? SecurityOf(MailOptions settings) => settings.Security.ToUpperInvariant() switch
    {
        "NONE" => SecureSocketOptions.None,
        "STARTTLS" => SecureSocketOptions.StartTls,
        "TLS" => SecureSocketOptions.SslOnConnect,
        _ => null,
    };

    private static MimeMessage Write(OutgoingMail mail, MailOptions settings, DateTimeOffset now)
    {
        var from = Mailbox.Of(settings.From)!;
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            Date = now,
            // By the sender's domain: the default names this machine.
            MessageId = MimeUtils.GenerateMessageId(from.Address[(from.Address.IndexOf('@', StringComparison.Ordinal) + 1)..]),
            Body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html }.ToMessageBody(),
        };
        message.From.Add(new MailboxAddress(settings.DisplayName ?? "", from.Address));
        message.To.Add(new MailboxAddress("", mail.To.Address));
        // No answering machine answers it (RFC 3834).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }
}
