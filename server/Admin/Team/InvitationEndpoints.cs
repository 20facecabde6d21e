using Embed.Server.Admin.People;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Admin.Team;

/// <summary>Where the link of an invitation leads. The pages say what it gives before anybody accepts.</summary>
internal static class InvitationEndpoints
{
    /// <summary>What all of its addresses begin with; the secret is in the fragment.</summary>
    public const string Path = "/invitation";

    /// <summary>What is said of a form whose token does not hold.</summary>
    public const string ExpiredSentence = "The page was open for too long, or you signed in meanwhile. Please open the link again.";

    private const string Accept = $"{Path}/accept";
    private const string Cookie = "embed-invitation";

    /// <summary>The page whose script takes the secret out of the address.</summary>
    public static IResult Open(HttpContext http) => Draw(http);

    /// <summary>Takes the secret.</summary>
    public static async Task<IResult> PostAsync(
        SentForm form, HttpContext http, AcceptInvitation handler, CancellationToken cancellationToken)
    {
        if (await handler.RedeemAsync(form["secret"].ToString().Trim(), cancellationToken) is not { } ticket)
        {
            return Draw(http, SentenceOf(Refusal.InvitationNotFound), StatusCodes.Status400BadRequest);
        }

        http.Response.Cookies.Append(Cookie, ticket, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = AcceptInvitation.TicketLifetime,
            Path = Path,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        });
        return new SeeOther(Accept);
    }

    /// <summary>Says what it gives, and to whom it would.</summary>
    public static async Task<IResult> AskAsync(HttpContext http, AcceptInvitation handler, CancellationToken cancellationToken)
    {
        if (await handler.ShowAsync(http.Request.Cookies[Cookie], cancellationToken) is not { } open)
        {
            return Draw(http, SentenceOf(Refusal.InvitationNotFound), StatusCodes.Status404NotFound);
        }

        var person = CurrentCommenter.PersonOf(http);
        return PageResult.Page<AcceptPage>(http, new Dictionary<string, object?>
        {
            [nameof(AcceptPage.MadeBy)] = open.MadeBy,
            [nameof(AcceptPage.Role)] = RoleText.WithArticle(open.Role),
            [nameof(AcceptPage.Does)] = RoleText.Does(open.Role),
            [nameof(AcceptPage.SiteName)] = open.Site?.Name,
            [nameof(AcceptPage.ExpiresAt)] = open.ExpiresAt,
            [nameof(AcceptPage.Name)] = person?.Name,
            [nameof(AcceptPage.Accounts)] = person?.AccountKeys,
            [nameof(AcceptPage.SignIn)] = $"/signin?return={Accept}",
        });
    }

    /// <summary>Accepts.</summary>
    public static async Task<IResult> AcceptAsync(HttpContext http, AcceptInvitation handler, CancellationToken cancellationToken)
    {
        if (CurrentCommenter.PersonOf(http) is not { } person)
        {
            return new SeeOther($"/signin?return={Accept}");
        }

        var accepted = await handler.HandleAsync(person, http.Request.Cookies[Cookie], cancellationToken);
        if (accepted.Refusal is { } refusal)
        {
            return Notice(http, "Not accepted", SentenceOf(refusal), refusal.Status);
        }

        http.Response.Cookies.Delete(Cookie, new CookieOptions { Path = Path });
        return accepted.Value is { Role: >= SiteRole.Moderator } role
            ? new SeeOther(PeopleAccess.Address(role.Site?.Key, "team"))
            : Notice(http, "Accepted", "Your comments there appear at once from now on.", StatusCodes.Status200OK);
    }

    /// <summary>The page for a form whose token does not hold.</summary>
    public static IResult FormExpired(HttpContext http) =>
        Draw(http, ExpiredSentence, StatusCodes.Status400BadRequest);

    private static string SentenceOf(Refusal refusal) => WidgetText.For("en").Sentence(refusal.ForWidget());

    private static RazorComponentResult<InvitationPage> Draw(HttpContext http, string? fault = null, int status = StatusCodes.Status200OK) =>
        PageResult.Page<InvitationPage>(http, new Dictionary<string, object?> { [nameof(InvitationPage.Fault)] = fault }, status);

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
