using Embed.Widget;
using Microsoft.Net.Http.Headers;

namespace Embed.Server.Pages;

/// <summary>The language our own pages answer in.</summary>
internal static class PageLanguage
{
    /// <summary>The query parameter that overrides the browser's choice.</summary>
    public const string Parameter = "lang";

    /// <summary>
    /// The first of <c>?lang=</c> and the browser's Accept-Language, best weight first, that there are texts for; else the
    /// default. Always one of <see cref="WidgetText.Languages"/>, so it is safe to write into a page or an address.
    /// </summary>
    public static string Of(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language, StringWithQualityHeaderValueComparer.QualityComparer)
            .Select(language => language.Value.Value);
        return accepted.Prepend(request.Query[Parameter].ToString()).Select(Supported).FirstOrDefault(language => language is not null)
            ?? WidgetText.Languages[0];
    }

    /// <summary>The supported language for a tag such as <c>de-AT</c>; null for any other.</summary>
    public static string? Supported(string? tag)
    {
        var primary = tag?.Split('-', '_')[0];
        return WidgetText.Languages.FirstOrDefault(language => string.Equals(language, primary, StringComparison.OrdinalIgnoreCase));
    }
}
