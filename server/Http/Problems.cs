using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Http;

/// <summary>Refusals as problem details (RFC 9457), with the same sentence that the page shows.</summary>
internal static class Problems
{
    /// <summary>
    /// <c>type</c> is <c>urn:embed:refusal:{code}</c>, <c>code</c> the code alone, <c>detail</c> the sentence in the language
    /// asked for; Retry-After (RFC 9110, 10.2.3) where waiting helps.
    /// </summary>
    public static ProblemHttpResult ToProblem(this Refusal refusal, HttpContext http)
    {
        if (refusal.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(
            type: $"urn:embed:refusal:{refusal.Code}",
            title: refusal.Code.Replace('-', ' '),
            detail: WidgetText.For(PageLanguage.Of(http.Request)).Sentence(refusal.ForWidget()),
            statusCode: refusal.Status,
            extensions: new Dictionary<string, object?> { ["code"] = refusal.Code });
    }
}
