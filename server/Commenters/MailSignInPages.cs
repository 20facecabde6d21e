using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Commenters;

/// <summary>The pages of signing in by mail, as results.</summary>
internal static class MailSignInPages
{
    /// <summary>The field for the address, with what was wrong with it.</summary>
    public static IResult Ask(HttpContext http, SignInFlow flow, string typed, string fault) =>
        Draw<MailAskPage>(http, flow.Language, fault, new()
        {
            [nameof(MailAskPage.Flow)] = flow,
            [nameof(MailAskPage.Typed)] = typed,
        });

    /// <summary>The field for the code.</summary>
    public static IResult Code(HttpContext http, SignInFlow flow, string? fault) =>
        Draw<MailCodePage>(http, flow.Language, fault, new() { [nameof(MailCodePage.Flow)] = flow });

    /// <summary>The button that a mail's link leads to.</summary>
    public static IResult Link(HttpContext http, string language) => Draw<MailLinkPage>(http, language, null, []);

    /// <summary>The field for the name of somebody new.</summary>
    public static IResult Name(HttpContext http, ProvenMailbox proven, string ticket, string typed, string? fault) =>
        Draw<MailNamePage>(http, proven.Flow.Language, fault, new()
        {
            [nameof(MailNamePage.Mailbox)] = proven.Label,
            [nameof(MailNamePage.Replaced)] = ReplacedBy(http, null),
            [nameof(MailNamePage.Ticket)] = ticket,
            [nameof(MailNamePage.Typed)] = typed,
        });

    /// <summary>Whom the mailbox signs in, and in whose place: asked where the mail was not asked for.</summary>
    public static IResult Confirm(HttpContext http, ProvenMailbox proven, string ticket, Commenter commenter) =>
        Draw<MailConfirmPage>(http, proven.Flow.Language, null, new()
        {
            [nameof(MailConfirmPage.Ticket)] = ticket,
            [nameof(MailConfirmPage.Mailbox)] = proven.Label,
            [nameof(MailConfirmPage.Name)] = commenter.Name,
            [nameof(MailConfirmPage.Replaced)] = ReplacedBy(http, commenter),
        });

    /// <summary>Who is signed in, and what is left to do, after a mail's link was opened.</summary>
    public static IResult Opened(HttpContext http, string language) =>
        Draw<MailOpenedPage>(http, language, null, new() { [nameof(MailOpenedPage.Name)] = CurrentCommenter.PersonOf(http)?.Name });

    private static string? ReplacedBy(HttpContext http, Commenter? commenter) =>
        CurrentCommenter.Of(http) is { } here && here.Id != commenter?.Id ? here.Name : null;

    private static RazorComponentResult<TPage> Draw<TPage>(HttpContext http, string language, string? fault, Dictionary<string, object?> parameters)
        where TPage : IComponent
    {
        var text = SignInText.For(language);
        parameters["Text"] = text;
        if (fault is not null)
        {
            parameters["Fault"] = text[fault];
        }

        return PageResult.Page<TPage>(http, parameters, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
