using System.Globalization;
using System.Resources;

namespace Embed.Server.Pages;

/// <summary>Every string of some pages of ours, in one language.</summary>
/// <param name="strings">The strings: a <c>.resx</c> in English, and its translations.</param>
/// <param name="language">One of <see cref="Embed.Widget.WidgetText.Languages"/>.</param>
public abstract class PageText(ResourceManager strings, string language)
{
    /// <summary>The culture of the texts.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(language);

    /// <summary>The text named <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">No language has it: a mistake in the code.</exception>
    public string this[string key] => strings.GetString(key, Culture) ?? throw new KeyNotFoundException(key);

    /// <summary>Whether there is a text named <paramref name="key"/>.</summary>
    public bool Has(string key) => strings.GetString(key, Culture) is not null;

    /// <summary>
    /// The text named <paramref name="key"/> with names and numbers in it. Names are isolated (U+2068, U+2069), so that one
    /// written in the other direction does not reorder the sentence.
    /// </summary>
    public string Format(string key, params object[] values) =>
        string.Format(Culture, this[key], [.. values.Select(value => value is string name ? $"\u2068{name}\u2069" : value)]);

    /// <summary>A time, in words.</summary>
    public string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", Culture);
}
