using System.Globalization;
using System.Resources;
using Embed.Widget;

namespace Embed.Server.Commenters;

/// <summary>Every string of the sign-in pages, in one language: <c>SignInText.resx</c> (English) and its translations.</summary>
public sealed class SignInText
{
    private static readonly ResourceManager Strings = new(typeof(SignInText));

    private static readonly Dictionary<string, SignInText> All =
        WidgetText.Languages.ToDictionary(language => language, language => new SignInText(CultureInfo.GetCultureInfo(language)));

    private SignInText(CultureInfo culture) => Culture = culture;

    /// <summary>The culture of the texts.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The text named <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">No language has it: a mistake in the code.</exception>
    public string this[string key] => Strings.GetString(key, Culture) ?? throw new KeyNotFoundException(key);

    /// <summary>The texts in one of <see cref="WidgetText.Languages"/>.</summary>
    public static SignInText For(string language) => All[language];

    /// <summary>
    /// The text named <paramref name="key"/> with a name in it, isolated (U+2068, U+2069) so that a name written in the other
    /// direction does not reorder the sentence.
    /// </summary>
    public string Format(string key, string name) => string.Format(Culture, this[key], $"\u2068{name}\u2069");
}
