using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.PreModeration;

/// <summary>
/// Asks the services elsewhere that a site's rules name, all at once and each within its time. Whatever else than a verdict comes of it
/// (silence, an error, nonsense, too many asked at once) is <see cref="OutsideVerdict.None"/>, which holds the comment.
/// </summary>
internal sealed partial class OutsideChecks(
    SharedReader reader, OutsideSecrets secrets, AkismetCheck akismet, HttpCheck http, OutsideAddresses addresses, IMeterFactory meters,
    TimeProvider clock, ILogger<OutsideChecks> logger)
{
    /// <summary>Most questions of one site under way at once: five a second even where its service says nothing.</summary>
    public const int AtOnceOfSite = 16;

    /// <summary>Most questions under way at once.</summary>
    public const int AtOnce = 256;

    /// <summary>How long a service may take, in seconds: whoever posts waits for it.</summary>
    public const int PatienceSeconds = 3;

    private readonly OutsidePlaces _places = new(AtOnceOfSite, AtOnce);
    private readonly Counter<long> _answers = meters.Create("Embed").CreateCounter<long>(
        "embed.outside_checks", "{answer}", "Answers of services that were asked about comments, by kind of service and answer.");

    /// <summary>Asks checks about a comment.</summary>
    /// <param name="site">The comment's site.</param>
    /// <param name="kinds">The checks to ask.</param>
    /// <param name="question">The comment.</param>
    /// <param name="cancellationToken">Whoever posts has gone.</param>
    /// <returns>What each says.</returns>
    public async Task<IReadOnlyDictionary<OutsideCheckKind, OutsideVerdict>> AskAsync(
        Site site, IReadOnlyList<OutsideCheckKind> kinds, OutsideQuestion question, CancellationToken cancellationToken)
    {
        var checks = await reader.ReadAsync(
            database => database.OutsideChecks.AsNoTracking().Where(c => c.SiteId == site.Id && kinds.Contains(c.Kind)).ToListAsync(cancellationToken),
            cancellationToken);
        var answers = await Task.WhenAll(checks.Select(check => AskAsync(site, check, question, cancellationToken)));
        return checks.Zip(answers).ToDictionary(pair => pair.First.Kind, pair => pair.Second);
    }

    /// <summary>Asks whether a service can be reached as it is set up.</summary>
    /// <returns>Null if all is well, else a sentence for whoever set it up.</returns>
    public async Task<string?> TestAsync(Site site, OutsideCheck check, CancellationToken cancellationToken)
    {
        if (SettingsOf(site, check) is not { } settings)
        {
            return "Its address cannot be asked, or its key cannot be read any more. Enter both anew.";
        }

        try
        {
            return await WithinAsync(stop => ServiceOf(check).TestAsync(settings, new Uri(site.Origins[0]), stop), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"It did not answer within {HeldFor.Count(PatienceSeconds, "second")}.";
        }
        catch (Exception fault) when (IsOfService(fault))
        {
            return fault is JsonException ? "It answered, but not with JSON as described." : fault is HttpRequestException { StatusCode: { } status } ? $"It answered {(int)status}." : "It could not be asked: there is no public server at this address, or it does not answer.";
        }
    }

    /// <summary>Tells a service that a moderator decided otherwise than it did.</summary>
    public async Task TeachAsync(Site site, OutsideCheck check, OutsideQuestion question, bool isSpam, CancellationToken cancellationToken)
    {
        if (SettingsOf(site, check) is not { } settings)
        {
            return;
        }

        try
        {
            await WithinAsync(
                async stop =>
                {
                    await ServiceOf(check).TeachAsync(settings, question, isSpam, stop);
                    return true;
                },
                cancellationToken);
        }
        catch (Exception fault) when (IsOfService(fault) && !cancellationToken.IsCancellationRequested)
        {
            Log.NotTaught(logger, check.Kind, site.Key, fault.GetType().Name, fault.Message);
        }
    }

    private async Task<OutsideVerdict> AskAsync(Site site, OutsideCheck check, OutsideQuestion question, CancellationToken cancellationToken)
    {
        var verdict = OutsideVerdict.None;
        if (SettingsOf(site, check) is not { } settings)
        {
            Log.NotAsked(logger, check.Kind, site.Key);
        }
        else if (!_places.TryTake(site.Id))
        {
            Log.TooMany(logger, check.Kind, site.Key);
        }
        else
        {
            try
            {
                verdict = await WithinAsync(stop => ServiceOf(check).AskAsync(settings, question, stop), cancellationToken);
            }
            catch (Exception fault) when (IsOfService(fault) && !cancellationToken.IsCancellationRequested)
            {
                Log.Failed(logger, check.Kind, site.Key, fault.GetType().Name, fault.Message);
            }
            finally
            {
                _places.GiveBack(site.Id);
            }
        }

        _answers.Add(1, new("kind", check.Kind.ToString()), new("answer", verdict.ToString()));
        return verdict;
    }

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(PatienceSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        return await ask(either.Token);
    }

    private IOutsideCheck ServiceOf(OutsideCheck check) => check.Kind == OutsideCheckKind.Akismet ? akismet : http;

    /// <summary>Where it is asked; null if it must not be: an address on this machine is for sites that are being built on it.</summary>
    private OutsideSettings? SettingsOf(Site site, OutsideCheck check)
    {
        var address = check.Kind == OutsideCheckKind.Akismet ? addresses.Akismet
            : Uri.TryCreate(check.Address, UriKind.Absolute, out var own) ? own : null;
        var isKeyed = check.Secret is not null;
        var key = secrets.Read(check.Secret);
        return address is null || (isKeyed && key is null) || (check.Kind != OutsideCheckKind.Akismet && !MayAsk(site, address))
            ? null
            : new OutsideSettings(address, key);
    }

    /// <summary>Whether a site may have an address asked.</summary>
    public static bool MayAsk(Site site, Uri address) => PublicHosts.MayAsk(address) && (!address.IsLoopback || site.IsLocal);

    private static bool IsOfService(Exception fault) =>
        fault is HttpRequestException or OperationCanceledException or JsonException or IOException or CryptographicException;

    // Never what was asked or answered: comments are not for the log.
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The {Kind} check of site {Site} gave no answer, so a comment is held: {Fault}: {Message}")]
        public static partial void Failed(ILogger logger, OutsideCheckKind kind, string site, string fault, string message);

        [LoggerMessage(2, LogLevel.Warning, "The {Kind} check of site {Site} cannot be asked as it is set up, so a comment is held")]
        public static partial void NotAsked(ILogger logger, OutsideCheckKind kind, string site);

        [LoggerMessage(3, LogLevel.Warning, "Too many outside checks are under way to ask the {Kind} check of site {Site}, so a comment is held")]
        public static partial void TooMany(ILogger logger, OutsideCheckKind kind, string site);

        [LoggerMessage(4, LogLevel.Information, "The {Kind} check of site {Site} could not be told of a moderator's decision: {Fault}: {Message}")]
        public static partial void NotTaught(ILogger logger, OutsideCheckKind kind, string site, string fault, string message);
    }
}

/// <summary>Where services have a fixed address. Tests put stand-ins there.</summary>
internal sealed record OutsideAddresses(Uri Akismet);
