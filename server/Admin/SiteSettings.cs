using System.Collections.Immutable;
using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Widget;

namespace Embed.Server.Admin;

/// <summary>A site's settings, understood.</summary>
internal sealed record SiteSettings(
    string Name, List<string> Origins, List<string> Moderators, int MaxIndent, bool IsNumbered, int EditWindowMinutes,
    bool HoldsComments, ThreadSort DefaultSort, bool IsIndexed, List<string> QueryParameters, List<string> SignInProviders,
    bool AllowsGuests, bool HoldsGuests, bool AllowsMail, int ClosesAfterDays, int SlowModeMinutes)
{
    /// <summary>Whether people may comment with a name alone, as threads are told.</summary>
    public GuestPolicy Guests => !AllowsGuests ? GuestPolicy.NotAllowed : HoldsGuests || HoldsComments ? GuestPolicy.Held : GuestPolicy.Allowed;

    /// <summary>Most origins: each is asked of at every write.</summary>
    public const int MaxOrigins = 100;

    /// <summary>Most accounts that are named as moderators; others are given the role.</summary>
    public const int MaxModerators = 200;

    /// <summary>Reads a form, every field of it, so that all faults are shown at once. Pure.</summary>
    /// <returns>The settings, or what is wrong by the field's name in <see cref="SiteForm"/>: a sentence that says what to do.</returns>
    public static (SiteSettings? Settings, ImmutableDictionary<string, string> Faults) Read(SiteForm form)
    {
        var faults = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!Site.IsKey(form.Key))
        {
            faults[nameof(form.Key)] = AdminText.KeyInvalid;
        }

        if (form.Name.Length is 0 or > Site.MaxNameCharacters || form.Name.Any(char.IsControl))
        {
            faults[nameof(form.Name)] = AdminText.NameInvalid;
        }

        var origins = Listed(
            form.Origins, nameof(form.Origins), MaxOrigins, line => SiteOrigins.Normalise(line) is null ? AdminText.OriginInvalid(line) : null, faults);
        if (origins.Count == 0)
        {
            faults[nameof(form.Origins)] = AdminText.OriginsEmpty;
        }

        var moderators = Listed(
            form.Moderators, nameof(form.Moderators), MaxModerators, line => Account.IsWellFormed(line) ? null : AdminText.ModeratorInvalid(line), faults);
        var parameters = Listed(
            form.QueryParameters, nameof(form.QueryParameters), Site.MaxQueryParameters,
            line => IsParameterName(line) ? null : AdminText.QueryParameterInvalid(line), faults);
        var indent = Number(form.MaxIndent, Site.MostIndent, nameof(form.MaxIndent), faults);
        var minutes = Number(form.EditWindowMinutes, Site.MaxEditWindowMinutes, nameof(form.EditWindowMinutes), faults);
        var closes = Number(form.ClosesAfterDays, Site.MaxClosesAfterDays, nameof(form.ClosesAfterDays), faults);
        var slow = Number(form.SlowModeMinutes, CommentThread.MaxSlowModeMinutes, nameof(form.SlowModeMinutes), faults);
        if (!Enum.TryParse<ThreadSort>(form.DefaultSort, out var sort) || !Enum.IsDefined(sort))
        {
            faults[nameof(form.DefaultSort)] = AdminText.SortInvalid;
        }

        if (form.SignInProviders.Count > Site.MaxSignInProviders || !form.SignInProviders.All(ProviderName.CouldBe))
        {
            faults[nameof(form.SignInProviders)] = AdminText.ProvidersInvalid;
        }

        return faults.Count > 0
            ? (null, faults.ToImmutable())
            : (new SiteSettings(
                form.Name, [.. origins.Select(line => SiteOrigins.Normalise(line)!).Distinct()], moderators, indent,
                form.IsNumbered, minutes, form.HoldsComments, sort, form.IsIndexed, parameters,
                [.. form.SignInProviders.Distinct(StringComparer.OrdinalIgnoreCase)], form.AllowsGuests, form.HoldsGuests, form.AllowsMail, closes, slow), []);
    }

    /// <summary>Puts the settings in force and steps the site's revision.</summary>
    public void ApplyTo(Site site)
    {
        (site.Name, site.Origins, site.Moderators) = (Name, Origins, Moderators);
        (site.MaxIndent, site.IsNumbered, site.EditWindowMinutes) = (MaxIndent, IsNumbered, EditWindowMinutes);
        (site.HoldsComments, site.DefaultSort) = (HoldsComments, DefaultSort);
        (site.IsIndexed, site.QueryParameters, site.SignInProviders) = (IsIndexed, QueryParameters, SignInProviders);
        (site.AllowsGuests, site.HoldsGuests, site.AllowsMail) = (AllowsGuests, HoldsGuests, AllowsMail);
        (site.ClosesAfterDays, site.SlowModeMinutes) = (ClosesAfterDays, SlowModeMinutes);
        site.Revision++;
    }

    private static bool IsParameterName(string line) =>
        line.Length <= Site.MaxQueryParameterCharacters && !line.Any(c => c is '&' or '=' or '#' || char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>What is written in lines, without those that are empty.</summary>
    public static List<string> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static List<string> Listed(
        string typed, string field, int most, Func<string, string?> faultOf, ImmutableDictionary<string, string>.Builder faults)
    {
        var lines = Lines(typed).Distinct(StringComparer.Ordinal).ToList();
        if ((lines.Count > most ? AdminText.TooManyLines(most) : lines.Select(faultOf).FirstOrDefault(fault => fault is not null)) is { } fault)
        {
            faults[field] = fault;
        }

        return lines;
    }

    private static int Number(string typed, int most, string field, ImmutableDictionary<string, string>.Builder faults)
    {
        if (int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
        {
            return number;
        }

        faults[field] = AdminText.NumberInvalid(most);
        return 0;
    }
}
