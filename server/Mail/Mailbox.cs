using System.Globalization;
using System.Text;
using Embed.Server.Model;
using MimeKit;

namespace Embed.Server.Mail;

/// <summary>A mailbox that somebody says is theirs, as mail is sent to it and as it is known by here: one spelling for each.</summary>
/// <param name="Address">
/// Domain in ASCII and both parts in lower case. Servers that tell upper case from lower in the local part are advised against
/// (RFC 5321, section 2.4) and hardly exist, while phones begin every field with a capital. Mail goes to this very spelling, so
/// where one does, nobody gets another's.
/// </param>
/// <param name="Label">What its owner knows it by: <c>a…@example.com</c>.</param>
internal sealed record Mailbox(string Address, string Label)
{
    /// <summary>Longest address, in characters (RFC 5321, section 4.5.3.1.3, without the brackets).</summary>
    public const int MaxCharacters = 254;

    // Longest label, in characters: what an account may be called.
    private const int MaxLabelCharacters = 80;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The mailbox that was typed; null if it is anything but one plain address.</summary>
    public static Mailbox? Of(string? typed)
    {
        var text = typed is null ? null : WholeText.Of(typed.Trim()).Normalize(NormalizationForm.FormC);
        // Names, comments, quotes, routes and lists are addresses, too, but nobody's way to write their own.
        if (text is not { Length: > 0 and <= MaxCharacters } || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or '(' or ')' or '"' or ',' or ';' or ':' or '\\')
            || text.Split('@') is not [var local, var domain]
            || !MailboxAddress.TryParse(text, out var parsed) || !string.IsNullOrEmpty(parsed.Name))
        {
            return null;
        }

        try
        {
            var ascii = Idn.GetAscii(domain).ToLowerInvariant();
            var address = $"{local.ToLowerInvariant()}@{ascii}";
            return address.Length <= MaxCharacters ? new Mailbox(address, LabelOf(local, ascii)) : null;
        }
        catch (ArgumentException)
        {
            // Not a domain name: an address in brackets, empty or too long labels, letters no domain has.
            return null;
        }
    }

    private static string LabelOf(string local, string domain)
    {
        var label = $"{StringInfo.GetNextTextElement(local)}…@{domain}";
        return label.Length <= MaxLabelCharacters ? label : label[..(MaxLabelCharacters - 1)] + "…";
    }
}
