namespace Embed.Server.Mail;

/// <summary>A mail to be sent.</summary>
/// <param name="To">The mailbox.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The body as plain text.</param>
/// <param name="Html">The body as an HTML document.</param>
/// <param name="UselessAt">When it no longer helps anybody.</param>
internal sealed record OutgoingMail(Mailbox To, string Subject, string Text, string Html, DateTimeOffset UselessAt);

/// <summary>Hands mail to a server that delivers it.</summary>
internal interface IMailSender
{
    /// <summary>Sends one mail.</summary>
    /// <exception cref="Exception">It was not taken.</exception>
    Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken);
}
