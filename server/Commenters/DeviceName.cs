using Embed.Server.Model;

namespace Embed.Server.Commenters;

/// <summary>
/// What somebody knows a browser of theirs by, in a list of where they are signed in: its kind and system, and nothing that tells
/// two such browsers apart. User agents lie, so it is worth no more than that.
/// </summary>
internal static class DeviceName
{
    // In this order: most browsers also claim to be those after them.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("Edg/", "Edge"), ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>The name for a <c>User-Agent</c> header (RFC 9110, section 10.1.5); empty if it says nothing known.</summary>
    public static string Of(string? userAgent)
    {
        string[] known = [NameIn(Browsers, userAgent), NameIn(Systems, userAgent)];
        var name = string.Join(", ", known.Where(part => part.Length > 0));
        return name.Length <= CommenterSession.MaxDeviceCharacters ? name : name[..CommenterSession.MaxDeviceCharacters];
    }

    private static string NameIn((string Mark, string Name)[] known, string? userAgent) =>
        known.FirstOrDefault(entry => userAgent?.Contains(entry.Mark, StringComparison.Ordinal) == true).Name ?? "";
}
