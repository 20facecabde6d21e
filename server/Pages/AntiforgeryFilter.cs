using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace Embed.Server.Pages;

/// <summary>Forms of our own pages: another site must not be able to submit one in a visitor's name.</summary>
internal static class AntiforgeryFilter
{
    /// <summary>
    /// Runs the handler only for a request with the token of a page of ours; otherwise <paramref name="refuse"/> answers.
    /// A filter in place of the framework's middleware, because that one answers with an empty page.
    /// </summary>
    public static TBuilder RequireAntiforgery<TBuilder>(this TBuilder builder, Func<HttpContext, IResult> refuse)
        where TBuilder : IEndpointConventionBuilder
        => builder.DisableAntiforgery().AddEndpointFilter(async (invocation, next) =>
        {
            var antiforgery = invocation.HttpContext.RequestServices.GetRequiredService<IAntiforgery>();
            return await antiforgery.IsRequestValidAsync(invocation.HttpContext) ? await next(invocation) : refuse(invocation.HttpContext);
        });

    /// <summary>The same for what a script of ours sends: the token is in a header, so that the body is not read to look for it.</summary>
    public static TBuilder RequireAntiforgeryHeader<TBuilder>(this TBuilder builder, Func<HttpContext, IResult> refuse)
        where TBuilder : IEndpointConventionBuilder
        => builder.AddEndpointFilter(async (invocation, next) =>
        {
            var name = invocation.HttpContext.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.HeaderName!;
            return invocation.HttpContext.Request.Headers.ContainsKey(name) ? await next(invocation) : refuse(invocation.HttpContext);
        }).RequireAntiforgery(refuse);
}
