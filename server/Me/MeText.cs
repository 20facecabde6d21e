using System.Globalization;
using System.Resources;
using Embed.Widget;

namespace Embed.Server.Me;

/// <summary>Every string of the pages below <c>/me</c>, in one language: <c>MeText.resx</c> (English) and its translations.</summary>
public sealed class MeText
{
    private static readonly ResourceManager Strings = new(typeof(MeText));

    private static readonly Dictionary<string, MeText> All =
        WidgetText.Languages.ToDictionary(language => language, language => new MeText(CultureInfo.GetCultureInfo(language)));

    private MeText(CultureInfo culture) => Culture = culture;

    /// <summary>The culture of the texts.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The text named <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">No language has it: a mistake in the code.</exception>
    public string this[string key] => Strings.GetString(key, Culture) ?? throw new KeyNotFoundException(key);

    /// <summary>Whether there is a text named <paramref name="key"/>.</summary>
    public bool Has(string key) => Strings.GetString(key, Culture) is not null;

    /// <summary>The texts in one of <see cref="WidgetText.Languages"/>.</summary>
    public static MeText For(string language) => All[language];

    /// <summary>
    /// The text named <paramref name="key"/> with names and numbers in it. Names are isolated (U+2068, U+2069), so that one
    /// written in the other direction does not reorder the sentence.
    /// </summary>
    public string Format(string key, params object[] values) =>
        string.Format(Culture, this[key], [.. values.Select(value => value is string name ? $"\u2068{name}\u2069" : value)]);

    /// <summary>A time, in words.</summary>
    public string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", Culture);
}
