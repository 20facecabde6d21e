using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Embed.Server.Commenters;

/// <summary>
/// Something of ours on its way through a browser and back: nobody can forge it or read it, and it holds for a while. What it is
/// bound to (a commenter, a session, a browser) stands in it, and is for whoever opens it to compare.
/// </summary>
/// <param name="protection">The keys beside the database.</param>
/// <param name="purpose">What it is for: a ticket for one thing is none for another.</param>
/// <param name="lifetime">How long it holds.</param>
internal sealed class Tickets<T>(IDataProtectionProvider protection, string purpose, TimeSpan lifetime)
    where T : class
{
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector(purpose).ToTimeLimitedDataProtector();

    public string Write(T content) => _protector.Protect(JsonSerializer.Serialize(content), lifetime);

    /// <summary>What the ticket says; null if there is none, or it is forged, too old, or for something else.</summary>
    public T? Read(string? ticket)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(_protector.Unprotect(ticket ?? ""));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
