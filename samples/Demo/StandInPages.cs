using System.Net;
using MimeKit;

namespace Embed.Demo;

/// <summary>The stand-in's pages. Every value that came in is HTML-encoded.</summary>
internal static class StandInPages
{
    private static readonly string[] Carried = ["client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method"];

    private const string Style = """
        :root { color-scheme: light dark; }
        body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f6f8fa, #0f1318); color: light-dark(#1f2328, #e6e9ed); }
        main { max-width: 26rem; margin: 0 auto; padding: 1.5rem 1rem; }
        h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
        p { margin: 0 0 1rem; }
        small, .note { color: light-dark(#57606a, #9aa4b0); }
        main { overflow-wrap: anywhere; }
        article { border-top: 1px solid light-dark(#8c959f, #6e7781); }
        h2 { font-size: 1rem; }
        a { color: inherit; }
        form { margin: 0; }
        button, input { font: inherit; width: 100%; min-height: 2.75rem; padding: .4rem .8rem; border-radius: .4rem;
          border: 1px solid light-dark(#8c959f, #6e7781); background: light-dark(#fff, #161b22); color: inherit; box-sizing: border-box; }
        button { text-align: start; cursor: pointer; margin-bottom: .4rem; }
        button:hover { background: light-dark(#eef1f4, #21262d); }
        :focus-visible { outline: 3px solid light-dark(#0b5cd6, #79b4ff); outline-offset: 2px; }
        label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
        input { margin-bottom: .4rem; }
        """;

    /// <summary>The account chooser: one form, whose buttons say which account, or that the person declines.</summary>
    public static string Chooser(IQueryCollection query) => Page("Choose an account", $"""
        <h1>Choose an account</h1>
        <p class="note">This is a stand-in for GitHub: it asks for no password. The app asks for your public profile.</p>
        <form action="/login/oauth/choose">
        {Hidden(query)}
        {string.Concat(StandInAccount.Predefined.Select(Button))}
        </form>
        <form action="/login/oauth/choose">
        {Hidden(query)}
        <label for="login">New account</label>
        <input id="login" name="login" maxlength="39" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="login-name" required>
        <button>Create and continue</button>
        </form>
        <form action="/login/oauth/choose">
        {Hidden(query)}
        <button name="cancel" value="1">Cancel</button>
        </form>
        """);

    /// <summary>A request that cannot be answered by a redirect.</summary>
    public static string Fault(string sentence) => Page("Not possible", $"<h1>Not possible</h1><p>{Encode(sentence)}</p>");

    /// <summary>What somebody sees who opens the stand-in itself.</summary>
    public static string Home() => Page(
        "Stand-in GitHub",
        "<h1>Stand-in GitHub</h1><p>Speaks GitHub’s sign-in endpoints for the demo. There is nothing to do here: start at the blog.</p>");

    /// <summary>Mails as plain text; lines that are addresses are links.</summary>
    public static string Mailbox(IEnumerable<MimeMessage> mails) => Page("Stand-in mailbox", $"""
        <h1>Stand-in mailbox</h1>
        <p class="note">Every mail that the demo's server sends comes here, whatever its address. Load the page anew after you asked for one.</p>
        {string.Concat(mails.Select(Mail))}
        """);

    private static string Mail(MimeMessage mail) => $"""
        <article>
        <h2>{Encode(mail.Subject ?? "")}</h2>
        <p class="note">{Encode(mail.To.ToString())}</p>
        {string.Concat((mail.TextBody ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Line))}
        </article>
        """;

    private static string Line(string line) => line.StartsWith("http://", StringComparison.Ordinal)
        ? $"<p><a href=\"{Encode(line)}\">{Encode(line)}</a></p>"
        : $"<p>{Encode(line)}</p>";

    private static string Button(StandInAccount account) =>
        $"""<button name="login" value="{Encode(account.Login)}"><bdi>{Encode(account.Name ?? account.Login)}</bdi> <small>{Encode(account.Login)}</small></button>""";

    // What the app asked for travels through the chooser.
    private static string Hidden(IQueryCollection query) => string.Concat(
        Carried.Where(query.ContainsKey)
            .Select(name => $"""<input type="hidden" name="{name}" value="{Encode(query[name].ToString())}">"""));

    private static string Page(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Encode(title)}</title><link rel="icon" href="data:,"><style>{Style}</style></head>
        <body><main>{body}</main></body></html>
        """;

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
