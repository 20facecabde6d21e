using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Diagnostics;

namespace Embed.Server.Hosting;

/// <summary>Requests that cannot be read (broken JSON, too large) become refusals; other exceptions stay faults.</summary>
internal sealed class BadRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        var refusal = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? Refusal.RequestTooLarge : Refusal.RequestInvalid;
        await refusal.ToProblem(httpContext).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>
    /// Says the same where no exception arrives: what reads requests for handlers turns "too large" and what it cannot understand
    /// into a bare status.
    /// </summary>
    public static void Describe(ProblemDetailsContext context)
    {
        // What says itself why it refuses knows better.
        if (context.ProblemDetails.Extensions.ContainsKey("code"))
        {
            return;
        }

        var refusal = context.ProblemDetails.Status switch
        {
            StatusCodes.Status400BadRequest => Refusal.RequestInvalid,
            StatusCodes.Status404NotFound => Refusal.AddressNotFound,
            StatusCodes.Status413PayloadTooLarge => Refusal.RequestTooLarge,
            StatusCodes.Status415UnsupportedMediaType => Refusal.MediaTypeUnsupported,
            _ => null,
        };
        context.ProblemDetails = refusal?.ToProblem(context.HttpContext).ProblemDetails ?? context.ProblemDetails;
    }
}
