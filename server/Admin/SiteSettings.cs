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
    bool AllowsGuests, bool HoldsGuests, bool AllowsMail)
{
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

        var origins = Lines(form.Origins);
        if (origins.Count == 0)
        {
            faults[nameof(form.Origins)] = AdminText.OriginsEmpty;
        }
        else if (origins.Find(line => SiteOrigins.Normalise(line) is null) is { } origin)
        {
            faults[nameof(form.Origins)] = AdminText.OriginInvalid(origin);
        }

        var moderators = Lines(form.Moderators);
        if (moderators.Find(line => !Account.IsWellFormed(line)) is { } moderator)
        {
            faults[nameof(form.Moderators)] = AdminText.ModeratorInvalid(moderator);
        }

        var indent = Number(form.MaxIndent, Site.MostIndent, nameof(form.MaxIndent), faults);
        var minutes = Number(form.EditWindowMinutes, Site.MaxEditWindowMinutes, nameof(form.EditWindowMinutes), faults);
        if (!Enum.TryParse<ThreadSort>(form.DefaultSort, out var sort) || !Enum.IsDefined(sort))
        {
            faults[nameof(form.DefaultSort)] = AdminText.SortInvalid;
        }

        var parameters = Lines(form.QueryParameters).Distinct(StringComparer.Ordinal).ToList();
        if (parameters.Count > Site.MaxQueryParameters)
        {
            faults[nameof(form.QueryParameters)] = AdminText.TooManyQueryParameters;
        }
        else if (parameters.Find(line => !IsParameterName(line)) is { } parameter)
        {
            faults[nameof(form.QueryParameters)] = AdminText.QueryParameterInvalid(parameter);
        }

        if (form.SignInProviders.Count > Site.MaxSignInProviders || !form.SignInProviders.All(ProviderName.CouldBe))
        {
            faults[nameof(form.SignInProviders)] = AdminText.ProvidersInvalid;
        }

        return faults.Count > 0
            ? (null, faults.ToImmutable())
            : (new SiteSettings(
                form.Name, [.. origins.Select(line => SiteOrigins.Normalise(line)!).Distinct()], [.. moderators.Distinct()], indent,
                form.IsNumbered, minutes, form.HoldsComments, sort, form.IsIndexed, parameters,
                [.. form.SignInProviders.Distinct(StringComparer.OrdinalIgnoreCase)], form.AllowsGuests, form.HoldsGuests, form.AllowsMail), []);
    }

    /// <summary>Puts the settings in force and steps the site's revision.</summary>
    public void ApplyTo(Site site)
    {
        (site.Name, site.Origins, site.Moderators) = (Name, Origins, Moderators);
        (site.MaxIndent, site.IsNumbered, site.EditWindowMinutes) = (MaxIndent, IsNumbered, EditWindowMinutes);
        (site.HoldsComments, site.DefaultSort) = (HoldsComments, DefaultSort);
        (site.IsIndexed, site.QueryParameters, site.SignInProviders) = (IsIndexed, QueryParameters, SignInProviders);
        (site.AllowsGuests, site.HoldsGuests, site.AllowsMail) = (AllowsGuests, HoldsGuests, AllowsMail);
        site.Revision++;
    }

    private static bool IsParameterName(string line) =>
        line.Length <= Site.MaxQueryParameterCharacters && !line.Any(c => c is '&' or '=' or '#' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static List<string> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

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
