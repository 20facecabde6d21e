using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OpenIddict.Client;

namespace Embed.Server.Admin.Setup;

/// <summary>The first run: whoever has the address that the log printed signs in and becomes administrator.</summary>
internal static class SetupEndpoints
{
    /// <summary>What all of its addresses begin with.</summary>
    public const string Path = "/setup";

    /// <summary>What is said where there is nothing to set up any more.</summary>
    public const string ExpiredSentence = "The page was open for too long. Nothing was changed.";

    private const string Confirm = $"{Path}/confirm";

    // Read by our own pages alone, and needed by the redirect that comes back from a provider.
    private const string Cookie = "embed-setup";

    /// <summary>Where the printed address leads: the page's script takes the code out of its fragment.</summary>
    public static IResult Open(HttpContext http, SetupCode setup) => setup.IsOpen ? Draw(http) : Over(http);

    /// <summary>Takes the code, and sends its bearer to sign in.</summary>
    public static IResult Post(SentForm form, HttpContext http, SetupCode setup)
    {
        if (!setup.IsOpen)
        {
            return Over(http);
        }

        if (setup.Redeem(form["code"].ToString().Trim()) is not { } ticket)
        {
            return Draw(http, "This is not the code. Copy the whole address from the log of the server that runs now: each start prints a new one.", StatusCodes.Status400BadRequest);
        }

        http.Response.Cookies.Append(Cookie, ticket, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = SetupCode.TicketLifetime,
            Path = Path,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        });
        return new SeeOther(CurrentCommenter.PersonOf(http) is null ? SignIn : Confirm);
    }

    /// <summary>Says who would become administrator.</summary>
    public static IResult Ask(HttpContext http, SetupCode setup)
    {
        if (!setup.IsOpen)
        {
            return Over(http);
        }

        if (!setup.Admits(http.Request.Cookies[Cookie]))
        {
            return new SeeOther(Path);
        }

        return CurrentCommenter.PersonOf(http) is { } person
            ? PageResult.Page<SetupConfirmPage>(http, new Dictionary<string, object?>
            {
                [nameof(SetupConfirmPage.Name)] = person.Name,
                [nameof(SetupConfirmPage.Accounts)] = person.AccountKeys,
                [nameof(SetupConfirmPage.SignIn)] = SignIn,
            })
            : new SeeOther(SignIn);
    }

    /// <summary>"Yes, that is me."</summary>
    public static async Task<IResult> ConfirmAsync(HttpContext http, BecomeAdministrator handler, CancellationToken cancellationToken)
    {
        if (CurrentCommenter.PersonOf(http) is not { } person)
        {
            return new SeeOther(SignIn);
        }

        var outcome = await handler.HandleAsync(person, http.Request.Cookies[Cookie], cancellationToken);
        if (outcome.Refusal is null)
        {
            http.Response.Cookies.Delete(Cookie, new CookieOptions { Path = Path });
            return new SeeOther("/admin/sites/new");
        }

        return outcome.Refusal == Refusal.CodeInvalid
            ? Draw(http, "The set-up was begun too long ago, or the server was started again since. Open the address that its log prints now.", StatusCodes.Status400BadRequest)
            : outcome.Refusal == Refusal.NotAllowed ? Over(http)
            : Notice(http, "The server is busy", "Nothing was changed. Please go back and press the button again.", outcome.Refusal.Status);
    }

    /// <summary>The page for a form whose token does not hold.</summary>
    public static IResult FormExpired(HttpContext http) =>
        http.RequestServices.GetRequiredService<SetupCode>().IsOpen
            ? Draw(http, "The page was open for too long, or you signed in meanwhile. Please begin again.", StatusCodes.Status400BadRequest)
            : Notice(http, "Set-up", ExpiredSentence, StatusCodes.Status400BadRequest);

    private static string SignIn => $"/signin?return={Confirm}";

    private static RazorComponentResult<SetupPage> Draw(HttpContext http, string? fault = null, int status = StatusCodes.Status200OK)
    {
        var client = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIddictClientOptions>>().CurrentValue;
        return PageResult.Page<SetupPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SetupPage.CanSignIn)] = client.Registrations.Count > 0,
                [nameof(SetupPage.Callback)] = $"{http.Request.ServerOrigin()}/{SignInProviders.CallbackOf("github")}",
                [nameof(SetupPage.Fault)] = fault,
            },
            status);
    }

    // Not found: to those who come late there is nothing to set up, and nothing more to learn.
    private static RazorComponentResult<NoticePage> Over(HttpContext http) => Notice(
        http, "Nothing to set up", "This server has its administrator. If that is you, sign in at /admin; otherwise ask whoever runs it for an invitation.",
        StatusCodes.Status404NotFound);

    private static RazorComponentResult<NoticePage> Notice(HttpContext http, string title, string sentence, int status) =>
        PageResult.Page<NoticePage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(NoticePage.Title)] = title,
                [nameof(NoticePage.Culture)] = System.Globalization.CultureInfo.GetCultureInfo("en"),
                [nameof(NoticePage.Sentence)] = sentence,
            },
            status);
}
