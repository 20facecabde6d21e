using System.Text.Encodings.Web;
using Embed.Server.Mail;

namespace Embed.Server.Commenters;

/// <summary>The mail with a code and a link, in the language of the sign-in. Nothing in it is fetched from anywhere.</summary>
internal static class SignInMail
{
    /// <summary>Writes it. The code is not in the subject: subjects stand on locked screens and in mail servers' logs.</summary>
    /// <param name="to">The mailbox.</param>
    /// <param name="flow">The sign-in.</param>
    /// <param name="siteName">What the site is called; null for our own origin, of which the request says no name that could be believed.</param>
    /// <param name="code">Six digits.</param>
    /// <param name="link">The address of the link; null for none.</param>
    /// <param name="uselessAt">When they hold no longer.</param>
    public static OutgoingMail Write(Mailbox to, SignInFlow flow, string? siteName, string code, string? link, DateTimeOffset uselessAt)
    {
        var text = SignInText.For(flow.Language);
        var place = siteName ?? text["MailFromServer"];
        var subject = string.Format(text.Culture, text["MailSubject"], place);
        string[] before = [text.Format("MailIntro", place), text["MailCodeIs"]];
        string[] linked = link is null ? [] : [text["MailLinkIs"]];
        string[] after = [text["MailHolds"], text["MailIgnore"]];
        var plain = string.Join("\n\n", [.. before, code, .. linked, .. link is null ? Array.Empty<string>() : [link], .. after]) + "\n";
        var direction = text.Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";
        var html = $"""
            <!DOCTYPE html>
            <html lang="{flow.Language}" dir="{direction}"><head><meta charset="utf-8"><title>{Encode(subject)}</title></head>
            <body style="font-family: sans-serif">
            {Paragraphs(before)}
            <p dir="ltr" style="font-size: 1.75em; letter-spacing: .15em"><strong>{code}</strong></p>
            {Paragraphs(linked)}{(link is null ? "" : $"<p dir=\"ltr\"><a href=\"{Encode(link)}\">{Encode(link)}</a></p>")}
            {Paragraphs(after)}
            </body></html>
            """;
        return new OutgoingMail(to, subject, plain, html, uselessAt);
    }

    private static string Paragraphs(string[] sentences) => string.Concat(sentences.Select(sentence => $"<p>{Encode(sentence)}</p>"));

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
