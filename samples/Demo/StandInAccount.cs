using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Embed.Demo;

/// <summary>An account at the stand-in GitHub.</summary>
/// <param name="Id">Its lasting number.</param>
/// <param name="Login">Its login name.</param>
/// <param name="Name">Its display name; null where there is none, as for many real accounts.</param>
internal sealed partial record StandInAccount(long Id, string Login, string? Name)
{
    /// <summary>Beginning of login names whose account is made the moment it is asked for: to try what a site does with new accounts.</summary>
    public const string NewPrefix = "new-";

    /// <summary>When the account was made: at some time from 2010 to 2019 that follows from its number, unless its name says that it is new.</summary>
    public DateTimeOffset MadeAt(DateTimeOffset now) => Login.StartsWith(NewPrefix, StringComparison.OrdinalIgnoreCase)
        ? now
        : new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(Id % 3_650);

    /// <summary>Who can be chosen from the list. The first moderates the demo's site and administers its server.</summary>
    public static readonly IReadOnlyList<StandInAccount> Predefined =
    [
        new(1001, "marta-keller", "Marta Keller"),
        new(1002, "jonas-w", "Jonas Weidmann"),
        new(1003, "priya-n", "Priya Nair"),
        new(1004, "tomas-holub", "Tomáš Holub"),
        new(1005, "salma-haddad", "سلمى حداد"),
        new(1006, "old-walnut", null),
        new(1007, "ewa-lis", "Ewa Lis"),
        new(1008, "bread-and-butter", "Sam O’Dowd"),
    ];

    /// <summary>
    /// The account of a login name: one of the list, or a new one, whose number follows from the name so that it is the same
    /// after a restart.
    /// </summary>
    /// <returns>Null if it is no login name as GitHub takes them: 1 to 39 letters, digits and single hyphens.</returns>
    public static StandInAccount? Find(string login)
    {
        login = login.Trim();
        return Predefined.FirstOrDefault(account => string.Equals(account.Login, login, StringComparison.OrdinalIgnoreCase))
            ?? (login.Length <= 39 && LoginName().IsMatch(login) ? new StandInAccount(NumberOf(login), login, null) : null);
    }

    // 31 bits above the listed numbers: two names meeting by chance would need tens of thousands of accounts.
    private static long NumberOf(string login) =>
        10_000 + (BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(login.ToLowerInvariant()))) >> 1);

    [GeneratedRegex("^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoginName();
}
