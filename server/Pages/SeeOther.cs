namespace Embed.Server.Pages;

/// <summary>Sends the browser on with a GET, whatever it came with (303, RFC 9110, section 15.4.4).</summary>
/// <param name="address">An address on our own origin, checked by the caller.</param>
internal sealed class SeeOther(string address) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status303SeeOther;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        httpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
