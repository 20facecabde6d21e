using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using Embed.Server.Model;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>Every visible string in every language.</summary>
public sealed partial class WidgetTextTests
{
    private static readonly string[] Forms = ["zero", "one", "two", "few", "many", "other"];

    private static readonly Dictionary<string, Dictionary<string, string>> Texts = WidgetText.Languages.ToDictionary(language => language, Read);

    public static TheoryData<string> Translations => [.. WidgetText.Languages.Skip(1)];

    [Theory]
    [MemberData(nameof(Translations))]
    public void Every_text_is_there_in_every_language(string language)
    {
        var wanted = Texts["en"].Keys.Select(Stem).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var there = Texts[language].Keys.Select(Stem).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

        Assert.NotEmpty(wanted);
        Assert.Equal(wanted, there);
    }

    [Theory]
    [MemberData(nameof(Translations))]
    public void A_translation_has_the_placeholders_of_the_original(string language)
    {
        foreach (var (key, text) in Texts[language])
        {
            var wanted = Placeholders(Texts["en"].GetValueOrDefault(key) ?? Texts["en"][Stem(key) + "_other"]);
            // A form for one number may say it in a word.
            Assert.True(
                Stem(key) == key ? wanted.SetEquals(Placeholders(text)) : wanted.IsSupersetOf(Placeholders(text)),
                $"{key} in {language}: {text}");
        }
    }

    [Fact]
    public void No_text_is_empty_or_has_stray_space() => Assert.All(
        Texts.SelectMany(language => language.Value),
        text => Assert.True(text.Value.Length > 0 && text.Value == text.Value.Trim(), text.Key));

    [Fact]
    public void Every_refusal_has_its_sentence_in_every_language()
    {
        var codes = typeof(Refusal).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Where(field => field.FieldType == typeof(Refusal))
            .Select(field => (Refusal)field.GetValue(null)!)
            .Append(Refusal.TooMany(TimeSpan.FromSeconds(30)))
            .Append(Refusal.SlowMode(TimeSpan.FromSeconds(90)))
            .Append(Refusal.TooManyGuests(TimeSpan.FromSeconds(30)))
            .Append(Refusal.NameRefused(""))
            .Append(Refusal.NameRefused("No adverts."))
            .Append(Refusal.RuleRefused(""))
            .Append(Refusal.RuleRefused("Links are not taken here."))
            .Append(Refusal.Banned(null))
            .Append(Refusal.Banned(new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero)))
            .ToList();

        Assert.True(codes.Count > 15);
        Assert.All(codes, refusal => Assert.All(WidgetText.Languages, language =>
        {
            Assert.Contains($"Refusal_{refusal.Code}", Texts[language]);
            Assert.DoesNotContain("{", WidgetText.For(language).Sentence(refusal.ForWidget()), StringComparison.Ordinal);
        }));
    }

    [Fact]
    public void No_sentence_is_left_of_a_refusal_that_is_gone()
    {
        var codes = typeof(Refusal).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(field => field.GetValue(null)).OfType<Refusal>().Select(refusal => refusal.Code)
            // Made with their limit, or by the widget itself.
            .Concat(["too-many", "slow-mode", "too-many-guests", "banned", "banned-until", "rule-refused", "rule-refused-because", "name-refused"])
            .Concat(["name-refused-because", "unknown", "faulted"]);

        var sentences = Texts["en"].Keys.Where(key => key.StartsWith("Refusal_", StringComparison.Ordinal)).Select(key => key["Refusal_".Length..]);

        Assert.Equal(codes.Order(StringComparer.Ordinal), sentences.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("en", 1, "one")]
    [InlineData("en", 0, "other")]
    [InlineData("en", 2, "other")]
    [InlineData("de", 1, "one")]
    [InlineData("ar", 0, "zero")]
    [InlineData("ar", 1, "one")]
    [InlineData("ar", 2, "two")]
    [InlineData("ar", 3, "few")]
    [InlineData("ar", 110, "few")]
    [InlineData("ar", 11, "many")]
    [InlineData("ar", 199, "many")]
    [InlineData("ar", 100, "other")]
    [InlineData("ar", 102, "other")]
    public void A_count_takes_the_languages_plural_form(string language, int count, string form)
    {
        var text = WidgetText.For(language);
        var key = text.Has($"Comments_{form}") ? $"Comments_{form}" : "Comments_other";

        Assert.Equal(text.Format(key, count), text.Count("Comments", count));
    }

    private static string Stem(string key) =>
        key.LastIndexOf('_') is > 0 and var end && Forms.Contains(key[(end + 1)..], StringComparer.Ordinal) ? key[..end] : key;

    private static HashSet<string> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => match.Groups["number"].Value).ToHashSet(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(string language)
    {
        var resources = new ResourceManager("Embed.Widget.WidgetText", typeof(WidgetText).Assembly);
        // English is the neutral one, which has no file of its own language.
        var culture = language == "en" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language);
        return resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\{(?<number>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Placeholder();
}
