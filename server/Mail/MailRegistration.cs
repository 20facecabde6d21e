using System.Net;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace Embed.Server.Mail;

/// <summary>Registers sending mail.</summary>
internal static class MailRegistration
{
    public static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<EmbedOptions>, MailOptionsCheck>();
        services.AddSingleton<IMailSender, SmtpSender>();
        services.AddSingleton<MailQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<MailQueue>());
    }
}

/// <summary>Finds every fault of the mail settings at once.</summary>
internal sealed class MailOptionsCheck : IValidateOptions<EmbedOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbedOptions options)
    {
        var faults = Faults(options.Mail).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(MailOptions mail)
    {
        if (mail.Host is null)
        {
            if (mail.From is not null || mail.User is not null || mail.Password is not null)
            {
                yield return "Embed:Mail:Host is missing. Name the SMTP server, such as mail.example.com, or remove the other keys of Embed:Mail.";
            }

            yield break;
        }

        if (Uri.CheckHostName(mail.Host) == UriHostNameType.Unknown)
        {
            yield return $"Embed:Mail:Host is '{mail.Host}'. Write a name or an address alone, such as mail.example.com.";
        }

        if (mail.Port is < 1 or > 65_535)
        {
            yield return $"Embed:Mail:Port is {mail.Port}. Write a number from 1 to 65535, such as 587.";
        }

        if (SmtpSender.SecurityOf(mail) is null)
        {
            yield return $"Embed:Mail:Security is '{mail.Security}'. Write StartTls, Tls or None.";
        }

        if (Mailbox.Of(mail.From) is null)
        {
            yield return $"Embed:Mail:From is '{mail.From}'. Write the address that mails come from, such as comments@example.com.";
        }

        if (mail.DisplayName is { } shown && (shown.Length > 80 || shown.Any(char.IsControl)))
        {
            yield return "Embed:Mail:DisplayName is too long or has control characters. Write up to 80 characters.";
        }

        if (mail.User is null != mail.Password is null)
        {
            yield return "Embed:Mail:User and Embed:Mail:Password belong together. Set both or neither.";
        }

        if (mail.Password is not null && SmtpSender.SecurityOf(mail) == SecureSocketOptions.None && !IsThisMachine(mail.Host))
        {
            yield return "Embed:Mail:Security is None, so Embed:Mail:Password would cross the network in the clear. Write StartTls or Tls.";
        }
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
