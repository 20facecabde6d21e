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
        if (context.ProblemDetails.Status == StatusCodes.Status413PayloadTooLarge && !context.ProblemDetails.Extensions.ContainsKey("code"))
        {
            context.ProblemDetails = Refusal.RequestTooLarge.ToProblem(context.HttpContext).ProblemDetails;
        }
        else if (context.ProblemDetails.Status == StatusCodes.Status400BadRequest && !context.ProblemDetails.Extensions.ContainsKey("code"))
        {
            context.ProblemDetails = Refusal.RequestInvalid.ToProblem(context.HttpContext).ProblemDetails;
        }
        else if (context.ProblemDetails.Status == StatusCodes.Status415UnsupportedMediaType)
        {
            context.ProblemDetails = Refusal.MediaTypeUnsupported.ToProblem(context.HttpContext).ProblemDetails;
        }
        else if (context.ProblemDetails.Status == StatusCodes.Status404NotFound && !context.ProblemDetails.Extensions.ContainsKey("code"))
        {
            context.ProblemDetails = Refusal.AddressNotFound.ToProblem(context.HttpContext).ProblemDetails;
        }
    }
}
