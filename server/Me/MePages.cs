using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Me;

/// <summary>What the addresses below <c>/me</c> have in common: they are for whoever is signed in on our own origin.</summary>
internal static class MePages
{
    /// <summary>The page of one's account.</summary>
    public const string Home = "/me";

    /// <summary>The strings in the language of the request.</summary>
    public static MeText TextOf(HttpContext http) => MeText.For(PageLanguage.Of(http.Request));

    /// <summary>The session whose owner asks. Only behind <see cref="RequireSignedIn"/>.</summary>
    public static CommenterSession SessionOf(HttpContext http) => CurrentCommenter.SessionOf(http)!;

    /// <summary>Back to the page of one's account, which says what was done.</summary>
    /// <param name="done">The last part of the sentence's name in <see cref="MeText"/>: <c>Done_…</c>.</param>
    public static SeeOther Done(string done) => new($"{Home}?done={done}");

    /// <summary>A plain sentence with a way back.</summary>
    public static RazorComponentResult<MeFaultPage> Fault(HttpContext http, string key, int status) =>
        Page<MeFaultPage>(http, new() { [nameof(MeFaultPage.Sentence)] = TextOf(http)[key] }, status);

    /// <summary>Somebody else's and none look the same.</summary>
    public static RazorComponentResult<MeFaultPage> NotFound(HttpContext http) => Fault(http, "NotFound", StatusCodes.Status404NotFound);

    /// <summary>The page for a form whose token does not hold.</summary>
    public static RazorComponentResult<MeFaultPage> FormExpired(HttpContext http) => Fault(http, "FormExpired", StatusCodes.Status400BadRequest);

    /// <summary>The page for a server that has more to write than it can.</summary>
    public static RazorComponentResult<MeFaultPage> Busy(HttpContext http) => Fault(http, "Busy", StatusCodes.Status503ServiceUnavailable);

    /// <summary>A page below <c>/me</c>; its strings are added.</summary>
    public static RazorComponentResult<TPage> Page<TPage>(
        HttpContext http, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        parameters["Text"] = TextOf(http);
        return PageResult.Page<TPage>(http, parameters, status);
    }

    /// <summary>Sends everybody who is not signed in there first, whatever they wanted.</summary>
    public static TBuilder RequireSignedIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (invocation, next) =>
            CurrentCommenter.Of(invocation.HttpContext) is null ? new SeeOther($"/signin?return={Home}") : await next(invocation));
}
