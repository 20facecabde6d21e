using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>Finds every fault of the settings at once: key, value, what is accepted, what to do.</summary>
internal sealed class EmbedOptionsCheck : IValidateOptions<EmbedOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbedOptions options)
    {
        List<string> faults =
        [
            .. Numbers(options),
            .. options.Sites.SelectMany(SiteFaults),
            .. options.Sites.CountBy(site => site.Key, StringComparer.Ordinal).Where(key => key.Value > 1).Select(key =>
                $"Embed:Sites has the key '{key.Key}' {key.Value} times. Give each site a key of its own."),
            .. options.Administrators.Where(account => !Account.IsWellFormed(account)).Select(account =>
                $"Embed:Administrators has '{account}'. Write Provider:subject, such as GitHub:583231; /admin shows it after signing in."),
            .. options.TrustedProxies.Where(proxy => TrustedProxies.Parse(proxy) is null).Select(proxy =>
                $"Embed:TrustedProxies has '{proxy}'. Write an address (10.0.0.5) or a network (10.0.0.0/8)."),
        ];
        if (string.IsNullOrWhiteSpace(options.Database))
        {
            faults.Add("Embed:Database is empty. Name a file, such as data/embed.db.");
        }

        if (options.Backup.Folder is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            faults.Add("Embed:Backup:Folder is empty. Name a folder, or leave it out.");
        }

        if (options.PublicAddress is { } address && SiteOrigins.Normalise(address) is null)
        {
            faults.Add($"Embed:PublicAddress is '{address}'. Write scheme and host only, such as https://comments.example.");
        }

        if (options.GitHubApi is { } api && !IsApi(api))
        {
            faults.Add($"Embed:GitHubApi is '{api}'. Write the address of the API, such as https://git.example/api/v3.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsApi(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };

    private static IEnumerable<string> Numbers(EmbedOptions options)
    {
        var limits = options.Limits;
        (string Key, int Value, int Least, int Most)[] numbers =
        [
            ("SessionDays", options.SessionDays, 1, CommenterSessions.LongestLife.Days),
            ("FragmentCacheMegabytes", options.FragmentCacheMegabytes, 1, 10_000),
            ("CircuitIdleMinutes", options.CircuitIdleMinutes, 1, 1_440),
            ("Backup:IntervalHours", options.Backup.IntervalHours, 0, 744),
            ("Backup:KeepDaily", options.Backup.KeepDaily, 1, 366),
            ("Backup:KeepWeekly", options.Backup.KeepWeekly, 0, 520),
            ("Limits:PostsPerCommenter", limits.PostsPerCommenter, 0, int.MaxValue),
            ("Limits:VotesPerCommenter", limits.VotesPerCommenter, 0, int.MaxValue),
            ("Limits:WritesPerAddress", limits.WritesPerAddress, 0, int.MaxValue),
            ("Limits:FailuresPerAddress", limits.FailuresPerAddress, 0, int.MaxValue),
            ("Limits:GuestsPerAddress", limits.GuestsPerAddress, 0, int.MaxValue),
            ("Limits:MailsPerAddress", limits.MailsPerAddress, 0, int.MaxValue),
            ("Limits:CircuitsPerAddress", limits.CircuitsPerAddress, 0, int.MaxValue),
            ("Limits:Circuits", limits.Circuits, 0, int.MaxValue),
            ("Limits:StreamsPerAddress", limits.StreamsPerAddress, 0, int.MaxValue),
            ("Limits:Streams", limits.Streams, 0, int.MaxValue),
        ];
        return numbers.Where(n => n.Value < n.Least || n.Value > n.Most)
            .Select(n => $"Embed:{n.Key} is {n.Value}. Write a number from {n.Least} to {n.Most}.");
    }

    private static IEnumerable<string> SiteFaults(SiteOptions site, int index)
    {
        var key = $"Embed:Sites:{index}";
        if (!Site.IsKey(site.Key))
        {
            yield return $"{key}:Key is '{site.Key}'. Write 1 to {Site.MaxKeyCharacters} lower-case letters, digits and hyphens.";
        }

        if (site.Name is { Length: 0 or > Site.MaxNameCharacters })
        {
            yield return $"{key}:Name has {site.Name.Length} characters. Write 1 to {Site.MaxNameCharacters}.";
        }

        if (site.Origins.Count == 0)
        {
            yield return $"{key}:Origins is empty. Name the blog's origin, such as https://blog.example, as {key}:Origins:0.";
        }

        foreach (var origin in site.Origins.Where(origin => SiteOrigins.Normalise(origin) is null))
        {
            yield return $"{key}:Origins has '{origin}'. Write scheme and host only, such as https://blog.example.";
        }

        foreach (var account in site.Moderators.Where(account => !Account.IsWellFormed(account)))
        {
            yield return $"{key}:Moderators has '{account}'. Write Provider:subject, such as GitHub:583231.";
        }
    }
}
