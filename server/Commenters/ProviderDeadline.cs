using Embed.Server.Pages;

namespace Embed.Server.Commenters;

/// <summary>
/// How long somebody waits for a provider: everything one of our requests asks of it together, however many addresses that
/// takes. What is still under way then is given up, and the person told.
/// </summary>
internal sealed partial class ProviderDeadline(RequestDelegate next, TimeProvider clock, ILogger<ProviderDeadline> logger)
{
    /// <summary>Long enough for a slow provider, short enough that nobody has turned away.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Whether a request may ask a provider: the addresses that name one.</summary>
    public static bool Applies(HttpContext http) =>
        http.Request.RouteValues.ContainsKey("provider") && http.Request.Path.StartsWithSegments("/signin");

    public async Task InvokeAsync(HttpContext http)
    {
        var gone = http.RequestAborted;
        using var deadline = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, deadline.Token);
        http.RequestAborted = either.Token;
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !gone.IsCancellationRequested && !http.Response.HasStarted)
        {
            // What asks a provider says so itself; this came up later, when the answer was there and no time was left.
            Log.TooSlow(logger);
            http.RequestAborted = gone;
            await SignInPages.Fault(http, PageLanguage.Of(http.Request), "Expired", StatusCodes.Status504GatewayTimeout).ExecuteAsync(http);
        }
        finally
        {
            http.RequestAborted = gone;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A sign-in was given up: its provider answered too late")]
        public static partial void TooSlow(ILogger logger);
    }
}
