using System.Resources;
using Embed.Server.Pages;
using Embed.Widget;

namespace Embed.Server.Commenters;

/// <summary>Every string of the sign-in pages, in one language: <c>SignInText.resx</c> (English) and its translations.</summary>
public sealed class SignInText : PageText
{
    private static readonly ResourceManager Strings = new(typeof(SignInText));

    private static readonly Dictionary<string, SignInText> All = WidgetText.Languages.ToDictionary(language => language, language => new SignInText(language));

    private SignInText(string language)
        : base(Strings, language)
    {
    }

    /// <summary>The texts in one of <see cref="WidgetText.Languages"/>.</summary>
    public static SignInText For(string language) => All[language];
}
