using System.Resources;
using Embed.Server.Pages;
using Embed.Widget;

namespace Embed.Server.Me;

/// <summary>Every string of the pages below <c>/me</c>, in one language: <c>MeText.resx</c> (English) and its translations.</summary>
public sealed class MeText : PageText
{
    private static readonly ResourceManager Strings = new(typeof(MeText));

    private static readonly Dictionary<string, MeText> All = WidgetText.Languages.ToDictionary(language => language, language => new MeText(language));

    private MeText(string language)
        : base(Strings, language)
    {
    }

    /// <summary>The texts in one of <see cref="WidgetText.Languages"/>.</summary>
    public static MeText For(string language) => All[language];
}
