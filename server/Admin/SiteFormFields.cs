namespace Embed.Server.Admin;

/// <summary>A site's settings field by field: which were changed, and how two who changed some at once both keep theirs. Pure.</summary>
internal static class SiteFormFields
{
    private static readonly (string Name, Func<SiteForm, object> Value, Func<SiteForm, SiteForm, SiteForm> Take)[] Fields =
    [
        (nameof(SiteForm.Name), form => form.Name, (form, other) => form with { Name = other.Name }),
        (nameof(SiteForm.Origins), form => form.Origins, (form, other) => form with { Origins = other.Origins }),
        (nameof(SiteForm.Moderators), form => form.Moderators, (form, other) => form with { Moderators = other.Moderators }),
        (nameof(SiteForm.MaxIndent), form => form.MaxIndent, (form, other) => form with { MaxIndent = other.MaxIndent }),
        (nameof(SiteForm.IsNumbered), form => form.IsNumbered, (form, other) => form with { IsNumbered = other.IsNumbered }),
        (nameof(SiteForm.EditWindowMinutes), form => form.EditWindowMinutes, (form, other) => form with { EditWindowMinutes = other.EditWindowMinutes }),
        (nameof(SiteForm.HoldsComments), form => form.HoldsComments, (form, other) => form with { HoldsComments = other.HoldsComments }),
        (nameof(SiteForm.DefaultSort), form => form.DefaultSort, (form, other) => form with { DefaultSort = other.DefaultSort }),
        (nameof(SiteForm.IsIndexed), form => form.IsIndexed, (form, other) => form with { IsIndexed = other.IsIndexed }),
        (nameof(SiteForm.QueryParameters), form => form.QueryParameters, (form, other) => form with { QueryParameters = other.QueryParameters }),
        (nameof(SiteForm.SignInProviders), form => string.Join('\n', form.SignInProviders), (form, other) => form with { SignInProviders = other.SignInProviders }),
        (nameof(SiteForm.AllowsGuests), form => form.AllowsGuests, (form, other) => form with { AllowsGuests = other.AllowsGuests }),
        (nameof(SiteForm.HoldsGuests), form => form.HoldsGuests, (form, other) => form with { HoldsGuests = other.HoldsGuests }),
        (nameof(SiteForm.AllowsMail), form => form.AllowsMail, (form, other) => form with { AllowsMail = other.AllowsMail }),
        (nameof(SiteForm.ClosesAfterDays), form => form.ClosesAfterDays, (form, other) => form with { ClosesAfterDays = other.ClosesAfterDays }),
        (nameof(SiteForm.SlowModeMinutes), form => form.SlowModeMinutes, (form, other) => form with { SlowModeMinutes = other.SlowModeMinutes }),
    ];

    /// <summary>The names of the fields in which two forms differ.</summary>
    public static IReadOnlyList<string> Differences(SiteForm one, SiteForm other) =>
        [.. Fields.Where(field => !field.Value(one).Equals(field.Value(other))).Select(field => field.Name)];

    /// <summary>
    /// Brings together what two people made of the same form: what only one of them changed is theirs. What both changed stays as it
    /// was typed here, and is named, so that whoever typed it can decide.
    /// </summary>
    /// <param name="opened">The form as both found it.</param>
    /// <param name="typed">What was typed here.</param>
    /// <param name="saved">What the other has saved meanwhile.</param>
    /// <returns>A form that can be saved over the other's, and the fields that both changed to something else.</returns>
    public static (SiteForm Form, IReadOnlyList<string> Both) Merge(SiteForm opened, SiteForm typed, SiteForm saved)
    {
        var mine = Differences(opened, typed);
        var form = Fields.Where(field => !mine.Contains(field.Name, StringComparer.Ordinal))
            .Aggregate(typed, (merged, field) => field.Take(merged, saved));
        return (form with { Revision = saved.Revision }, [.. Differences(typed, saved).Intersect(mine).Intersect(Differences(opened, saved))]);
    }

    /// <summary>A field's value, for people.</summary>
    public static string Text(SiteForm form, string name) => Fields.Single(field => field.Name == name).Value(form) switch
    {
        bool isOn => isOn ? "on" : "off",
        "" => "nothing",
        var value => value.ToString()!.Replace("\n", ", ", StringComparison.Ordinal),
    };
}
