using System.Buffers;
using System.Xml;

namespace Embed.Server.Transfer.Formats;

/// <summary>The characters of ASCII that need a second look in XML, by what they stand in; everything between them can be passed on.</summary>
internal static class XmlNotable
{
    /// <summary>Control characters that XML does not allow.</summary>
    private static readonly string Controls = string.Concat(Enumerable.Range(0, ' ').Select(c => (char)c).Where(c => !XmlConvert.IsXmlChar(c)));

    public static SearchValues<char> InText { get; } = SearchValues.Create($"<>&{Controls}");

    /// <summary>In a tag, outside of its attributes' values.</summary>
    public static SearchValues<char> InTag { get; } = SearchValues.Create($"=>{Controls}");

    /// <summary>In an attribute's value.</summary>
    public static SearchValues<char> InValue { get; } = SearchValues.Create($"<>&\"'{Controls}");

    public static SearchValues<char> InCData { get; } = SearchValues.Create($"]{Controls}");
}
