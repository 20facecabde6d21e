using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Runtime.CompilerServices;

namespace Embed.Widget;

/// <summary>
/// Every visible string, in one language. Strings live in <c>WidgetText.resx</c> (English) and <c>WidgetText.{language}.resx</c>;
/// a new language is a new file and its name in <see cref="Languages"/>.
/// </summary>
public sealed class WidgetText
{
    private static readonly ResourceManager Strings = new("Embed.Widget.WidgetText", typeof(WidgetText).Assembly);

    /// <summary>The languages there are texts for, the default first (BCP 47).</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "de", "ar"];

    private static readonly string[] PluralForms = ["zero", "one", "two", "few", "many", "other"];

    private static readonly Dictionary<string, WidgetText> All =
        Languages.ToDictionary(language => language, language => new WidgetText(CultureInfo.GetCultureInfo(language)), StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that drawing depends on: this assembly, and those of its translations.</summary>
    public static IEnumerable<Assembly> Assemblies => Languages.Skip(1)
        .Select(language => typeof(WidgetText).Assembly.GetSatelliteAssembly(CultureInfo.GetCultureInfo(language)))
        .Prepend(typeof(WidgetText).Assembly);

    private WidgetText(CultureInfo culture) => Culture = culture;

    // Of live threads' comments, kept as long as the comments themselves are.
    internal ConditionalWeakTable<CommentModel, CommentLook> Looks { get; } = [];

    /// <summary>The culture that numbers and dates are written in.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The language (BCP 47), for <c>lang</c>.</summary>
    public string Language => Culture.TwoLetterISOLanguageName;

    /// <summary>Writing direction, <c>ltr</c> or <c>rtl</c>, for <c>dir</c>.</summary>
    public string Direction => Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>The text named <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">No language has it: a mistake in the code.</exception>
    public string this[string key] => Strings.GetString(key, Culture) ?? throw new KeyNotFoundException(key);

    /// <summary>Whether there is a text named <paramref name="key"/>.</summary>
    public bool Has(string key) => Strings.GetString(key, Culture) is not null;

    /// <summary>The text for a language tag such as <c>de-AT</c>, or English.</summary>
    public static WidgetText For(string? language)
    {
        var primary = language?.Split('-', '_')[0];
        return primary is not null && All.TryGetValue(primary, out var text) ? text : All[Languages[0]];
    }

    /// <summary>The text named <paramref name="key"/> with its placeholders filled.</summary>
    public string Format(string key, params object?[] values) => string.Format(Culture, this[key], values);

    /// <summary>The name to show for somebody: theirs, or what stands for it where a comment's author has deleted their account.</summary>
    /// <param name="name">The shown name; empty for a former commenter.</param>
    public string NameOf(string name) => string.IsNullOrEmpty(name) ? this["FormerCommenter"] : name;

    /// <summary>
    /// The text named <paramref name="key"/> in the plural form that <paramref name="count"/> takes, its {0} filled with it.
    /// Forms are <c>{key}_one</c>, <c>_other</c> and, where a language has them, <c>_zero</c>, <c>_two</c>, <c>_few</c>,
    /// <c>_many</c> (Unicode CLDR 48, plural rules, cardinal). Further placeholders are filled with <paramref name="values"/>.
    /// </summary>
    public string Count(string key, long count, params object?[] values)
    {
        var form = $"{key}_{PluralForm(count)}";
        return Format(Has(form) ? form : $"{key}_other", [count, .. values]);
    }

    /// <summary>All plural forms there are of the text named <paramref name="key"/>, by the form's name, unfilled.</summary>
    public IReadOnlyDictionary<string, string> Forms(string key) => PluralForms
        .Where(form => Has($"{key}_{form}"))
        .ToDictionary(form => form, form => this[$"{key}_{form}"]);

    /// <summary>The sentence for a refusal.</summary>
    public string Sentence(ThreadRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        if (refusal.Until is { } until)
        {
            return Format($"Refusal_{refusal.Code}-until", until.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", Culture));
        }

        if (refusal.Reason is { } reason)
        {
            // Between isolates (Unicode Standard Annex 9): the site's language may run the other way.
            return Format($"Refusal_{refusal.Code}-because", $"\u2068{reason}\u2069");
        }

        var key = $"Refusal_{refusal.Code}";
        return Format(Has(key) ? key : "Refusal_unknown", refusal.Number);
    }

    /// <summary>Why a comment waits, from a code such as <c>links:5</c>.</summary>
    public string HeldFor(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var parts = code.Split(':');
        var key = $"Held_{parts[0]}";
        return Has(key) ? Format(key, parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "") : this["Held_unknown"];
    }

    private string PluralForm(long count) => Language == "ar"
        ? count switch
        {
            0 => "zero",
            1 => "one",
            2 => "two",
            _ when count % 100 is >= 3 and <= 10 => "few",
            _ when count % 100 is >= 11 and <= 99 => "many",
            _ => "other",
        }
        : count == 1 ? "one" : "other";
}
