using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Shell;

/// <summary>
/// What a table shows is said by the query of its page's address, so that it can be linked, reloaded and gone back to. A page reads
/// it with <c>[SupplyParameterFromQuery]</c>, in <c>OnParametersSetAsync</c>, and changes it here.
/// </summary>
internal static class AddressState
{
    /// <summary>This page's address with some parameters changed: null or an empty text leaves one out.</summary>
    public static string With(this NavigationManager navigation, params (string Name, string? Value)[] changes) =>
        navigation.GetUriWithQueryParameters(changes.ToDictionary(
            change => change.Name, object? (change) => string.IsNullOrEmpty(change.Value) ? null : change.Value, StringComparer.Ordinal));

    /// <summary>Refines what is shown, as typing in a filter does: the back button leads to what was before all of it.</summary>
    public static void Refine(this NavigationManager navigation, params (string Name, string? Value)[] changes) =>
        navigation.NavigateTo(navigation.With(changes), new NavigationOptions { ReplaceHistoryEntry = true });
}
