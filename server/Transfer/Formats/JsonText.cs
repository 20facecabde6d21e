using System.Text.Json;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>Reads small JSON as a whole, whatever types its values turn out to have.</summary>
internal static partial class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, MaxDepth = 32 };

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(string json) =>
        JsonDocument.Parse(
            json.Contains(@"\ud", StringComparison.OrdinalIgnoreCase) ? HalfCharacters().Replace(json, WithoutHalf) : json, Options);

    /// <summary>A string or number of an object as text, without blanks around it; null if there is none.</summary>
    public static string? Value(this JsonElement element, string name) =>
        element.Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? SourceValues.Text(value.GetString())
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    /// <summary>Whether an object says yes.</summary>
    public static bool IsTrue(this JsonElement element, string name) => element.Member(name)?.ValueKind == JsonValueKind.True;

    /// <summary>A member of an object; null if there is none or it is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The entries of a list in an object; none if there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static string WithoutHalf(Match match) => match.Groups["whole"].Success ? match.Value : @"\ufffd";

    /// <summary>Escapes, of which those that are half a character are no text and would make all of it unreadable.</summary>
    [GeneratedRegex(
        @"(?<whole>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HalfCharacters();
}
