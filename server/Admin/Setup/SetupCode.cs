using System.Security.Cryptography;
using Embed.Server.Commenters;
using Microsoft.AspNetCore.DataProtection;
using Secret = Embed.Server.Commenters.Secret;

namespace Embed.Server.Admin.Setup;

/// <summary>
/// The secret of the set-up address, which the log prints where a server has no administrator. It is kept by its hash alone, in
/// memory: it dies with its use and with the process, and whoever starts the server next reads a new one.
/// </summary>
internal sealed class SetupCode(IDataProtectionProvider protection)
{
    /// <summary>How long a browser that has shown the code may take to sign in.</summary>
    public static readonly TimeSpan TicketLifetime = TimeSpan.FromMinutes(30);

    private readonly Tickets<Ticket> _tickets = new(protection, "Embed.Setup.Ticket", TicketLifetime);
    private volatile byte[]? _hash;

    private sealed record Ticket(byte[] Hash);

    /// <summary>Whether somebody may become administrator by a code.</summary>
    public bool IsOpen => _hash is not null;

    /// <summary>Makes a code, which is not to be had again.</summary>
    public string Begin()
    {
        var code = Secret.Create();
        _hash = Secret.HashOf(code);
        return code;
    }

    /// <summary>What a browser that has shown the code keeps while its owner signs in; null for a wrong code.</summary>
    public string? Redeem(string? code) =>
        Secret.IsWellFormed(code) && Secret.HashOf(code!) is var hash && Holds(hash) ? _tickets.Write(new Ticket(hash)) : null;

    /// <summary>Whether the ticket is of the code that is good now.</summary>
    public bool Admits(string? ticket) => _tickets.Read(ticket) is { } read && Holds(read.Hash);

    /// <summary>Ends the code: there is an administrator.</summary>
    public void Spend() => _hash = null;

    private bool Holds(byte[] hash) => _hash is { } good && CryptographicOperations.FixedTimeEquals(good, hash);
}
