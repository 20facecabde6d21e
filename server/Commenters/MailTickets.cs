using Microsoft.AspNetCore.DataProtection;

namespace Embed.Server.Commenters;

/// <summary>
/// What somebody has shown by mail, on its way through the page that asks for a name or whether to go on. It is worth something
/// only in the browser that showed it, and only until <see cref="MailSignIn.FinishAsync"/>.
/// </summary>
internal sealed class MailTickets(IDataProtectionProvider protection)
{
    private readonly Tickets<Ticket> _tickets = new(protection, "Embed.MailSignIn.Proven", MailSignIn.Lifetime);

    private sealed record Ticket(ProvenMailbox Proven, byte[] Browser);

    /// <summary>The ticket for a form of the page.</summary>
    public string Write(HttpContext http, ProvenMailbox proven) =>
        _tickets.Write(new Ticket(proven, Secret.HashOf(MailCookie.Ensure(http))));

    /// <summary>What the ticket says; null if it is forged or another browser's.</summary>
    public ProvenMailbox? Read(HttpContext http, string? ticket) =>
        MailCookie.Of(http) is { } browser && _tickets.Read(ticket) is { } read && read.Browser.AsSpan().SequenceEqual(Secret.HashOf(browser))
            ? read.Proven
            : null;
}
